import { TranslationBundle } from '@jupyterlab/translation';
import {
  defaultRangeExtractor,
  Range,
  useVirtualizer
} from '@tanstack/react-virtual';
import * as React from 'react';

import { arrowDownIcon, arrowUpIcon } from '../../../components/sort-icons';
import { IColumn } from './columns';
import { Column, Order, turned } from './order';
import { IEntry } from './selection';

const LINE = 24;
/** Rows kept ready beyond either edge. */
const OVERSCAN = 4;

/**
 * What the table can be asked to do.
 */
export interface IModelsGrid {
  /** Put the focus on the chosen row, else on the first one. */
  focus(): void;
}

/**
 * The models as an ARIA grid: one stop for Tab, arrows inside, the header above the first row. As
 * many rows are in the page as can be seen.
 */
export const ModelsGrid = React.forwardRef<
  IModelsGrid,
  {
    entries: ReadonlyArray<IEntry>;
    columns: ReadonlyArray<IColumn>;
    order: Order;
    reading: boolean;
    trans: TranslationBundle;
    onOrder: (order: Order) => void;
    onOpen: (entry: IEntry) => void;
    onText: (text: string) => void;
    onEscape: () => void;
  }
>((props, ref) => {
  const { entries, columns, order, reading, trans } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const head = React.useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = React.useState<string | null>(null);
  const [column, setColumn] = React.useState<Column>('name');
  const focusNext = React.useRef(false);

  const found = React.useMemo(
    () => entries.findIndex(entry => keyOf(entry) === activeId),
    [entries, activeId]
  );
  const active = Math.max(0, found);

  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    paddingStart: LINE,
    // What is brought into view must not lie under the header.
    scrollPaddingStart: LINE,
    rangeExtractor: React.useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range);
        return shown.includes(active) || active >= range.count
          ? shown
          : [...shown, active].sort((a, b) => a - b);
      },
      [active]
    ),
    overscan: OVERSCAN
  });

  // Other rows than before are read from the first one.
  React.useLayoutEffect(() => {
    if (found < 0) {
      virtualizer.scrollToOffset(0);
    }
  }, [entries]);

  const row = (index: number) =>
    scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`);
  React.useLayoutEffect(() => {
    if (focusNext.current) {
      focusNext.current = false;
      row(active)?.focus({ preventScroll: true });
    }
  });

  const go = (index: number) => {
    const to = Math.max(0, Math.min(entries.length - 1, index));
    if (!entries.length) {
      return;
    }
    setActiveId(keyOf(entries[to]));
    virtualizer.scrollToIndex(to, { align: 'auto' });
    focusNext.current = true;
    if (to === found) {
      row(to)?.focus({ preventScroll: true });
      focusNext.current = false;
    }
  };
  React.useImperativeHandle(ref, () => ({ focus: () => go(active) }));

  const focusHead = (index: number) => {
    const cell = head.current?.children[index] as HTMLElement | undefined;
    if (cell) {
      setColumn(columns[index].id);
      cell.focus();
    }
  };

  const onRowKey = (event: React.KeyboardEvent) => {
    const { key } = event;
    const index = indexOf(event);
    if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const page = Math.max(
      1,
      Math.floor((scroller.current?.clientHeight ?? 240) / LINE) - 2
    );
    const to: { [key: string]: number } = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      PageDown: index + page,
      PageUp: index - page,
      Home: 0,
      End: entries.length - 1
    };
    if (key === 'ArrowUp' && index === 0) {
      focusHead(
        Math.max(
          0,
          columns.findIndex(({ id }) => id === order?.by)
        )
      );
    } else if (key in to) {
      go(to[key]);
    } else if (key === ' ') {
      go(index);
    } else if (key === 'Enter') {
      props.onOpen(entries[index]);
    } else if (key === 'Escape') {
      props.onEscape();
    } else if (key === '/') {
      props.onText('');
    } else if (key.length === 1) {
      props.onText(key);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
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
      go(active);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={scroller}
      className="jp-smext-models"
      role="grid"
      aria-label={trans.__('Models')}
      aria-rowcount={entries.length + 1}
      aria-busy={reading}
      data-charged={columns.some(({ id }) => id === 'price') || undefined}
    >
      <div role="rowgroup" className="jp-smext-models-head">
        <div ref={head} role="row" aria-rowindex={1}>
          {columns.map(({ id, label, numeric }, index) => {
            const sorted = order?.by === id;
            const Arrow = order?.descending ? arrowDownIcon : arrowUpIcon;
            return (
              <div
                key={id}
                role="columnheader"
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
                tabIndex={!entries.length && column === id ? 0 : -1}
                onClick={() => props.onOrder(turned(order, id))}
                onKeyDown={event => onHeadKey(event, index)}
              >
                <span className="jp-smext-ellipsis">{label}</span>
                {sorted && <Arrow.react tag="span" className="jp-smext-icon" />}
              </div>
            );
          })}
        </div>
      </div>
      <div
        role="rowgroup"
        className="jp-smext-models-rows"
        style={{ height: virtualizer.getTotalSize() - LINE }}
        onKeyDown={onRowKey}
        onFocus={event => {
          const entry = entries[indexOf(event)];
          if (entry) {
            setActiveId(keyOf(entry));
          }
        }}
        onClick={event => {
          const entry = entries[indexOf(event)];
          if (entry) {
            props.onOpen(entry);
          }
        }}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const entry = entries[index];
          // The list may have become shorter since the rows were measured.
          return entry ? (
            <ModelRow
              key={index}
              entry={entry}
              index={index}
              top={start - LINE}
              columns={columns}
              selected={index === found}
              tabbable={index === active}
            />
          ) : null;
        })}
      </div>
    </div>
  );
});

const ModelRow = React.memo(
  (props: {
    entry: IEntry;
    index: number;
    top: number;
    columns: ReadonlyArray<IColumn>;
    selected: boolean;
    tabbable: boolean;
  }): React.ReactElement => {
    const { entry, index, top, columns, selected, tabbable } = props;
    return (
      <div
        role="row"
        data-index={index}
        aria-rowindex={index + 2}
        aria-selected={selected}
        tabIndex={tabbable ? 0 : -1}
        title={entry.model.name}
        style={{ transform: `translateY(${top}px)` }}
      >
        {columns.map(({ id, numeric, cell }) => (
          <div
            key={id}
            role="gridcell"
            data-column={id}
            className={numeric ? 'jp-smext-num' : 'jp-smext-ellipsis'}
          >
            {cell(entry)}
          </div>
        ))}
      </div>
    );
  }
);

/** The same model can be in several hubs. */
function keyOf({ model }: IEntry): string {
  return `${model.hub ?? ''}\n${model.id}\n${model.version}`;
}

/** The place of the row that an event is in; -1 outside of all. */
function indexOf(event: React.SyntheticEvent): number {
  const row = (event.target as Element).closest('[data-index]');
  return row ? Number(row.getAttribute('data-index')) : -1;
}
