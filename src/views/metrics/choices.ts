import { WindowMemory } from '../../memory';
import { IRange } from './reading';

/** Seconds of the ranges that are offered, by what an address calls them. */
export const RANGES: ReadonlyMap<string, number> = new Map([
  ['1h', 3600],
  ['3h', 10_800],
  ['1d', 86_400],
  ['1w', 604_800]
]);

/**
 * What is chosen of a resource's metrics.
 */
export interface IChoices {
  /** One of {@link RANGES}, or `START-END` in epoch seconds. */
  readonly range: string;
  /** The host or variant; empty for the first. */
  readonly of: string;
  /** The id of the other resource that is laid over it; empty for none. */
  readonly over: string;
  /** The statistic of a metric, by the metric's name. */
  readonly statistics: { readonly [metric: string]: string };
}

/**
 * The choices as the place of the view `metrics` in an address.
 */
export function placeOf(choices: IChoices): string {
  const { range, of, over, statistics } = choices;
  const query = new URLSearchParams();
  Object.entries({ range, of, over }).forEach(
    ([key, value]) => value && query.set(key, value)
  );
  Object.entries(statistics).forEach(([metric, statistic]) =>
    query.append('stat', `${statistic}:${metric}`)
  );
  return query.toString();
}

/**
 * The choices of {@link placeOf}; of another text, none.
 */
export function fromPlace(place: string): IChoices {
  const query = new URLSearchParams(place);
  const range = query.get('range') ?? '';
  return {
    range: RANGES.has(range) || own(range) ? range : '',
    of: query.get('of') ?? '',
    over: query.get('over') ?? '',
    statistics: Object.fromEntries(
      query.getAll('stat').map(text => {
        const at = text.indexOf(':');
        return [text.slice(at + 1), text.slice(0, at)];
      })
    )
  };
}

/**
 * From when to when to ask, now.
 */
export function rangeOf(range: string, now: number): IRange {
  const seconds = RANGES.get(range);
  return seconds === undefined
    ? (own(range) ?? { start: null, end: null })
    : { start: now - seconds, end: null };
}

/** A range of one's own: `START-END`. */
function own(range: string): { start: number; end: number } | null {
  const found = /^(\d{1,10})-(\d{1,10})$/.exec(range);
  const [start, end] = found ? [Number(found[1]), Number(found[2])] : [0, 0];
  return start < end ? { start, end } : null;
}

/**
 * What was chosen last for resources of a kind.
 */
export function memoryOf(kind: string): WindowMemory<string> {
  return new WindowMemory(
    `jupyter_smext:metrics:${kind}`,
    (value): value is string => typeof value === 'string'
  );
}
