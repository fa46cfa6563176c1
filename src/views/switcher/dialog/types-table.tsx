import { TranslationBundle } from '@jupyterlab/translation';
import { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { dollars } from '../../../components/amount';
import { checkIcon } from '../../../components/icons';
import { IInstanceType } from '../../../protocol';
import { Column, IOrder } from '../sort';

import arrowDownSvg from '../../../../style/icons/arrow-down.svg';
import arrowUpSvg from '../../../../style/icons/arrow-up.svg';

// Not with the other icons, which are loaded at the start.
const arrowDownIcon = new LabIcon({
  name: 'jupyter_smext:arrow-down',
  svgstr: arrowDownSvg
});
const arrowUpIcon = new LabIcon({
  name: 'jupyter_smext:arrow-up',
  svgstr: arrowUpSvg
});

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
    reading: boolean;
    order: IOrder;
    trans: TranslationBundle;
    onOrder: (order: IOrder) => void;
    onSelect: (type: string) => void;
    onConfirm: () => void;
    onText: (text: string) => void;
  }
>((props, ref) => {
  const { types, selected, now, charged, reading, order, trans } = props;
  const body = React.useRef<HTMLTableSectionElement>(null);
  const head = React.useRef<HTMLTableRowElement>(null);
  const [column, setColumn] = React.useState<Column>(order.by);
  const columns = columnsOf(charged, trans);
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
            <Row
              key={type.name}
              type={type}
              index={index}
              selected={index === at}
              tabbable={index === focusable}
              isNow={type.name === now}
              charged={charged}
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

function columnsOf(charged: boolean, trans: TranslationBundle): IColumn[] {
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
  return charged
    ? columns
    : columns.filter(({ id }) => id !== 'price' && id !== 'quota');
}

function turned(order: IOrder, by: Column): IOrder {
  return { by, descending: order.by === by && !order.descending };
}

/** The place of the row that an event is in; -1 outside of all. */
function indexOf(event: React.SyntheticEvent): number {
  const row = (event.target as Element).closest('tr');
  return row ? Number(row.getAttribute('aria-rowindex')) - 2 : -1;
}

const Row = React.memo(
  (props: {
    type: IInstanceType;
    index: number;
    selected: boolean;
    tabbable: boolean;
    isNow: boolean;
    charged: boolean;
    reading: boolean;
    trans: TranslationBundle;
  }): React.ReactElement => {
    const { type, index, selected, isNow, charged, reading, trans } = props;
    return (
      <tr
        aria-rowindex={index + 2}
        aria-selected={selected}
        tabIndex={props.tabbable ? 0 : -1}
      >
        <td>
          {type.name}
          {isNow && (
            <>
              {' '}
              <span className="jp-smext-badge">{trans.__('now')}</span>
            </>
          )}
        </td>
        <td className="jp-smext-num">{type.vcpu ?? '–'}</td>
        <td className="jp-smext-num">{type.memory_gib ?? '–'}</td>
        <td className="jp-smext-ellipsis" title={gpuTitle(type)}>
          {gpuOf(type, trans)}
        </td>
        <td>
          {type.fast_launch && (
            <span role="img" aria-label={trans.__('yes')}>
              <checkIcon.react tag="span" className="jp-smext-icon" />
            </span>
          )}
        </td>
        {charged && (
          <>
            <Quota type={type} reading={reading} trans={trans} />
            {type.price === null ? (
              <td className="jp-smext-num jp-smext-muted">
                {reading ? '…' : trans.__('no price')}
              </td>
            ) : (
              <td className="jp-smext-num">{dollars(type.price)}</td>
            )}
          </>
        )}
      </tr>
    );
  }
);

function Quota(props: {
  type: IInstanceType;
  reading: boolean;
  trans: TranslationBundle;
}): React.ReactElement {
  const { type, reading, trans } = props;
  const { quota, quota_left } = type;
  if (quota === null) {
    return (
      <td className="jp-smext-num jp-smext-muted">
        {reading ? '…' : trans.__('not readable')}
      </td>
    );
  }
  return (
    <td className="jp-smext-num">
      {quota_left === null
        ? trans.__('? of %1', quota)
        : trans.__('%1 of %2', quota_left, quota)}
    </td>
  );
}

/**
 * `1 × T4, 16 GiB`; empty without a GPU.
 */
export function gpuOf(
  type: Pick<IInstanceType, 'gpus' | 'gpu'> &
    Partial<Pick<IInstanceType, 'gpu_memory_gib'>>,
  trans: TranslationBundle
): string {
  if (!type.gpus) {
    return '';
  }
  const count = trans.__(
    '%1 × %2',
    type.gpus,
    shortGpu(type.gpu) ?? trans.__('GPU')
  );
  return type.gpu_memory_gib
    ? trans.__('%1, %2 GiB', count, Math.round(type.gpu_memory_gib))
    : count;
}

/** Without its maker: `NVIDIA T4` → `T4`. */
function shortGpu(gpu: string | null): string | null {
  return gpu?.replace(/^(NVIDIA|AMD|AWS) /, '') ?? null;
}

function gpuTitle(type: IInstanceType): string | undefined {
  return type.gpus && type.gpu ? type.gpu : undefined;
}
