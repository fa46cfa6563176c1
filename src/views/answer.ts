import * as React from 'react';

import { Api, problemOf } from '../api';
import { ComputeRoutes } from '../api/computes';
import { IInstanceTypes, IProblem } from '../protocol';

/** Milliseconds before what our server still reads is asked for again. */
const AGAIN = 2000;

/**
 * An answer, or why there is none; both null while it is waited for.
 */
export interface IAnswer<T> {
  readonly value: T | null;
  readonly problem: IProblem | null;
}

const WAITING = { value: null, problem: null };

/**
 * Ask whenever `key` changes, and again while the answer is not `whole`; nothing while it is null.
 */
export function useAnswer<T>(
  key: string | null,
  question: () => Promise<T>,
  whole: (value: T) => boolean = () => true
): IAnswer<T> {
  const [answer, setAnswer] = React.useState<IAnswer<T> & { key: string }>({
    ...WAITING,
    key: ''
  });
  React.useEffect(() => {
    let wanted = true;
    let timer: number | undefined;
    const ask = async (key: string) => {
      let answer: IAnswer<T>;
      try {
        answer = { value: await question(), problem: null };
      } catch (error) {
        answer = { value: null, problem: problemOf(error) };
      }
      if (wanted) {
        setAnswer({ key, ...answer });
        if (answer.value !== null && !whole(answer.value)) {
          later(key);
        }
      }
    };
    const later = (key: string) => {
      timer = window.setTimeout(
        // Nobody sees what it would be: it is asked for once the page is shown again.
        () => (document.hidden ? later(key) : void ask(key)),
        AGAIN
      );
    };
    if (key !== null) {
      void ask(key);
    }
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [key]);
  return answer.key === key ? answer : WAITING;
}

/**
 * The types for a use somewhere; null where there is none to choose.
 */
export function useTypes(
  api: Api,
  where: { connection: string; region: string } | null,
  use: IInstanceTypes['use'] | null,
  attempt: number
): IAnswer<IInstanceTypes> {
  const key =
    where === null || use === null
      ? null
      : JSON.stringify([where.connection, where.region, use, attempt]);
  return useAnswer(
    key,
    () =>
      api
        .of(ComputeRoutes)
        .instanceTypes(where!.connection, where!.region, use!),
    ({ reading }) => !reading
  );
}
