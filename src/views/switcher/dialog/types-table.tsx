import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { arrowDownIcon, arrowUpIcon } from '../../../components/sort-icons';
import { IInstanceType } from '../../../protocol';
import { Column, IOrder } from '../sort';
import { TypeRow } from './type-row';

/** How far a Page key goes. */
const PAGE = 10;

/**
 * What the table of types can be asked to do.
 */
export interface ITypesTable {
  /** Put the focus on the chosen type, else on the first one. */
  focus(): void;
}

/**
 * The types as an ARIA grid: one stop for Tab, arrows inside, the header above the first row.
 *
 * #### Notes
 * All rows are in the page: 189 of them take a few milliseconds, and screen readers, tests and the
 * browser's own search see each.
 */
export const TypesTable = React.forwardRef<
  ITypesTable,
  {
    types: ReadonlyArray<IInstanceType>;
    selected: string | null;
    now: string | null;
    charged: boolean;
    anyFast: boolean;
    reading: boolean;
    order: IOrder;
    trans: TranslationBundle;
    onOrder: (order: IOrder) => void;
    onSelect: (type: string) => void;
    onConfirm: () => void;
    onText: (text: string) => void;
  }
>((props, ref) => {
  const { types, selected, now, charged, anyFast, reading, order, trans } =
    props;
  const body = React.useRef<HTMLTableSectionElement>(null);
  const head = React.useRef<HTMLTableRowElement>(null);
  const [column, setColumn] = React.useState<Column>(order.by);
  const columns = columnsOf(charged, anyFast, trans);
  const at = types.findIndex(type => type.name === selected);
  const focusable = Math.max(0, at);

  const focusRow = (index: number) => {
    const row = body.current?.rows[index];
    row?.focus();
    row?.scrollIntoView?.({ block: 'nearest' });
  };
  const focusHead = (index: number) => {
    const cell = head.current?.cells[index];
    if (cell) {
      setColumn(columns[index].id);
      cell.focus();
    }
  };
  React.useImperativeHandle(ref, () => ({
    focus: () => focusRow(focusable)
  }));
  const go = (index: number) => {
    const to = Math.max(0, Math.min(types.length - 1, index));
    if (types.length) {
      props.onSelect(types[to].name);
      focusRow(to);
    }
  };

  const onRowKey = (event: React.KeyboardEvent) => {
    const index = indexOf(event);
    const { key } = event;
    if (index === -1 || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (key === 'ArrowUp' && index === 0) {
      focusHead(columns.findIndex(one => one.id === order.by));
    } else if (key in MOVES) {
      go(MOVES[key](index, types.length));
    } else if (key === ' ') {
      go(index);
    } else if (key === 'Enter') {
      if (index !== at) {
        go(index);
      }
      props.onConfirm();
    } else if (key.length === 1) {
      props.onText(key);
    } else {
      return;
    }
    event.preventDefault();
  };
  const onHeadKey = (event: React.KeyboardEvent, index: number) => {
    const { key } = event;
    const { id } = columns[index];
    if (event.altKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
      props.onOrder({ by: id, descending: key === 'ArrowDown' });
    } else if (key === 'Enter' || key === ' ') {
      props.onOrder(turned(order, id));
    } else if (key === 'ArrowLeft') {
      focusHead(index - 1);
    } else if (key === 'ArrowRight') {
      focusHead(index + 1);
    } else if (key === 'Home') {
      focusHead(0);
    } else if (key === 'End') {
      focusHead(columns.length - 1);
    } else if (key === 'ArrowDown') {
      focusRow(focusable);
    } else {
      return;
    }
    event.preventDefault();
  };

  return (
    <div className="jp-smext-types">
      <table
        className="jp-smext-table"
        role="grid"
        aria-label={trans.__('Instance types')}
        aria-rowcount={types.length + 1}
      >
        <thead>
          <tr ref={head} aria-rowindex={1}>
            {columns.map(({ id, label, numeric }, index) => {
              const sorted = order.by === id;
              const Arrow = order.descending ? arrowDownIcon : arrowUpIcon;
              return (
                <th
                  key={id}
                  scope="col"
                  data-column={id}
                  className={numeric ? 'jp-smext-num' : undefined}
                  aria-sort={
                    sorted
                      ? order.descending
                        ? 'descending'
                        : 'ascending'
                      : 'none'
                  }
                  title={trans.__('Sort by %1 (Alt ↑, Alt ↓)', label)}
                  tabIndex={types.length === 0 && column === id ? 0 : -1}
                  onClick={() => props.onOrder(turned(order, id))}
                  onKeyDown={event => onHeadKey(event, index)}
                >
                  {label}
                  {sorted && (
                    <Arrow.react tag="span" className="jp-smext-icon" />
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody
          ref={body}
          onKeyDown={onRowKey}
          onClick={event => {
            const index = indexOf(event);
            if (index !== -1) {
              props.onSelect(types[index].name);
            }
          }}
          onDoubleClick={props.onConfirm}
        >
          {types.map((type, index) => (
            <TypeRow
              key={type.name}
              type={type}
              index={index}
              selected={index === at}
              tabbable={index === focusable}
              isNow={type.name === now}
              charged={charged}
              anyFast={anyFast}
              reading={reading}
              trans={trans}
            />
          ))}
        </tbody>
      </table>
      {types.length === 0 && (
        <p className="jp-smext-types-none">{trans.__('No type matches.')}</p>
      )}
    </div>
  );
});

const MOVES: {
  readonly [key: string]: (index: number, count: number) => number;
} = {
  ArrowDown: index => index + 1,
  ArrowUp: index => index - 1,
  PageDown: index => index + PAGE,
  PageUp: index => index - PAGE,
  Home: () => 0,
  End: (_, count) => count - 1
};

interface IColumn {
  readonly id: Column;
  readonly label: string;
  readonly numeric: boolean;
}

function columnsOf(
  charged: boolean,
  anyFast: boolean,
  trans: TranslationBundle
): IColumn[] {
  const columns: IColumn[] = [
    { id: 'name', label: trans.__('Instance type'), numeric: false },
    { id: 'vcpu', label: trans.__('vCPU'), numeric: true },
    { id: 'memory', label: trans.__('GiB'), numeric: true },
    { id: 'gpu', label: trans.__('GPU'), numeric: false },
    { id: 'fast', label: trans.__('Fast launch'), numeric: false },
    { id: 'quota', label: trans.__('Quota left'), numeric: true },
    { id: 'price', label: trans.__('$/h'), numeric: true }
  ];
  // What costs nothing has neither price nor quota.
  return columns.filter(
    ({ id }) =>
      (charged || (id !== 'price' && id !== 'quota')) &&
      (anyFast || id !== 'fast')
  );
}

function turned(order: IOrder, by: Column): IOrder {
  return { by, descending: order.by === by && !order.descending };
}

/** The place of the row that an event is in; -1 outside of all. */
function indexOf(event: React.SyntheticEvent): number {
  const row = (event.target as Element).closest('tr');
  return row ? Number(row.getAttribute('aria-rowindex')) - 2 : -1;
}
