import { TranslationBundle } from '@jupyterlab/translation';
import {
  defaultRangeExtractor,
  Range,
  useVirtualizer
} from '@tanstack/react-virtual';
import * as React from 'react';

import { arrowDownIcon, arrowUpIcon } from './sort-icons';

import '../../style/data-grid.css';

const LINE = 24;
/** Rows kept ready beyond either edge. */
const OVERSCAN = 4;

/**
 * A column of a {@link DataGrid}.
 */
export interface IColumn<T, C extends string = string> {
  readonly id: C;
  readonly label: string;
  readonly numeric?: boolean;
  cell(item: T): React.ReactNode;
  /** What the pointer is told over a cell. */
  tooltip?(item: T): string | undefined;
}

/**
 * By which column a grid is sorted, and which way.
 */
export interface IOrder<C extends string = string> {
  readonly by: C;
  readonly descending: boolean;
}

/**
 * What a grid can be asked to do.
 */
export interface IDataGrid {
  /** Put the focus on the chosen row, else on the first one. */
  focus(): void;
}

/**
 * The properties of a {@link DataGrid}.
 */
export interface IDataGridProps<T, C extends string = string> {
  readonly label: string;
  readonly className: string;
  readonly items: ReadonlyArray<T>;
  readonly columns: ReadonlyArray<IColumn<T, C>>;
  /** The widths of the columns, as `grid-template-columns` has them; without it the style's. */
  readonly widths?: string;
  keyOf(item: T): string;
  /** The key of the row that is chosen; with `marked`, of the one that the focus is on. */
  readonly chosen: string | null;
  /** Where several rows may be chosen: their keys. Space and a click mark a row, or unmark it. */
  readonly marked?: ReadonlySet<string>;
  readonly order: IOrder<C> | null;
  readonly busy?: boolean;
  readonly trans: TranslationBundle;
  onChoose(key: string): void;
  onMark?(item: T): void;
  /** Sort; without `descending` as a click on the header turns it. */
  onSort(by: C, descending?: boolean): void;
  /** Enter on a row. */
  onOpen(item: T): void;
  onClick?(item: T): void;
  onDoubleClick?(item: T): void;
  /** What is typed while the focus is in the grid. */
  onText(text: string): void;
  onEscape?(): void;
}

/**
 * Rows as an ARIA grid: one stop for Tab, arrows inside, the header above the first row. As many
 * rows are in the page as can be seen.
 */
function Grid<T, C extends string>(
  props: IDataGridProps<T, C>,
  ref: React.ForwardedRef<IDataGrid>
): React.ReactElement {
  const { items, columns, keyOf, chosen, marked, order, trans } = props;
  const scroller = React.useRef<HTMLDivElement>(null);
  const head = React.useRef<HTMLDivElement>(null);
  const [column, setColumn] = React.useState<C>(order?.by ?? columns[0].id);
  const focusNext = React.useRef(false);

  const found = React.useMemo(
    () =>
      chosen === null ? -1 : items.findIndex(item => keyOf(item) === chosen),
    [items, chosen]
  );
  const active = Math.max(0, found);

  const virtualizer = useVirtualizer({
    count: items.length,
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
    // Where it is there already, scrolling would have the page laid out once more.
    if (found < 0 && virtualizer.scrollOffset) {
      virtualizer.scrollToOffset(0);
    }
  }, [items]);

  // A row that is not in the page yet gets the focus as soon as it is.
  const focusRow = (index: number) => {
    const row = scroller.current?.querySelector<HTMLElement>(
      `[data-index="${index}"]`
    );
    focusNext.current = !row && items.length > 0;
    row?.focus({ preventScroll: true });
  };
  React.useLayoutEffect(() => {
    if (focusNext.current) {
      focusRow(active);
    }
  });

  const focusActive = () => {
    virtualizer.scrollToIndex(active, { align: 'auto' });
    focusRow(active);
  };
  React.useImperativeHandle(ref, () => ({ focus: focusActive }));

  const go = (index: number) => {
    const to = Math.max(0, Math.min(items.length - 1, index));
    if (!items.length) {
      return;
    }
    virtualizer.scrollToIndex(to, { align: 'auto' });
    if (to === found) {
      focusRow(to);
    } else {
      focusNext.current = true;
      props.onChoose(keyOf(items[to]));
    }
  };

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
      End: items.length - 1
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
      props.onMark?.(items[index]);
    } else if (key === 'Enter') {
      props.onOpen(items[index]);
    } else if (key === 'Escape' && props.onEscape) {
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
      props.onSort(id, key === 'ArrowDown');
    } else if (key === 'Enter' || key === ' ') {
      props.onSort(id);
    } else if (key === 'ArrowLeft') {
      focusHead(index - 1);
    } else if (key === 'ArrowRight') {
      focusHead(index + 1);
    } else if (key === 'Home') {
      focusHead(0);
    } else if (key === 'End') {
      focusHead(columns.length - 1);
    } else if (key === 'ArrowDown') {
      focusActive();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={scroller}
      className={`jp-smext-grid ${props.className}`}
      role="grid"
      aria-label={props.label}
      aria-rowcount={items.length + 1}
      aria-multiselectable={marked !== undefined || undefined}
      aria-busy={props.busy}
      style={
        props.widths === undefined
          ? undefined
          : ({ '--jp-smext-columns': props.widths } as React.CSSProperties)
      }
    >
      <div role="rowgroup" className="jp-smext-grid-head">
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
                tabIndex={!items.length && column === id ? 0 : -1}
                onClick={() => props.onSort(id)}
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
        className="jp-smext-grid-rows"
        style={{ height: virtualizer.getTotalSize() - LINE }}
        onKeyDown={onRowKey}
        onClick={event => {
          const item = items[indexOf(event)];
          if (item !== undefined) {
            props.onChoose(keyOf(item));
            props.onMark?.(item);
            props.onClick?.(item);
          }
        }}
        onDoubleClick={event => {
          const item = items[indexOf(event)];
          if (item !== undefined) {
            props.onDoubleClick?.(item);
          }
        }}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          // The list may have become shorter since the rows were measured.
          return item !== undefined ? (
            <Row
              key={index}
              item={item}
              index={index}
              top={start - LINE}
              columns={columns}
              chosen={marked ? marked.has(keyOf(item)) : index === found}
              tabbable={index === active}
            />
          ) : null;
        })}
      </div>
    </div>
  );
}

/**
 * {@link Grid}, of which others may hold an {@link IDataGrid}.
 */
export const DataGrid = React.forwardRef(Grid) as <T, C extends string>(
  props: IDataGridProps<T, C> & { ref?: React.Ref<IDataGrid> }
) => React.ReactElement;

interface IRowProps<T> {
  item: T;
  index: number;
  top: number;
  columns: ReadonlyArray<IColumn<T>>;
  chosen: boolean;
  tabbable: boolean;
}

const Row = React.memo(<T,>(props: IRowProps<T>): React.ReactElement => {
  const { item, index, top, columns, chosen, tabbable } = props;
  return (
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      tabIndex={tabbable ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
    >
      {columns.map(({ id, numeric, cell, tooltip }) => (
        <div
          key={id}
          role="gridcell"
          data-column={id}
          className={numeric ? 'jp-smext-num' : 'jp-smext-ellipsis'}
          title={tooltip?.(item)}
        >
          {cell(item)}
        </div>
      ))}
    </div>
  );
}) as <T>(props: IRowProps<T>) => React.ReactElement;

/** The place of the row that an event is in; -1 outside of all. */
function indexOf(event: React.SyntheticEvent): number {
  const row = (event.target as Element).closest('[data-index]');
  return row ? Number(row.getAttribute('data-index')) : -1;
}
