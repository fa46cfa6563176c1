import * as React from 'react';

import { Api, problemOf } from '../../../api';
import { IChoice } from '../../../store';
import {
  IComputes,
  IInstanceTypes,
  IProblem,
  ISwitchPreview,
  ISwitchRequest
} from '../../../protocol';

/** Milliseconds without another choice before our server is asked about this one. */
const PAUSE = 300;
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
function useAnswer<T>(
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
          timer = window.setTimeout(() => void ask(key), AGAIN);
        }
      }
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
 * Every place in the regions of a choice, this machine once and first.
 */
export function usePlaces(
  api: Api,
  choice: IChoice | null,
  attempt: number
): IAnswer<IComputes> {
  const connection = choice?.connection ?? null;
  const regions = choice?.regions ?? [];
  const key =
    connection === null ? null : JSON.stringify([connection, regions, attempt]);
  return useAnswer(key, async () => {
    const answers = await Promise.all(
      regions.map(region => api.computes(connection!, region))
    );
    const local = answers[0]?.computes.filter(one => one.at.kind === 'local');
    return {
      computes: [
        ...(local ?? []),
        ...answers.flatMap(({ computes }) =>
          computes.filter(one => one.at.kind !== 'local')
        )
      ],
      problems: answers.flatMap(({ problems }) => problems)
    };
  });
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
    () => api.instanceTypes(where!.connection, where!.region, use!),
    ({ reading }) => !reading
  );
}

/**
 * What a switch would do. `last` is the answer to an earlier choice, while that to this one is
 * waited for: what the kernel holds is the same in both.
 */
export function usePreview(
  api: Api,
  request: ISwitchRequest | null,
  attempt: number
): IAnswer<ISwitchPreview> & { readonly last: ISwitchPreview | null } {
  const key = request === null ? null : JSON.stringify([request, attempt]);
  const [settled, setSettled] = React.useState<string | null>(null);
  React.useEffect(() => {
    const timer = window.setTimeout(() => setSettled(key), PAUSE);
    return () => window.clearTimeout(timer);
  }, [key]);
  const asked = settled === key ? key : null;
  const answer = useAnswer(asked, () => api.previewSwitch(request!));
  const [last, setLast] = React.useState<ISwitchPreview | null>(null);
  React.useEffect(() => {
    if (answer.value !== null) {
      setLast(answer.value);
    }
  }, [answer.value]);
  return { ...answer, last: answer.value ?? last };
}
