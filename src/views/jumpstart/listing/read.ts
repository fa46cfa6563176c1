import * as React from 'react';

import { IProblem } from '../../../protocol';
import { useAnswer } from '../../answer';
import { Search, SearchedTab } from '../search';
import { useHas } from '../use-has';

/**
 * A list of somewhere: the last one that was read stays until a newer one is there.
 */
export interface IListRead<T> {
  readonly value: T | null;

  /** Why the latest reading failed; the value is then an older one, or none. */
  readonly problem: IProblem | null;

  /** Whether it is being read. */
  readonly busy: boolean;

  /** Read it again. */
  readonly again: () => void;
}

/**
 * Read the list of a place, and again while it is not `whole`; nothing while `place` is null.
 */
export function useListRead<T>(
  place: string | null,
  question: () => Promise<T>,
  whole: (value: T) => boolean = () => true
): IListRead<T> {
  const [attempt, setAttempt] = React.useState(0);
  const { value, problem } = useAnswer(
    place === null ? null : JSON.stringify([place, attempt]),
    question,
    whole
  );
  const last = React.useRef<{ place: string; value: T } | null>(null);
  if (value !== null && place !== null) {
    last.current = { place, value };
  }
  return {
    value: last.current?.place === place ? last.current.value : null,
    problem,
    busy:
      place !== null && problem === null && (value === null || !whole(value)),
    again: () => setAttempt(before => before + 1)
  };
}

/**
 * Read the list of a tab for a connection and region, and have its rows found by what is searched
 * for, each by a text of `textsOf`.
 *
 * #### Notes
 * Unless it is shown it waits for the models, whose table is what is looked at first.
 */
export function useSearchedList<T>(
  search: Search,
  tab: SearchedTab,
  connection: string | null,
  region: string | undefined,
  shown: boolean,
  question: (connection: string, region: string) => Promise<T>,
  textsOf: (value: T) => ReadonlyArray<string>,
  whole?: (value: T) => boolean
): IListRead<T> {
  const ready = useHas(search, 'models');
  const read = useListRead(
    connection !== null && region && (ready || shown)
      ? JSON.stringify([connection, region])
      : null,
    () => question(connection!, region!),
    whole
  );
  const { value } = read;
  React.useEffect(() => {
    search.has(tab, value === null ? null : textsOf(value));
  }, [search, tab, value]);
  return read;
}
