import * as React from 'react';

import { clockTime, duration } from '../../components/time';
import { useSeconds } from '../../hooks';
import { IMetrics } from '../../protocol';
import { IViewProps } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { IReading } from './reading';

/**
 * Why there are no plots, or not all: waited for, nothing measured, refused.
 */
export function State(
  props: Pick<IViewProps, 'smext' | 'resource'> & {
    reading: IReading;
    /** Whether a range is chosen. */
    ranged: boolean;
  }
): React.ReactElement {
  const { smext, resource, reading, ranged } = props;
  const { trans } = smext;
  const { metrics, problem, again } = reading;
  return (
    <>
      {problem && (
        <ProblemCallout
          problem={problem}
          trans={trans}
          folded={metrics !== null}
          onAgain={again}
        >
          {metrics && (
            <span>
              {trans.__(
                'As of %1.',
                clockTime(metrics.read_at, Date.now() / 1000)
              )}
            </span>
          )}
        </ProblemCallout>
      )}
      {metrics?.problems.map((each, index) => (
        <ProblemCallout key={index} problem={each} trans={trans} folded />
      ))}
      {!metrics && !problem && (
        <p role="status" className="jp-smext-muted">
          {trans.__('Reading the metrics…')}
        </p>
      )}
      {metrics && metrics.series.length === 0 && (
        <p role="status" className="jp-smext-muted">
          {empty()}
        </p>
      )}
    </>
  );

  function empty(): string {
    const { row } = resource;
    if (ranged) {
      return trans.__(
        'CloudWatch has measured nothing in this time. Calls show within a minute or two; a longer range may have more.'
      );
    }
    return metrics?.live
      ? row.tone === 'busy'
        ? trans.__(
            'Nothing is measured yet: the first values come a minute or two after it starts to run.'
          )
        : trans.__('Nothing is measured yet.')
      : trans.__(
          'CloudWatch has nothing of it: it ended before anything was measured, or over 15 months ago.'
        );
  }
}

/**
 * How new what is shown is.
 */
export function Age(
  props: Pick<IViewProps, 'smext' | 'visible'> & { metrics: IMetrics }
): React.ReactElement {
  const { metrics, smext, visible } = props;
  const { trans } = smext;
  useSeconds(visible && metrics.live);
  const age = duration(Date.now() / 1000 - metrics.read_at, trans);
  return (
    <span className="jp-smext-muted">
      {metrics.live
        ? trans.__('live, %1 ago', age)
        : metrics.ranged &&
          trans.__('a value every %1', duration(metrics.period, trans))}
    </span>
  );
}
