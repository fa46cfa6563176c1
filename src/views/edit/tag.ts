import { TranslationBundle } from '@jupyterlab/translation';

import { ITag, ITagChanges } from '../../protocol';

/** AWS's quota on tags, and what it takes for one (`Tag` of its API). */
export const MOST = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
/** The keys that AWS keeps to itself. */
export const RESERVED = /^aws:/i;

/**
 * A tag as it is edited; `was` is what AWS has, null for a new one.
 */
export interface ITagRow {
  readonly at: number;
  readonly was: ITag | null;
  readonly key: string;
  readonly value: string;
}

/** The tags that AWS has, as rows. */
export function rowsOf(tags: ReadonlyArray<ITag>): ReadonlyArray<ITagRow> {
  return tags.map((was, at) => ({ at, was, ...was }));
}

/**
 * What is to be sent so that AWS has the rows: an empty new row is none.
 */
export function changesOf(
  tags: ReadonlyArray<ITag>,
  rows: ReadonlyArray<{ readonly key: string; readonly value: string }>
): ITagChanges {
  const wanted = new Map(
    rows.filter(row => row.key !== '').map(row => [row.key, row.value])
  );
  const known = new Map(tags.map(tag => [tag.key, tag.value]));
  return {
    put: Object.fromEntries(
      [...wanted].filter(([key, value]) => known.get(key) !== value)
    ),
    remove: [...known.keys()].filter(key => !wanted.has(key))
  };
}

/** Why AWS would not take a row, in words; null where it would. */
export function whyWrong(
  row: ITagRow,
  rows: ReadonlyArray<ITagRow>,
  trans: TranslationBundle
): string | null {
  const { key, value, was } = row;
  if (key === (was?.key ?? null) && value === was?.value) {
    return null;
  }
  if (key === '') {
    return value === '' && was === null ? null : trans.__('A tag needs a key.');
  }
  if (RESERVED.test(key)) {
    return trans.__('AWS keeps keys that begin with aws: to itself.');
  }
  if (key.length > LONGEST_KEY || value.length > LONGEST_VALUE) {
    return trans.__(
      'A key has up to %1 characters, a value up to %2.',
      LONGEST_KEY,
      LONGEST_VALUE
    );
  }
  if (!ALLOWED.test(key) || !ALLOWED.test(value)) {
    return trans.__('Letters, digits, spaces and _ . : / = + - @ are allowed.');
  }
  return rows.some(other => other.at !== row.at && other.key === key)
    ? trans.__('This key is there twice.')
    : null;
}
