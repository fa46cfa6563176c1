import * as React from 'react';

import { Api } from '../../../api';
import { ComputeRoutes } from '../../../api/computes';
import { SwitchRoutes } from '../../../api/switches';
import { IChoice } from '../../../store';
import { IComputes, ISwitchPreview, ISwitchRequest } from '../../../protocol';
import { IAnswer, useAnswer } from '../../answer';

/** Milliseconds without another choice before our server is asked about this one. */
const PAUSE = 300;
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
      regions.map(region => api.of(ComputeRoutes).computes(connection!, region))
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
  const answer = useAnswer(asked, () => api.of(SwitchRoutes).preview(request!));
  const [last, setLast] = React.useState<ISwitchPreview | null>(null);
  React.useEffect(() => {
    if (answer.value !== null) {
      setLast(answer.value);
    }
  }, [answer.value]);
  return { ...answer, last: answer.value ?? last };
}
