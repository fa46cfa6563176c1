import * as React from 'react';

import { IMetrics } from '../../protocol';
import { ISmext } from '../../tokens';
import { ICurve } from './curve';
import { Plot } from './plot';
import { ahead, curveOf, IPlot, placesOf, plotsOf } from './plots';

/**
 * Plots of a resource's metrics, with those of another one laid over. Jobs are compared from their
 * beginnings on, what has none at the same time.
 */
export function Curves(props: {
  plots: ReadonlyArray<IPlot>;
  metrics: IMetrics;
  over: { readonly name: string; readonly metrics: IMetrics } | null;
  /** Whether it ended badly. */
  bad: boolean;
  statistics: { readonly [metric: string]: string };
  onStatistic: (metric: string, statistic: string) => void;
  visible: boolean;
  smext: ISmext;
}): React.ReactElement {
  const { plots, metrics, over, bad, statistics, onStatistic } = props;
  const { visible, smext } = props;
  const { trans } = smext;
  const known = React.useRef(new Map<string, ICurve>());
  // The same curve stays the same object: only what is another is drawn anew.
  const curve = (key: string, made: ICurve): ICurve => {
    const before = known.current.get(key);
    if (before && same(before, made)) {
      return before;
    }
    known.current.set(key, made);
    return made;
  };
  const elapsed = over !== null && !metrics.ranged;
  const from = elapsed ? metrics.start : 0;
  const overFrom = elapsed && over ? over.metrics.start : 0;
  const end =
    metrics.live && !metrics.ranged
      ? ahead(metrics.start, metrics.end)
      : metrics.end;
  const several = placesOf(metrics).length > 1;
  const last = Math.max(
    end - from,
    elapsed && over ? over.metrics.end - overFrom : 0
  );
  return (
    <div className="jp-smext-metric-group">
      {plots.map(({ key, of, series }) => {
        const wanted = statistics[series[0].name];
        const shown =
          series.find(({ statistic }) => statistic === wanted) ?? series[0];
        const { label, id } = shown;
        const other =
          over?.metrics.series.find(one => one.id === id) ??
          // Another endpoint's variants have other names.
          (over &&
            plotsOf(over.metrics, firstOf(over.metrics, shown.group))
              .flatMap(plot => plot.series)
              .find(
                one =>
                  one.group === shown.group &&
                  one.name === shown.name &&
                  one.statistic === shown.statistic
              ));
        return (
          <Plot
            key={key}
            name={of && several ? trans.__('%1, %2', label, of) : label}
            curve={curve(`${id} ${from}`, curveOf(shown, from))}
            other={
              over && other
                ? {
                    name: over.name,
                    curve: curve(
                      `over ${over.name} ${id} ${overFrom}`,
                      curveOf(other, overFrom)
                    )
                  }
                : null
            }
            places={elapsed ? 'elapsed' : 'time'}
            unit={shown.unit}
            span={[metrics.start - from, last]}
            end={
              bad && !metrics.ranged && !metrics.live
                ? metrics.end - from
                : null
            }
            live={metrics.live && !metrics.ranged}
            visible={visible}
            smext={smext}
          >
            {series.length > 1 && (
              <select
                className="jp-smext-select"
                aria-label={trans.__('Statistic of %1', label)}
                value={shown.statistic}
                onChange={event => onStatistic(shown.name, event.target.value)}
              >
                {series.map(({ statistic }) => (
                  <option key={statistic} value={statistic}>
                    {statistic}
                  </option>
                ))}
              </select>
            )}
          </Plot>
        );
      })}
    </div>
  );
}

/** The first host or variant that a group of metrics is of. */
function firstOf(metrics: IMetrics, group: string): string {
  return metrics.series.find(one => one.group === group)?.of ?? '';
}

function same(one: ICurve, other: ICurve): boolean {
  const last = one.x.length - 1;
  return (
    one.x.length === other.x.length &&
    one.x[0] === other.x[0] &&
    one.x[last] === other.x[last] &&
    one.y[last] === other.y[last] &&
    one.y[last - 1] === other.y[last - 1]
  );
}
