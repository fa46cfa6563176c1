import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { hourly } from '../../../components/amount';
import { checkIcon, clockIcon, warningIcon } from '../../../components/icons';
import { IChecked } from '../../../protocol';
import { IAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';

/** Milliseconds that nothing is typed before the server is asked. */
const PAUSE = 600;

/** Hours of an average month, as AWS counts them. */
const MONTH = 730;

/**
 * A value once nobody changes it any more; null until then.
 */
export function useSettled(value: string | null): string | null {
  const [settled, setSettled] = React.useState<string | null>(null);
  React.useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), PAUSE);
    return () => window.clearTimeout(timer);
  }, [value]);
  return settled === value ? settled : null;
}

/**
 * What is said of a price: by what, and how much of it from US dollars an hour.
 */
export type Priced = readonly [string, (price: number) => string];

/**
 * The price, what was checked, and what forbids it.
 */
export function Checks(props: {
  answer: IAnswer<IChecked>;
  /** Whether it is about what is chosen now. */
  isCurrent: boolean;
  asked: boolean;
  /** The first is the price itself; none where it is not by the hour. */
  priced: ReadonlyArray<Priced>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { answer, isCurrent, asked, priced, trans } = props;
  const { value, problem } = answer;
  const price = value?.price ?? null;
  return (
    <div
      className="jp-smext-checks"
      role="status"
      data-old={value && !isCurrent ? true : undefined}
    >
      {price !== null && priced.length > 0 && (
        <dl className="jp-smext-sum">
          {priced.map(([label, words], index) => {
            const className =
              index === 0 ? 'jp-smext-strong' : 'jp-smext-muted';
            return (
              <React.Fragment key={label}>
                <dt className={index === 0 ? undefined : className}>{label}</dt>
                <dd className={className}>{words(price)}</dd>
              </React.Fragment>
            );
          })}
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
      {asked && !isCurrent && !problem && (
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

/**
 * The price of what runs until somebody ends it.
 */
export function pricedByMonth(trans: TranslationBundle): Priced[] {
  return [
    [trans.__('Price'), price => hourly(price, trans)],
    [
      trans.__('A month if left on'),
      price => trans.__('$%1', (MONTH * price).toFixed(2))
    ]
  ];
}

/**
 * The price of what ends by itself after so many hours, at the latest.
 */
export function pricedByRun(
  hours: number,
  spot: boolean,
  trans: TranslationBundle
): Priced[] {
  return [
    [
      spot ? trans.__('Price, on demand') : trans.__('Price'),
      price => hourly(price, trans)
    ],
    [
      spot
        ? trans.__('At most, when it runs to its end; spot costs less')
        : trans.__('At most, when it runs to its end'),
      price => trans.__('$%1', (hours * price).toFixed(2))
    ]
  ];
}
