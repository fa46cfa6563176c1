/**
 * How long calls took, in milliseconds.
 */
export interface ISpread {
  readonly least: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
}

/**
 * A histogram: `counts` of the bars from `from` on, each `width` wide.
 */
export interface IHistogram {
  readonly from: number;
  readonly width: number;
  readonly counts: ReadonlyArray<number>;
}

const BARS = 22;

/**
 * The percentiles of some times, each a time that was measured (nearest rank); null of none.
 */
export function spread(times: ReadonlyArray<number>): ISpread | null {
  if (!times.length) {
    return null;
  }
  const sorted = [...times].sort((a, b) => a - b);
  const at = (part: number) =>
    sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
  return {
    least: sorted[0],
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    most: sorted[sorted.length - 1]
  };
}

/**
 * Bars of a round width over all times, at most 22 and a few.
 */
export function histogram(times: ReadonlyArray<number>): IHistogram {
  const least = Math.min(...times);
  const most = Math.max(...times);
  const width = round((most - least) / BARS || least / BARS || 1);
  const from = Math.floor(least / width) * width;
  const counts = Array<number>(Math.floor((most - from) / width) + 1).fill(0);
  for (const time of times) {
    counts[Math.floor((time - from) / width)] += 1;
  }
  return { from, width, counts };
}

/** The next 1, 2 or 5 times a power of ten. */
function round(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  const factor = [1, 2, 5, 10].find(one => width <= one * power * 1.000001);
  return (factor ?? 10) * power;
}
