import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { xIcon } from '../../components/icons';
import { StepMark } from '../../components/step-mark';
import { exactTime, took } from '../../components/time';
import { useSeconds } from '../../hooks';
import { ISwitch, ITaskStep } from '../../protocol';
import {
  fraction,
  length,
  roughly,
  stepNumber,
  stepsOver,
  usualLength
} from './steps';
import { doing } from './words';

/**
 * A switch under way, under the notebook's toolbar. It goes on when this is hidden.
 */
export function Progress(props: {
  task: ISwitch;
  trans: TranslationBundle;
  onCancel: () => Promise<void>;
  onHide: () => void;
  children?: React.ReactNode;
}): React.ReactElement {
  const { task, trans, onCancel, onHide } = props;
  const [cancelling, setCancelling] = React.useState(false);
  useSeconds();
  const now = Date.now() / 1000;
  const { step, of } = stepNumber(task);
  const usual = usualLength(task);
  const elapsed = took(now - task.started, trans);
  const current = task.steps[step - 1];
  const id = React.useId();
  const cancel = () => {
    setCancelling(true);
    void onCancel().finally(() => setCancelling(false));
  };
  return (
    <section className="jp-smext-switching" aria-labelledby={id}>
      <div
        className="jp-smext-progress"
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={of}
        aria-valuenow={stepsOver(task)}
        aria-label={trans.__('Switching instance')}
      >
        <i style={{ width: `${100 * fraction(task, now)}%` }} />
      </div>
      <div className="jp-smext-switching-body">
        <div className="jp-smext-line jp-smext-switching-head">
          <h3 id={id} className="jp-smext-grow jp-smext-ellipsis">
            {doing(task, trans)}
          </h3>
          <span className="jp-smext-num jp-smext-muted" role="timer">
            {usual === null
              ? elapsed
              : trans.__('%1 of about %2', elapsed, roughly(usual, trans))}
          </span>
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={task.cancel === null || cancelling || undefined}
            title={task.cancel ?? trans.__('It can no longer be cancelled.')}
            onClick={task.cancel === null || cancelling ? undefined : cancel}
          >
            {cancelling ? trans.__('Cancelling…') : trans.__('Cancel')}
          </button>
          <IconButton
            icon={xIcon}
            label={trans.__('Hide; the switch goes on')}
            onClick={onHide}
          />
        </div>
        <span className="jp-smext-sr" role="status" aria-live="polite">
          {current
            ? trans.__('Step %1 of %2: %3', step, of, current.title)
            : ''}
        </span>
        <ol className="jp-smext-steps">
          {task.steps.map(one => (
            <Step key={one.id} step={one} now={now} trans={trans} />
          ))}
        </ol>
        <p className="jp-smext-muted jp-smext-switching-foot">
          {trans.__('You can close this tab or reload; the switch goes on.')}{' '}
          {task.cancel === null
            ? trans.__('It can no longer be cancelled.')
            : trans.__('What Cancel does now: %1', task.cancel)}
        </p>
        {props.children}
      </div>
    </section>
  );
}

function Step(props: {
  step: ITaskStep;
  now: number;
  trans: TranslationBundle;
}): React.ReactElement {
  const { step, now, trans } = props;
  const { state, started, ended, usual, note } = step;
  const current = state === 'now';
  return (
    <li data-state={state} aria-current={current ? 'step' : undefined}>
      <StepMark state={state} trans={trans} />
      <span title={step.title}>{step.title}</span>
      <span
        className={`jp-smext-num${current ? '' : ' jp-smext-muted'}`}
        title={started === null ? undefined : exactTime(started)}
      >
        {started !== null
          ? length((ended ?? now) - started, trans)
          : usual !== null && usual >= 10
            ? trans.__('about %1', roughly(usual, trans))
            : ''}
      </span>
      {(current || state === 'failed') && note && (
        <div className="jp-smext-note-line">
          {note}
          {current && usual !== null && usual >= 10 && (
            <> {trans.__('Usually %1.', roughly(usual, trans))}</>
          )}
        </div>
      )}
    </li>
  );
}
