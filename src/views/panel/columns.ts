import { TranslationBundle } from '@jupyterlab/translation';

import { IColumn, IKind, IRow } from '../../protocol';

/**
 * What the rows of a kind are sorted by: `name`, `status`, `created`, … or a member of AWS's summary.
 */
export interface ISort {
  readonly by: string;
  readonly descending: boolean;
}

/** As the server sends them. */
export const NEWEST_FIRST: ISort = { by: 'created', descending: true };

/** The columns behind the name when the user chose none. */
export const DEFAULT_COLUMNS: ReadonlyArray<string> = ['created'];

/** Columns that every kind can show, besides the members of its summary. */
export const COMMON_COLUMNS: ReadonlyArray<string> = [
  'status',
  'instance',
  'created',
  'modified'
];

type Cell = IRow['cells'][number];

/**
 * A kind's own columns that say something the common ones do not.
 */
export function ownColumns(kind: IKind): ReadonlyArray<IColumn> {
  return kind.columns.filter(column => !COMMON_COLUMNS.includes(column.name));
}

/**
 * The value of a row in a column; null where it has none.
 */
export function cellOf(kind: IKind, row: IRow, column: string): Cell {
  switch (column) {
    case 'name':
      return row.name;
    case 'status':
      return row.status;
    case 'created':
      return row.created;
    case 'modified':
      return row.modified;
    case 'instance':
      return row.instance;
    default: {
      const index = kind.columns.findIndex(one => one.name === column);
      return row.cells[index] ?? null;
    }
  }
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** Rows without a value come last in either direction. */
function compare(a: Cell, b: Cell, descending: boolean): number {
  const none = (cell: Cell) => cell === null || cell === '';
  if (none(a) || none(b)) {
    return Number(none(a)) - Number(none(b));
  }
  const order =
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : collator.compare(String(a), String(b));
  return descending ? -order : order;
}

/**
 * The items in order; those that are equal keep theirs. Answers the same array when it is in order.
 */
export function sorted<T extends { readonly row: IRow }>(
  items: ReadonlyArray<T>,
  kind: IKind,
  sort: ISort
): ReadonlyArray<T> {
  const cells = items.map(item => cellOf(kind, item.row, sort.by));
  const order = (a: number, b: number) =>
    compare(cells[a], cells[b], sort.descending);
  if (cells.every((_, index) => !index || order(index - 1, index) <= 0)) {
    return items;
  }
  return cells
    .map((_, index) => index)
    .sort(order)
    .map(index => items[index]);
}

/**
 * The words of a column's header.
 */
export function columnLabel(
  kind: IKind,
  column: string,
  trans: TranslationBundle
): string {
  switch (column) {
    case 'name':
      return trans.__('Name');
    case 'status':
      return trans.__('Status');
    case 'created':
      return trans.__('Age');
    case 'modified':
      return trans.__('Modified');
    case 'instance':
      return trans.__('Instance');
    default:
      return kind.columns.find(one => one.name === column)?.label ?? column;
  }
}

/**
 * Whether a column holds times, which are shown as ages.
 */
export function isTime(kind: IKind, column: string): boolean {
  return (
    ['created', 'modified'].includes(column) ||
    kind.columns.find(one => one.name === column)?.format === 'time'
  );
}

/**
 * The CSS grid of a kind's rows: mark, name, then its columns.
 */
export function template(kind: IKind, columns: ReadonlyArray<string>): string {
  const widths = columns.map(column =>
    isTime(kind, column) ? '46px' : 'minmax(0, 88px)'
  );
  return ['10px', 'minmax(64px, 1fr)', ...widths].join(' ');
}
