import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { warningIcon } from '../../components/icons';
import { CopyPolicy } from '../../components/policy';
import { IProblem } from '../../protocol';

/**
 * What went wrong, what to do next, and what AWS said, in that order. `children` are buttons;
 * `onAgain` has one for another try, a missing permission one for the policy that has it; `said` names what is quoted where it is not AWS's.
 */
export function ProblemCallout(props: {
  problem: IProblem;
  trans: TranslationBundle;
  folded?: boolean;
  onAgain?: () => void;
  said?: string;
  children?: React.ReactNode;
}): React.ReactElement {
  const { problem, trans, folded, onAgain, said, children } = props;
  const missing = problem.cause === 'denied' ? problem.permission : null;
  return (
    <div className="jp-smext-callout" data-tone="bad" role="alert">
      <warningIcon.react tag="span" className="jp-smext-icon" />
      <div className="jp-smext-grow">
        <p>
          <b>{problem.title}</b>
        </p>
        <p>{problem.next}</p>
        {problem.command && (
          <pre className="jp-smext-command">{problem.command}</pre>
        )}
        {(onAgain || missing || children) && (
          <div className="jp-smext-callout-actions">
            {onAgain && (
              <button type="button" className="jp-smext-btn" onClick={onAgain}>
                {trans.__('Try again')}
              </button>
            )}
            {missing && <CopyPolicy permission={missing} trans={trans} />}
            {children}
          </div>
        )}
        <Said problem={problem} trans={trans} open={!folded} label={said} />
      </div>
    </div>
  );
}

/**
 * AWS's own words, with the code and the id that its support asks for.
 */
export function Said(props: {
  problem: IProblem;
  trans: TranslationBundle;
  open?: boolean;
  label?: string;
}): React.ReactElement | null {
  const { problem, trans, open, label } = props;
  const facts = [problem.code, problem.request_id].filter(Boolean).join(' · ');
  if (!problem.detail && !facts) {
    return null;
  }
  return (
    <details className="jp-smext-said" open={open}>
      <summary>
        {label ??
          (problem.code ? trans.__('What AWS said') : trans.__('Details'))}
      </summary>
      <pre>
        {problem.detail}
        {facts && `\n${facts}`}
      </pre>
    </details>
  );
}
