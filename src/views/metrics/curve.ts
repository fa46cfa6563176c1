import { TranslationBundle } from '@jupyterlab/translation';

/**
 * A line of a plot: rising places and a value at each.
 */
export interface ICurve {
  readonly x: ReadonlyArray<number>;
  readonly y: ReadonlyArray<number>;
}

/**
 * What the places of a curve are: epoch seconds, seconds since a beginning, or a count from 1.
 */
export type Places = 'time' | 'elapsed' | 'count';

/** Points of a drawn line; a plot has no room for more. */
const MOST = 400;
/** A gap of so many usual distances ends a line. */
const GAP = 4;

/**
 * As many of a curve's points as a plot shows: the ends, and of each piece the least and the most.
 */
export function decimated(curve: ICurve, most = MOST): ICurve {
  const { x, y } = curve;
  if (x.length <= most) {
    return curve;
  }
  const kept = new Set([0, x.length - 1]);
  const pieces = (most - 2) / 2;
  for (let piece = 0; piece < pieces; piece++) {
    const from = Math.floor((piece * x.length) / pieces);
    const to = Math.floor(((piece + 1) * x.length) / pieces);
    let [least, greatest] = [from, from];
    for (let at = from; at < to; at++) {
      least = y[at] < y[least] ? at : least;
      greatest = y[at] > y[greatest] ? at : greatest;
    }
    kept.add(least).add(greatest);
  }
  const order = [...kept].sort((a, b) => a - b);
  return { x: order.map(at => x[at]), y: order.map(at => y[at]) };
}

/**
 * For each point of a curve the number of its piece: where nothing was measured, no line is drawn.
 */
export function pieces(curve: ICurve): number[] {
  const { x } = curve;
  const steps = x.slice(1).map((at, index) => at - x[index]);
  const usual = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0;
  let piece = 0;
  return x.map((_, index) =>
    index && steps[index - 1] > GAP * usual ? ++piece : piece
  );
}

/**
 * A value for people: four digits, and its unit.
 */
export function short(value: number, unit = ''): string {
  const text = String(Number(value.toPrecision(4)));
  return unit ? `${text} ${unit}` : text;
}

/**
 * What a curve says, in a sentence.
 */
export function sentence(
  name: string,
  curve: ICurve,
  unit: string,
  trans: TranslationBundle
): string {
  const { y } = curve;
  let [least, most] = [y[0], y[0]];
  for (const value of y) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return trans.__(
    '%1: %2 values, the first %3, the last %4, between %5 and %6',
    name,
    y.length,
    ...[y[0], y[y.length - 1], least, most].map(value => short(value, unit))
  );
}
