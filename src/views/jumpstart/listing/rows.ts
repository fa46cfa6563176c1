import { IColumn, IOrder } from '../../../components/data-grid';
import { holds, wordsOf } from '../search';

/**
 * A column of a list, and what it is sorted by; null is last.
 */
export interface IListColumn<T> extends IColumn<T> {
  sortKey(row: T): string | null;
}

/**
 * What a list is narrowed by beside words: a row has one value of it, or none.
 */
export interface IListFacet<T> {
  readonly id: string;
  readonly label: string;
  value(row: T): string | null;
}

/**
 * The chosen value of each facet that is narrowed by.
 */
export type Chosen = { readonly [facet: string]: string };

const names = new Intl.Collator(undefined, { numeric: true });

/**
 * The rows that have all words and the chosen values.
 */
export function narrowed<T>(
  rows: ReadonlyArray<T>,
  textOf: (row: T) => string,
  text: string,
  facets: ReadonlyArray<IListFacet<T>>,
  chosen: Chosen
): T[] {
  const words = wordsOf(text);
  return rows.filter(
    row =>
      holds(textOf(row), words) &&
      facets.every(
        ({ id, value }) => !(id in chosen) || value(row) === chosen[id]
      )
  );
}

/**
 * The values of a facet with how many rows have each, the most frequent ones first.
 */
export function valuesOf<T>(
  rows: ReadonlyArray<T>,
  facet: IListFacet<T>
): [string, number][] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = facet.value(row);
    if (value) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || names.compare(a, b));
}

/**
 * The rows in an order; without one as they came.
 */
export function sorted<T>(
  rows: ReadonlyArray<T>,
  columns: ReadonlyArray<IListColumn<T>>,
  order: IOrder | null
): ReadonlyArray<T> {
  const column = columns.find(({ id }) => id === order?.by);
  if (!column) {
    return rows;
  }
  const sign = order!.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [column.sortKey(a), column.sortKey(b)];
    return x === null || y === null
      ? Number(x === null) - Number(y === null)
      : sign * names.compare(x, y);
  });
}
