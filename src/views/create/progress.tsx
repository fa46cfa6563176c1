import { Event } from '@jupyterlab/services';
import * as React from 'react';

import { CreationRoutes } from '../../api/creations';
import { LinkButton } from '../../components/button';
import { took } from '../../components/time';
import { useChanges, useSeconds } from '../../hooks';
import { ICreation } from '../../protocol';
import { ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { TaskSession } from '../task/session';
import { TaskProgress, TaskSteps } from '../task/steps';

/**
 * A creation: its steps as they are done, and what was made. It goes on when its tab is closed.
 */
export function Progress(props: {
  creation: ICreation;
  smext: ISmext;
  stream: Event.Stream;
  /** Fill the form in again, with what was asked for. */
  onAgain: () => void;
  /** All that is left is to wait until it is ready: its own page shows that. */
  onMade: (creation: ICreation) => void;
}): React.ReactElement {
  const { smext, stream, onAgain, onMade } = props;
  const { api, trans } = smext;
  const [session] = React.useState(
    () =>
      new TaskSession<ICreation>({
        task: 'creation',
        value: props.creation,
        stream,
        read: id => api.of(CreationRoutes).creation(id),
        isRunning: ({ state }) => state === 'running'
      })
  );
  React.useEffect(() => () => session.dispose(), []);
  useChanges(session.changed);
  useSeconds(session.isRunning);
  const [asked, setAsked] = React.useState(false);
  const { value: creation, problem } = session;
  const isMade = isAsGoodAsMade(creation);
  React.useEffect(() => {
    if (isMade) {
      onMade(creation);
    }
  }, [isMade]);
  const ask = (request: (id: string) => Promise<ICreation>) => {
    setAsked(true);
    void session
      .attempt(() => request(creation.id))
      .finally(() => setAsked(false));
  };
  const { connection, region } = creation.request;
  const button = (label: string, run: () => void) => (
    <button
      type="button"
      className="jp-smext-btn jp-mod-large"
      aria-disabled={asked || undefined}
      onClick={asked ? undefined : run}
    >
      {label}
    </button>
  );
  const words = {
    running: trans.__('Creating'),
    done: trans.__('Created'),
    failed: trans.__('Not created'),
    cancelled: trans.__('Cancelled')
  };
  return (
    <div className="jp-smext-page">
      <div className="jp-smext-page-head">
        <div className="jp-smext-grow">
          <h1>{creation.title}</h1>
          <p className="jp-smext-muted">
            <span role="status">{words[creation.state]}</span> ·{' '}
            {took(
              (creation.ended ?? Date.now() / 1000) - creation.started,
              trans
            )}{' '}
            · {region}
          </p>
        </div>
        <div className="jp-smext-page-actions">
          {session.isRunning &&
            button(trans.__('Cancel'), () =>
              ask(id => api.of(CreationRoutes).cancel(id))
            )}
          {creation.state === 'failed' && (
            <>
              {creation.made.length > 0 &&
                button(trans.__('Take back what was made'), () =>
                  ask(id => api.of(CreationRoutes).cancel(id))
                )}
              {button(trans.__('Try the step again'), () =>
                ask(id => api.of(CreationRoutes).retry(id))
              )}
            </>
          )}
          {!session.isRunning && button(trans.__('Back to the form'), onAgain)}
        </div>
      </div>
      <TaskProgress steps={creation.steps} trans={trans} />
      <div className="jp-smext-page-body">
        <TaskSteps steps={creation.steps} trans={trans} />
        {[creation.problem, problem].map(
          (one, index) =>
            one && <ProblemCallout key={index} problem={one} trans={trans} />
        )}
        {creation.made.length > 0 && (
          <section aria-label={trans.__('Made')}>
            <h2 className="jp-smext-h2">{trans.__('Made')}</h2>
            <ul className="jp-smext-create-made">
              {creation.made.map(({ kind, id, name }) => (
                <li key={`${kind}/${id}`}>
                  <LinkButton
                    label={name}
                    onClick={() =>
                      smext.openResource({ connection, region, kind, id })
                    }
                  />{' '}
                  <span className="jp-smext-muted">
                    {smext.store.kinds.get(kind)?.label ?? kind}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {creation.arn && <p>{trans.__('AWS created %1', creation.arn)}</p>}
      </div>
    </div>
  );
}

/** Whether what was asked for is there, and nothing more is made for it. */
function isAsGoodAsMade({ state, steps, target, made }: ICreation): boolean {
  const last = steps[steps.length - 1];
  return (
    target !== null &&
    (state === 'done' || (state === 'running' && last?.state === 'now')) &&
    made.some(one => one.kind === target.kind && one.id === target.id)
  );
}
