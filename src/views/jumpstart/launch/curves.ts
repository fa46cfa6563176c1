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
