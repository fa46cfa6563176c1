import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { hourly } from '../../../components/amount';
import { checkIcon, clockIcon, warningIcon } from '../../../components/icons';
import { IChecked } from '../../../protocol';
import { IAnswer, useAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';

/** Milliseconds that nothing is typed before the server is asked. */
const PAUSE = 600;

/** Hours of an average month, as AWS counts them. */
const MONTH = 730;

/**
 * What the server says to a request before anything is made; nothing is asked while it is null.
 */
export function useCheck<T>(
  request: T | null,
  check: (request: T) => Promise<IChecked>
): IAnswer<IChecked> {
  const asked = request === null ? null : JSON.stringify(request);
  const [settled, setSettled] = React.useState<string | null>(null);
  React.useEffect(() => {
    const timer = window.setTimeout(() => setSettled(asked), PAUSE);
    return () => window.clearTimeout(timer);
  }, [asked]);
  return useAnswer(settled === asked ? settled : null, () =>
    check(JSON.parse(settled!) as T)
  );
}

/**
 * The price, what was checked, and what forbids it.
 */
export function Checks(props: {
  answer: IAnswer<IChecked>;
  asked: boolean;
  /** Whether it runs until somebody ends it. */
  stays: boolean;
  trans: TranslationBundle;
}): React.ReactElement {
  const { answer, asked, stays, trans } = props;
  const { value, problem } = answer;
  return (
    <div className="jp-smext-checks" role="status">
      {value && value.price !== null && (
        <dl className="jp-smext-sum">
          <dt>{trans.__('Price')}</dt>
          <dd className="jp-smext-strong">{hourly(value.price, trans)}</dd>
          {stays && value.price > 0 && (
            <>
              <dt className="jp-smext-muted">
                {trans.__('A month if left on')}
              </dt>
              <dd className="jp-smext-muted">
                {trans.__('$%1', (MONTH * value.price).toFixed(2))}
              </dd>
            </>
          )}
        </dl>
      )}
      {value && (
        <ul>
          {value.checked.map(words => (
            <li key={words}>
              <span className="jp-smext-good">
                <checkIcon.react tag="span" className="jp-smext-icon" />
              </span>
              <span>{words}</span>
            </li>
          ))}
          {value.warnings.map(words => (
            <li key={words}>
              <warningIcon.react tag="span" className="jp-smext-icon" />
              <span>{words}</span>
            </li>
          ))}
          {value.unknown.map(words => (
            <li key={words} className="jp-smext-muted">
              <clockIcon.react tag="span" className="jp-smext-icon" />
              <span>{words}</span>
            </li>
          ))}
        </ul>
      )}
      {asked && !value && !problem && (
        <p className="jp-smext-muted">{trans.__('Checking…')}</p>
      )}
      {[problem, ...(value?.problems ?? [])].map(
        (one, index) =>
          one && (
            <ProblemCallout key={index} problem={one} trans={trans} folded />
          )
      )}
    </div>
  );
}
