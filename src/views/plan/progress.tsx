import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { warningIcon } from '../../components/icons';
import { StepMark } from '../../components/step-mark';
import { clockTime, exactTime, took } from '../../components/time';
import { useChanges, useSeconds } from '../../hooks';
import { ISmext } from '../../tokens';
import { ModalHead } from '../modal/frame';
import { ProblemCallout, Said } from '../modal/problem';
import { ILocatedStep, PlanSession } from './session';
import { PlanWords } from './words';

/**
 * A shut-down under way, and what became of it. It goes on when this is closed.
 */
export function Progress(props: {
  session: PlanSession;
  smext: ISmext;
  words: PlanWords;
  onClose: () => void;
}): React.ReactElement {
  const { session, smext, words, onClose } = props;
  const { trans } = smext;
  const running = session.state === 'running';
  useChanges(session.changed);
  useSeconds(running);
  const hide = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => hide.current?.focus(), []);
  const { steps, problem, unread } = session;
  const ended = session.state === 'ended';
  const over = steps.filter(step => OVER.has(step.state)).length;
  const failed = steps.filter(step => step.state === 'failed');
  // The closing check is a step as well.
  const total = steps.length + 1;
  const done = ended && session.checkedAt !== null ? total : over;
  return (
    <>
      <ModalHead
        titleId="jp-smext-plan-title"
        title={ended ? words.title(session) : words.doing(session)}
        trans={trans}
        closes={running ? trans.__('Close; it goes on') : undefined}
        onClose={onClose}
      >
        <p>
          <span id="jp-smext-plan-status" role="status" aria-live="polite">
            {ended
              ? words.outcome(session)
              : trans.__('%1 of %2 steps done', done, total)}
          </span>
          {running && session.started !== null && (
            <> · {took(Date.now() / 1000 - session.started, trans)}</>
          )}
        </p>
      </ModalHead>
      <div
        className="jp-smext-progress"
        role="progressbar"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        aria-label={trans.__('Steps done')}
      >
        <i style={{ width: `${(100 * done) / total}%` }} />
      </div>
      <div className="jp-smext-modal-body">
        <ol className="jp-smext-steps">
          {steps.map(step => (
            <StepLine
              key={`${step.region}/${step.operation}/${step.kind}/${step.id}`}
              step={step}
              words={words}
              trans={trans}
            />
          ))}
          <Check session={session} trans={trans} />
        </ol>
        {failed.length > 0 && (
          <div className="jp-smext-callout" data-tone="bad" role="alert">
            <warningIcon.react tag="span" className="jp-smext-icon" />
            <div className="jp-smext-grow">
              <p>
                <b>
                  {trans._n(
                    '%1 step needs you.',
                    '%1 steps need you.',
                    failed.length
                  )}
                </b>{' '}
                {words.stillRunning(failed)}
              </p>
              <p>{failed[0].problem?.next}</p>
              <div className="jp-smext-callout-actions">
                <button
                  type="button"
                  className="jp-smext-btn"
                  aria-disabled={running || undefined}
                  title={
                    running
                      ? trans.__('Once the other steps are over')
                      : undefined
                  }
                  onClick={running ? undefined : () => void session.retry()}
                >
                  {trans.__('Retry')}
                </button>
                {!running && (
                  <button
                    type="button"
                    className="jp-smext-btn"
                    onClick={onClose}
                  >
                    {trans._n('Skip it', 'Skip them', failed.length)}
                  </button>
                )}
              </div>
            </div>
          </div>
        )}
        {unread.map((one, index) => (
          <ProblemCallout key={index} problem={one} trans={trans} folded />
        ))}
        {problem && (
          <ProblemCallout
            problem={problem}
            trans={trans}
            onAgain={
              session.state === 'proposed'
                ? () => void session.run()
                : undefined
            }
          />
        )}
      </div>
      <div className="jp-smext-modal-foot">
        {running && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-large"
            onClick={() => void session.stop()}
          >
            {trans.__('Stop after this step')}
          </button>
        )}
        {session.isStopped && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-large"
            onClick={() => void session.retry()}
          >
            {trans.__('Go on with the rest')}
          </button>
        )}
        <button
          ref={hide}
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={onClose}
        >
          {running ? trans.__('Hide') : trans.__('Close')}
        </button>
      </div>
    </>
  );
}

const OVER: ReadonlySet<string> = new Set(['done', 'failed', 'skipped']);

function StepLine(props: {
  step: ILocatedStep;
  words: PlanWords;
  trans: TranslationBundle;
}): React.ReactElement {
  const { step, words, trans } = props;
  const now = Date.now() / 1000;
  const current = step.state === 'now' || step.state === 'waiting';
  return (
    <li data-state={step.state} aria-current={current ? 'step' : undefined}>
      <StepMark state={step.state} trans={trans} />
      <span title={step.name}>{words.step(step)}</span>
      <span
        className="jp-smext-num jp-smext-muted"
        title={step.started === null ? undefined : exactTime(step.started)}
      >
        {step.started === null
          ? ''
          : took((step.ended ?? now) - step.started, trans)}
      </span>
      {(step.problem || step.note) && (
        <div className="jp-smext-note-line">
          {step.problem?.title ?? step.note}
          {step.problem && <Said problem={step.problem} trans={trans} />}
        </div>
      )}
    </li>
  );
}

function Check(props: {
  session: PlanSession;
  trans: TranslationBundle;
}): React.ReactElement {
  const { session, trans } = props;
  const { checkedAt, remaining } = session;
  const state =
    checkedAt === null ? 'todo' : remaining.length ? 'failed' : 'done';
  return (
    <li data-state={state}>
      <StepMark state={state} trans={trans} />
      <span>{trans.__('Check that nothing is left')}</span>
      <span />
      {checkedAt !== null && (
        <div className="jp-smext-note-line">
          {remaining.length
            ? trans.__('Still there: %1.', remaining.join(', '))
            : trans.__(
                'Listed again at %1: nothing of the plan is left.',
                clockTime(checkedAt, Date.now() / 1000)
              )}
        </div>
      )}
    </li>
  );
}
