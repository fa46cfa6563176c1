import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../../../components/copy-button';
import { Facts } from '../../../components/facts';
import { exactTime, took } from '../../../components/time';
import { ToneMark } from '../../../components/tone';
import { useChanges, useSeconds } from '../../../hooks';
import { ISolutionLaunch, IStackOutput } from '../../../protocol';
import { whyNothing } from '../../../store';
import { ISmext } from '../../../tokens';
import { ProblemCallout } from '../../modal/problem';
import { TaskSession } from '../../task/session';
import { isWebAddress } from '../model/markdown';
import { StackEvents } from './events';
import { SolutionLaunches } from './launches';
import { Proof } from './proof';
import { ResourceTable } from './resource-table';
import {
  canDelete,
  resourcesOf,
  solutionOf,
  stateWords,
  toneOf
} from './words';

/**
 * A stack of a solution: how it is getting on, what it made, what it tells, what happened to it.
 */
export function Stack(props: {
  session: TaskSession<ISolutionLaunch>;
  launches: SolutionLaunches;
  smext: ISmext;
}): React.ReactElement {
  const { session, launches, smext } = props;
  const { store, trans } = smext;
  useChanges(session.changed, store.changed);
  useSeconds(session.isRunning);
  const launch = session.value;
  const { request, state, deletion } = launch;
  const heading = React.useId();
  const why = whyNothing(store.connectionOf(request.connection), null, trans);
  const since = state === 'deleting' ? deletion?.asked : launch.started;
  const resources = resourcesOf(launch);
  return (
    <section className="jp-smext-stack" aria-labelledby={heading}>
      <div className="jp-smext-line jp-smext-stack-head">
        <ToneMark {...toneOf(launch)} trans={trans} mute />
        <h2 className="jp-smext-h2" id={heading}>
          {request.stack}
        </h2>
        <code className="jp-smext-grow jp-smext-muted">{launch.status}</code>
        {state === 'created' && launch.notebook !== null && (
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() =>
              void launches.openNotebook(solutionOf(launch), launch)
            }
          >
            {trans.__('Open notebook')}
          </button>
        )}
        {canDelete(launch) && (
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={why !== null || undefined}
            title={why ?? undefined}
            onClick={
              why === null ? () => void launches.delete(launch) : undefined
            }
          >
            {state === 'creating'
              ? trans.__('Stop, and delete all resources…')
              : trans.__('Delete all resources…')}
          </button>
        )}
      </div>
      <p>
        <span role="status" aria-live="polite">
          {stateWords(launch, trans)}
        </span>
        {session.isRunning && since !== undefined && (
          <> · {took(Date.now() / 1000 - since, trans)}</>
        )}
      </p>
      {session.isRunning && (
        <div
          className="jp-smext-progress jp-mod-moving"
          role="progressbar"
          aria-label={
            state === 'deleting'
              ? trans.__('The stack is being deleted')
              : trans.__('The stack is being made')
          }
        >
          <i />
        </div>
      )}
      {[launch.problem, session.problem].map(
        (one, index) =>
          one && <ProblemCallout key={index} problem={one} trans={trans} />
      )}
      {deletion !== null && deletion.ended !== null && (
        <Proof launch={launch} deletion={deletion} smext={smext} />
      )}
      {launch.outputs.length > 0 && (
        <section>
          <h3 className="jp-smext-h2">{trans.__('Outputs')}</h3>
          <dl className="jp-smext-facts-grid">
            {launch.outputs.map(output => (
              <Output key={output.key} output={output} trans={trans} />
            ))}
          </dl>
        </section>
      )}
      {resources.length > 0 &&
        (deletion === null || deletion.ended === null) && (
          <ResourceTable
            caption={trans.__('Resources: %1', resources.length)}
            resources={resources}
            launch={launch}
            smext={smext}
          />
        )}
      <StackEvents events={launch.events} trans={trans} />
      <Asked launch={launch} trans={trans} />
    </section>
  );
}

function Output(props: {
  output: IStackOutput;
  trans: TranslationBundle;
}): React.ReactElement {
  const { output, trans } = props;
  const { key, value, description } = output;
  return (
    <>
      <dt title={description || undefined}>{key}</dt>
      <dd>
        <span className="jp-smext-line">
          {isWebAddress(value) ? (
            <a href={value} target="_blank" rel="noopener noreferrer">
              {value}
            </a>
          ) : (
            <code>{value}</code>
          )}
          <CopyButton
            text={value}
            label={trans.__('Copy %1', value)}
            trans={trans}
          />
        </span>
        {description && (
          <span className="jp-smext-muted jp-smext-small">{description}</span>
        )}
      </dd>
    </>
  );
}

/** What was asked for; what is hidden is not kept. */
function Asked(props: {
  launch: ISolutionLaunch;
  trans: TranslationBundle;
}): React.ReactElement {
  const { launch, trans } = props;
  const { request, stack_id } = launch;
  const facts: [string, React.ReactNode][] = [
    [trans.__('Launched'), exactTime(launch.started)],
    [trans.__('Region'), request.region],
    [
      trans.__('Stack'),
      stack_id && (
        <span className="jp-smext-line">
          <code>{stack_id}</code>
          <CopyButton
            text={stack_id}
            label={trans.__('Copy the id of the stack')}
            trans={trans}
          />
        </span>
      )
    ],
    [
      trans.__('CloudFormation works with'),
      request.role ?? trans.__('Your own permissions')
    ],
    [trans.__('Acknowledged'), request.capabilities.join(', ')],
    ...Object.entries(request.parameters).map(
      ([name, value]): [string, React.ReactNode] => [name, String(value)]
    ),
    [
      trans.__('Tags'),
      Object.entries(request.tags)
        .map(([key, value]) => `${key}=${value}`)
        .join(', ')
    ]
  ];
  return (
    <details className="jp-smext-said">
      <summary>{trans.__('What was asked for')}</summary>
      <Facts facts={facts} />
    </details>
  );
}
