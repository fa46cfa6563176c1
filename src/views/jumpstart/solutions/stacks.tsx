import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { SolutionRoutes } from '../../../api/solutions';
import { exactTime } from '../../../components/time';
import { ToneMark } from '../../../components/tone';
import { ISolutionLaunch } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { TaskSession } from '../../task/session';
import { SolutionLaunches } from './launches';
import { Stack } from './stack';
import { stackWords, toneOf } from './words';

/**
 * The stacks that were made of a solution, newest first, and the chosen one of them.
 */
export function Stacks(props: {
  stacks: ReadonlyArray<ISolutionLaunch>;
  chosen: string;
  launches: SolutionLaunches;
  smext: ISmext;
  onChoose: (id: string) => void;
}): React.ReactElement | null {
  const { stacks, launches, smext, onChoose } = props;
  const { api, trans } = smext;
  const chosen = stacks.find(({ id }) => id === props.chosen) ?? stacks[0];
  const [session, setSession] =
    React.useState<TaskSession<ISolutionLaunch> | null>(null);
  React.useEffect(() => {
    const session = launches.follow(chosen);
    const held = launches.hold(session);
    setSession(session);
    // Whether it is there still is looked at when somebody asks for it.
    void session.attempt(() =>
      api.of(SolutionRoutes).solutionLaunch(session.id)
    );
    return () => held.dispose();
  }, [launches, chosen.id]);
  return (
    <div
      className="jp-smext-stacks"
      data-several={stacks.length > 1 || undefined}
    >
      {stacks.length > 1 && (
        <ul className="jp-smext-stack-list" aria-label={trans.__('Stacks')}>
          {stacks.map(stack => (
            <li key={stack.id}>
              <StackLine
                stack={stack}
                current={stack.id === chosen.id}
                trans={trans}
                onChoose={() => onChoose(stack.id)}
              />
            </li>
          ))}
        </ul>
      )}
      {session?.id === chosen.id && (
        <Stack
          key={chosen.id}
          session={session}
          launches={launches}
          smext={smext}
        />
      )}
    </div>
  );
}

function StackLine(props: {
  stack: ISolutionLaunch;
  current: boolean;
  trans: TranslationBundle;
  onChoose: () => void;
}): React.ReactElement {
  const { stack, current, trans, onChoose } = props;
  return (
    <button
      type="button"
      className="jp-smext-stack-line"
      aria-current={current || undefined}
      title={trans.__('Launched %1', exactTime(stack.started))}
      onClick={onChoose}
    >
      <ToneMark {...toneOf(stack)} trans={trans} mute />
      <span className="jp-smext-ellipsis">{stack.request.stack}</span>
      <span className="jp-smext-muted jp-smext-small jp-smext-ellipsis">
        {stackWords(stack, trans)}
      </span>
    </button>
  );
}
