import { IMetrics, IMetricSeries } from '../../protocol';
import { ICurve } from './curve';

/**
 * One metric of one host or variant, by its statistics.
 */
export interface IPlot {
  readonly key: string;
  readonly of: string;
  readonly series: ReadonlyArray<IMetricSeries>;
}

/**
 * The metrics of a reading in its order; of the host or variant `of` where there are several.
 */
export function plotsOf(metrics: IMetrics, of: string): IPlot[] {
  const found = new Map<string, IMetricSeries[]>();
  for (const one of metrics.series) {
    if (one.of === '' || one.of === of) {
      const key = [one.group, one.name, one.of].join('|');
      found.set(key, [...(found.get(key) ?? []), one]);
    }
  }
  return [...found].map(([key, series]) => ({ key, of: series[0].of, series }));
}

/**
 * The hosts or variants of a reading.
 */
export function placesOf(metrics: IMetrics): string[] {
  return [...new Set(metrics.series.map(({ of }) => of))].filter(Boolean);
}

/** What tells most of a resource that has no metrics of its own making, that first. */
const TELLING = [
  'Invocations',
  'ModelLatency',
  'Invocation5XXErrors',
  'ExecutionStarted',
  'ClientLatency',
  'GPUMemoryUtilization',
  'CPUUtilization',
  'MemoryUtilization'
];
/** How many plots sum a resource up. */
const FEW = 3;

/**
 * The plots that sum a resource up: a loss, what was validated, then how its instance fares.
 */
export function telling(plots: ReadonlyArray<IPlot>): IPlot[] {
  const named = (plot: IPlot) => plot.series[0].name;
  const own = plots.filter(({ series }) => series[0].group === 'algorithm');
  const first =
    own.find(plot => /loss|error|rmse/i.test(named(plot))) ?? own[0];
  const second =
    own.find(
      plot => plot !== first && /val|test|acc|f1|auc/i.test(named(plot))
    ) ?? own.find(plot => plot !== first);
  const rest = TELLING.flatMap(name =>
    plots.filter(
      plot => named(plot) === name && plot.series[0].group !== 'algorithm'
    )
  );
  return [first, second, ...rest]
    .flatMap(plot => (plot ? [plot] : []))
    .slice(0, FEW);
}

/**
 * The curve of a series, `from` epoch seconds on; from 0 on its places are epochs.
 */
export function curveOf(series: IMetricSeries, from: number): ICurve {
  return {
    x: from ? series.times.map(at => at - from) : series.times,
    y: series.values
  };
}

/**
 * The end of what is shown of a live resource: ahead of the last value, and not another each second.
 */
export function ahead(start: number, end: number): number {
  const step =
    2 ** Math.max(3, Math.floor(Math.log2(Math.max(1, end - start) / 8)));
  return start + Math.ceil((end - start) / step) * step;
}

/**
 * All values as CSV, one in a line, with the name of the resource that each is of.
 */
export function csvOf(
  readings: ReadonlyArray<{ name: string; metrics: IMetrics }>
): string {
  const lines = readings.flatMap(({ name, metrics }) =>
    metrics.series.flatMap(one =>
      one.times.map((at, index) => [
        name,
        new Date(1000 * at).toISOString(),
        one.name,
        one.statistic,
        one.of,
        one.unit,
        String(one.values[index])
      ])
    )
  );
  return [
    ['resource', 'time', 'metric', 'statistic', 'of', 'unit', 'value'],
    ...lines
  ]
    .map(cells => `${cells.map(cell).join(',')}\r\n`)
    .join('');
}

/** A spreadsheet takes a text that begins so for a formula, whoever wrote it. */
const FORMULA = /^[=+@\t\r]|^-(?![\d.])/;

function cell(text: string): string {
  const shown = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(shown) ? `"${shown.replace(/"/g, '""')}"` : shown;
}
