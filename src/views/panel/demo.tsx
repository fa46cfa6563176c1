import * as React from 'react';

import { IconButton, LinkButton } from '../../components/button';
import { warningIcon, xIcon } from '../../components/icons';
import { StepMark } from '../../components/step-mark';
import { exactTime, took } from '../../components/time';
import { useSeconds } from '../../hooks';
import { IDemo, IDemoStep, IProblem } from '../../protocol';
import { IInventoryView } from '../../store';
import { usePanel } from './context';
import { sentences } from './notes';
import { Command } from './states';

/**
 * The demo of the local engine: offered while the engine is empty, then how it goes and ended.
 */
export function DemoState({
  view
}: {
  view: IInventoryView;
}): React.ReactElement | null {
  const { store } = usePanel();
  const { demo } = store;
  if (demo.shown) {
    return (
      <section
        className="jp-smext-demo"
        aria-labelledby="jp-smext-demo-title"
        data-state={demo.state?.state}
      >
        {demo.running && demo.state ? (
          <Making demo={demo.state} />
        ) : (
          <Ended demo={demo.state} problem={demo.problem} />
        )}
      </section>
    );
  }
  return demo.state && isEmpty(view) ? <Offer demo={demo.state} /> : null;
}

/**
 * Whether everything was read, and there is nothing.
 */
export function isEmpty(view: IInventoryView): boolean {
  return (
    view.problem === null &&
    view.regions.length > 0 &&
    view.regions.every(
      region =>
        region.readAt !== null &&
        region.kindsRead >= region.kinds &&
        [...region.pages.values()].every(
          page => page.problem === null && page.rows.length === 0
        )
    )
  );
}

function Offer({ demo }: { demo: IDemo }): React.ReactElement {
  const { store, trans, whyNothing } = usePanel();
  const why = whyNothing();
  return (
    <section
      className="jp-smext-demo"
      aria-labelledby="jp-smext-demo-title"
      data-state={demo.state}
    >
      <h3 id="jp-smext-demo-title">{trans.__('Nothing is here yet')}</h3>
      <p>
        {trans.__(
          'The local engine waits for what you create. Just looking? The demo does all this for real, on this machine, in less than a minute and about 500 MB of memory.'
        )}
      </p>
      <button
        type="button"
        className="jp-smext-btn jp-mod-accept"
        aria-disabled={why !== null || undefined}
        title={why ?? undefined}
        onClick={why === null ? () => void store.startDemo() : undefined}
      >
        {trans.__('Load the demo')}
      </button>
      <ol>
        {demo.steps.map(step => (
          <li key={step.id}>{step.title}</li>
        ))}
      </ol>
    </section>
  );
}

function Making({ demo }: { demo: IDemo }): React.ReactElement {
  const { store, trans } = usePanel();
  useSeconds();
  const { steps } = demo;
  const { stopping } = store.demo;
  const over = steps.filter(step => step.state === 'done').length;
  const current = steps.find(step => step.state === 'running');
  return (
    <>
      <div className="jp-smext-line">
        <h3 id="jp-smext-demo-title" className="jp-smext-grow">
          {trans.__('Making the demo')}
        </h3>
        <LinkButton
          label={stopping ? trans.__('Stopping…') : trans.__('Cancel')}
          disabled={stopping}
          onClick={() => void store.demo.stop()}
        />
      </div>
      <p className="jp-smext-muted">
        {trans.__('%1 of %2 steps done', over, steps.length)}
        {demo.started !== null && (
          <> · {took(Date.now() / 1000 - demo.started, trans)}</>
        )}
      </p>
      <div className="jp-smext-sr" role="status" aria-live="polite">
        {current &&
          trans.__(
            'Step %1 of %2: %3',
            steps.indexOf(current) + 1,
            steps.length,
            current.title
          )}
      </div>
      <div
        className="jp-smext-progress"
        role="progressbar"
        aria-label={trans.__('Steps done')}
        aria-valuemin={0}
        aria-valuemax={steps.length}
        aria-valuenow={over}
      >
        <i style={{ width: `${(100 * over) / steps.length}%` }} />
      </div>
      <Steps steps={steps} brief />
    </>
  );
}

function Ended(props: {
  demo: IDemo | null;
  problem: IProblem | null;
}): React.ReactElement {
  const { demo } = props;
  const { store, trans } = usePanel();
  const problem = props.problem ?? demo?.problem ?? null;
  const done = demo?.state === 'done' && problem === null;
  const again = (
    <button
      type="button"
      className="jp-smext-btn"
      onClick={() => void store.startDemo()}
    >
      {problem ? trans.__('Try again') : trans.__('Go on')}
    </button>
  );
  if (problem) {
    return (
      <div className="jp-smext-callout" data-tone="bad">
        <warningIcon.react tag="span" className="jp-smext-icon" />
        <div className="jp-smext-grow">
          <div role="alert">
            <p className="jp-smext-strong" id="jp-smext-demo-title">
              {problem.title}
            </p>
            <p>{sentences(problem.detail, problem.next)}</p>
          </div>
          {problem.command && (
            <>
              <p className="jp-smext-muted">{trans.__('In a terminal:')}</p>
              <Command text={problem.command} />
            </>
          )}
          <div className="jp-smext-line">
            {again}
            <LinkButton
              label={trans.__('Close')}
              onClick={() => store.demo.close()}
            />
          </div>
        </div>
      </div>
    );
  }
  return (
    <>
      <div className="jp-smext-line" role="status">
        <h3 id="jp-smext-demo-title" className="jp-smext-grow">
          {done
            ? trans.__('The demo is ready')
            : trans.__('The demo was stopped')}
        </h3>
        <IconButton
          icon={xIcon}
          label={trans.__('Close')}
          onClick={() => store.demo.close()}
        />
      </div>
      <p className="jp-smext-muted">
        {done && demo.started !== null && demo.ended !== null
          ? trans.__(
              'Made in %1, and all of it is really there.',
              took(demo.ended - demo.started, trans)
            )
          : trans.__('What was made so far is kept.')}
      </p>
      {demo && (
        <details>
          <summary>{trans.__('What was done')}</summary>
          <Steps steps={demo.steps} />
        </details>
      )}
      {!done && again}
    </>
  );
}

function Steps(props: {
  steps: ReadonlyArray<IDemoStep>;
  /** Only the step that runs says more than its title. */
  brief?: boolean;
}): React.ReactElement {
  const { steps, brief } = props;
  const { trans } = usePanel();
  const now = Date.now() / 1000;
  return (
    <ol className="jp-smext-steps">
      {steps.map(step => {
        const state = step.state === 'running' ? 'now' : step.state;
        return (
          <li
            key={step.id}
            data-state={state}
            aria-current={state === 'now' ? 'step' : undefined}
          >
            <StepMark state={state} trans={trans} />
            <span>{step.title}</span>
            <span
              className="jp-smext-num jp-smext-muted"
              title={
                step.started === null ? undefined : exactTime(step.started)
              }
            >
              {step.started === null
                ? ''
                : took((step.ended ?? now) - step.started, trans)}
            </span>
            {step.detail && (!brief || state !== 'done') && (
              <div className="jp-smext-note-line">{step.detail}</div>
            )}
          </li>
        );
      })}
    </ol>
  );
}
