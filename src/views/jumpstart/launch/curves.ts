import { IMetricValue } from '../../../protocol';

/**
 * A metric of a training job: its values in the order in which they were reported.
 *
 * `step` values were reported for each that is kept.
 */
export interface ICurve {
  readonly name: string;
  readonly values: ReadonlyArray<number>;
  readonly step: number;
  readonly count: number;
}

/** Points of a curve; a plot has no room for more. */
const MOST = 1000;

/**
 * The curves with some more values behind; of a long one every second value goes.
 */
export function extended(
  curves: ReadonlyArray<ICurve>,
  found: ReadonlyArray<IMetricValue>
): ReadonlyArray<ICurve> {
  if (!found.length) {
    return curves;
  }
  const known = new Map(
    curves.map(curve => [curve.name, { ...curve, values: [...curve.values] }])
  );
  for (const { name, value } of found) {
    const curve = known.get(name) ?? { name, values: [], step: 1, count: 0 };
    known.set(name, curve);
    if (curve.count % curve.step === 0) {
      curve.values.push(value);
    }
    curve.count += 1;
    if (curve.values.length > MOST) {
      curve.values = curve.values.filter((_, index) => index % 2 === 0);
      curve.step *= 2;
    }
  }
  return [...known.values()];
}

/**
 * A metric's value for people: four digits.
 */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/**
 * The values at which a plot of some values has its lines, rising: at least two of them, a round
 * step apart, with all values between the first and the last.
 */
export function ticks(values: ReadonlyArray<number>): number[] {
  // What never changes is seen against zero. Not Math.min(...values): a call takes only so many.
  const [first] = values;
  const ends = values.every(one => one === first) ? [0, first || 1] : values;
  const least = ends.reduce((all, one) => Math.min(all, one), Infinity);
  const most = ends.reduce((all, one) => Math.max(all, one), -Infinity);
  const span = most - least;
  const power = 10 ** Math.floor(Math.log10(span / 2));
  const step =
    power *
    ([1, 2, 5, 10].find(one => span / 2 <= one * power * 1.000001) ?? 10);
  const from = Math.floor(least / step + 1e-9);
  const to = Math.max(from + 1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: to - from + 1 }, (_, index) =>
    Number(((from + index) * step).toPrecision(12))
  );
}
