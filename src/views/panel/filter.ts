import { IRowRef } from '../../store';

/**
 * The words of a filter, each of which must be found in a resource.
 */
export function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * Whether a resource matches all words of the filter, each in its name, status, kind, instance or region.
 */
export function matches(ref: IRowRef, words: ReadonlyArray<string>): boolean {
  const { row, kind, region } = ref;
  return words.every(
    word =>
      row.name.toLowerCase().includes(word) ||
      row.status.toLowerCase().includes(word) ||
      kind.label.toLowerCase().includes(word) ||
      kind.plural.toLowerCase().includes(word) ||
      (row.instance?.toLowerCase().includes(word) ?? false) ||
      region.includes(word)
  );
}
