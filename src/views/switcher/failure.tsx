import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { hourly } from '../../components/amount';
import { IconButton, LinkButton } from '../../components/button';
import { warningIcon, xIcon } from '../../components/icons';
import { ISwitch } from '../../protocol';
import { Said } from '../modal/problem';
import { length, stepNumber } from './steps';
import { goalOf } from './words';

/**
 * A switch that failed: what happened, how everything stands, what to do.
 */
export function Failure(props: {
  task: ISwitch;
  trans: TranslationBundle;
  /** Where AWS's console shows the instance; null where it has no page. */
  console: string | null;
  onRetry: () => Promise<void>;
  onGoBack: () => Promise<void>;
  onChoose: (type?: string) => void;
  onClose: () => void;
  children?: React.ReactNode;
}): React.ReactElement {
  const { task, trans, console, onChoose, onClose } = props;
  const { problem, steps, back, others, left, notes } = task;
  const [busy, setBusy] = React.useState(false);
  const { step, of } = stepNumber(task);
  const act = (what: () => Promise<void>) => {
    if (!busy) {
      setBusy(true);
      void what().finally(() => setBusy(false));
    }
  };
  return (
    <div
      className="jp-smext-callout jp-smext-switch-failure"
      data-tone="bad"
      role="alert"
    >
      <warningIcon.react tag="span" className="jp-smext-icon" />
      <div className="jp-smext-grow">
        <div className="jp-smext-line">
          <h3 className="jp-smext-grow">
            {problem?.title ??
              trans.__('The switch to %1 failed', goalOf(task, trans))}
          </h3>
          <IconButton
            icon={xIcon}
            label={trans.__('Close')}
            onClick={onClose}
          />
        </div>
        <p>
          {problem?.next}{' '}
          {steps.length > 0 &&
            trans.__(
              'The switch stopped at step %1 of %2, %3, after %4.',
              step,
              of,
              steps[step - 1].title,
              length((task.ended ?? task.started) - task.started, trans)
            )}
        </p>
        {left.length > 0 && (
          <dl className="jp-smext-switch-facts">
            {left.map(({ what, state }, index) => (
              <React.Fragment key={index}>
                <dt>{what}</dt>
                <dd>{state}</dd>
              </React.Fragment>
            ))}
          </dl>
        )}
        {notes.map((note, index) => (
          <p key={index}>{note}</p>
        ))}
        <div className="jp-smext-callout-actions">
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            aria-disabled={busy || undefined}
            onClick={() => act(props.onRetry)}
          >
            {trans.__('Retry')}
          </button>
          {back !== null && (
            <button
              type="button"
              className="jp-smext-btn"
              aria-disabled={busy || undefined}
              onClick={() => act(props.onGoBack)}
            >
              {trans.__('Go back to %1', back)}
            </button>
          )}
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => onChoose()}
          >
            {trans.__('Choose another type…')}
          </button>
          {console !== null && (
            <a
              className="jp-smext-link"
              href={console}
              target="_blank"
              rel="noopener noreferrer"
            >
              {trans.__('Open in AWS console')}
            </a>
          )}
        </div>
        {others.length > 0 && (
          <p className="jp-smext-muted">
            {trans.__('Often free when this one is not:')}{' '}
            {others.map(({ name, price }, index) => (
              <React.Fragment key={name}>
                {index > 0 && ', '}
                <LinkButton label={name} onClick={() => onChoose(name)} />
                {price !== null && ` (${hourly(price, trans)})`}
              </React.Fragment>
            ))}
          </p>
        )}
        {problem && <Said problem={problem} trans={trans} open />}
        {props.children}
      </div>
    </div>
  );
}
