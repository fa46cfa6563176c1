import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { StepMark } from '../../components/step-mark';
import { exactTime, took } from '../../components/time';
import { ITaskStep } from '../../protocol';

/**
 * How much of a task is done, as a bar.
 */
export function TaskProgress(props: {
  steps: ReadonlyArray<ITaskStep>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { steps, trans } = props;
  return (
    <div
      className="jp-smext-progress"
      role="progressbar"
      aria-valuemin={0}
      aria-valuemax={steps.length}
      aria-valuenow={steps.filter(step => step.state !== 'todo').length}
      aria-label={trans.__('Steps')}
    >
      <i style={{ width: `${(100 * fraction(steps)).toFixed(1)}%` }} />
    </div>
  );
}

/**
 * The steps of a task, each with how it is getting on and how long it took.
 */
export function TaskSteps(props: {
  steps: ReadonlyArray<ITaskStep>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { steps, trans } = props;
  return (
    <ol className="jp-smext-steps">
      {steps.map(step => (
        <li
          key={step.id}
          data-state={step.state}
          aria-current={step.state === 'now' ? 'step' : undefined}
        >
          <StepMark state={step.state} trans={trans} />
          <span>
            {step.title}
            {step.note && <span className="jp-smext-muted"> {step.note}</span>}
          </span>
          {step.started !== null && (
            <span
              className="jp-smext-num jp-smext-muted"
              title={exactTime(step.started)}
            >
              {took((step.ended ?? Date.now() / 1000) - step.started, trans)}
            </span>
          )}
          {step.state === 'now' && step.progress !== null && (
            <StepProgress done={step.progress} trans={trans} />
          )}
        </li>
      ))}
    </ol>
  );
}

/** How far a step is that can tell, as a bar and in percent. */
function StepProgress(props: {
  done: number;
  trans: TranslationBundle;
}): React.ReactElement {
  const percent = Math.floor(100 * props.done);
  return (
    <span className="jp-smext-note-line jp-smext-step-progress">
      <span className="jp-smext-progress" aria-hidden>
        <i style={{ width: `${percent}%` }} />
      </span>
      <span className="jp-smext-num">{props.trans.__('%1 %', percent)}</span>
    </span>
  );
}

function fraction(steps: ReadonlyArray<ITaskStep>): number {
  const done = steps.reduce(
    (sum, step) =>
      sum +
      (step.state === 'todo'
        ? 0
        : step.state === 'now'
          ? (step.progress ?? 0)
          : 1),
    0
  );
  return done / Math.max(1, steps.length);
}
