import * as React from 'react';

import { LaunchRoutes } from '../../../api/launches';
import { LinkButton } from '../../../components/button';
import { took } from '../../../components/time';
import { useChanges, useSeconds } from '../../../hooks';
import { ILaunch } from '../../../protocol';
import { IModelId, ISmext } from '../../../tokens';
import { ModalHead } from '../../modal/frame';
import { ProblemCallout } from '../../modal/problem';
import { TaskSession } from '../../task/session';
import { TaskProgress, TaskSteps } from '../../task/steps';
import { Training } from './training';
import { launchName, launchWords, madeBy, modelOf } from './words';

/** The kind of resource that a deployment is tried at. */
const ENDPOINT = 'endpoint';

/** The view that sends requests to it. */
const TEST = 'test';

/**
 * A deployment or a fine-tuning: its steps, its log, and what came of it. It goes on when closed.
 */
export function LaunchProgress(props: {
  session: TaskSession<ILaunch>;
  smext: ISmext;
  titleId: string;
  statusId: string;
  /** Deploy what a training job made of a model. */
  onDeploy: (model: IModelId, job: string) => void;
  onClose: () => void;
}): React.ReactElement {
  const { session, smext, onDeploy, onClose } = props;
  const { api, trans } = smext;
  useChanges(session.changed);
  useSeconds(session.isRunning);
  const [asked, setAsked] = React.useState(false);
  const close = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => close.current?.focus(), []);
  const launch = session.value;
  const model = modelOf(launch);
  const made = launch.made
    .map(name => madeBy(launch, name))
    .flatMap(one => one ?? []);
  const endpoint = made.find(one => one.kind === ENDPOINT);
  const cancel = () => {
    setAsked(true);
    void session
      .attempt(() => api.of(LaunchRoutes).cancel(session.id))
      .finally(() => setAsked(false));
  };
  return (
    <>
      <ModalHead
        titleId={props.titleId}
        title={
          launch.what === 'deploy'
            ? trans.__('Deploying %1', launchName(launch))
            : trans.__('Fine-tuning %1', launchName(launch))
        }
        trans={trans}
        closes={session.isRunning ? trans.__('Close; it goes on') : undefined}
        onClose={onClose}
      >
        <p>
          <span id={props.statusId} role="status" aria-live="polite">
            {launchWords(launch, trans)}
          </span>
          {session.isRunning && (
            <> · {took(Date.now() / 1000 - launch.started, trans)}</>
          )}
        </p>
      </ModalHead>
      <TaskProgress steps={launch.steps} trans={trans} />
      <div className="jp-smext-modal-body">
        <TaskSteps steps={launch.steps} trans={trans} />
        {[launch.problem, session.problem].map(
          (one, index) =>
            one && <ProblemCallout key={index} problem={one} trans={trans} />
        )}
        {!session.isRunning && launch.left.length > 0 && (
          <p>
            {trans.__('Still there: %1', launch.left.map(nameOf).join(', '))}
          </p>
        )}
        {made.length > 0 && launch.state === 'done' && (
          <p>
            {trans.__('Made:')}{' '}
            {made.map((resource, index) => (
              <React.Fragment key={`${resource.kind} ${resource.id}`}>
                {index > 0 && ', '}
                <LinkButton
                  label={nameOf(resource.id)}
                  onClick={() => {
                    onClose();
                    smext.openResource(resource);
                  }}
                />{' '}
                <span className="jp-smext-muted">
                  {smext.store.kinds.get(resource.kind)?.label}
                </span>
              </React.Fragment>
            ))}
          </p>
        )}
        {launch.fine_tune && (
          <Training key={session.id} launch={launch} smext={smext} />
        )}
      </div>
      <div className="jp-smext-modal-foot">
        {session.isRunning && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-large"
            aria-disabled={asked || undefined}
            title={
              launch.what === 'deploy'
                ? trans.__('What was made is deleted')
                : undefined
            }
            onClick={asked ? undefined : cancel}
          >
            {trans.__('Stop')}
          </button>
        )}
        <button
          type="button"
          ref={close}
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={onClose}
        >
          {session.isRunning ? trans.__('Hide') : trans.__('Close')}
        </button>
        {launch.state === 'done' && endpoint && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept jp-mod-large"
            onClick={() => {
              onClose();
              smext.openResource(endpoint, TEST);
            }}
          >
            {trans.__('Try it')}
          </button>
        )}
        {launch.state === 'done' && launch.fine_tune && model && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept jp-mod-large"
            onClick={() => onDeploy(model, launchName(launch))}
          >
            {trans.__('Deploy the tuned model')}
          </button>
        )}
      </div>
    </>
  );
}

/** The last part of a row id: a name. */
function nameOf(id: string): string {
  return decodeURIComponent(
    id.slice(Math.max(id.lastIndexOf('/'), id.lastIndexOf(',')) + 1)
  );
}
