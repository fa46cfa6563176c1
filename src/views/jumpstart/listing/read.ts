import * as React from 'react';

import { IProblem } from '../../../protocol';
import { useAnswer } from '../../answer';

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
