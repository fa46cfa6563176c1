import { IJumpStartModel } from '../../../protocol';
import { FacetId, FACETS } from './facets';
import { holds, searchText, wordsOf } from '../search';
import { IOffer } from './offers';

/**
 * The chosen values of facets.
 */
export type Chosen = { readonly [facet in FacetId]?: ReadonlyArray<string> };

/**
 * What the catalogue is narrowed to: words, and chosen values of facets.
 */
export interface IFilter {
  readonly text: string;
  readonly chosen: Chosen;
}

/**
 * A model, and what it is found and narrowed by.
 */
export interface IEntry {
  readonly model: IJumpStartModel;
  readonly offer: IOffer;
  readonly text: string;
  /** The values of each of {@link FACETS}. */
  readonly values: ReadonlyArray<ReadonlyArray<string>>;
}

/**
 * What a filter leaves. `counts` says of each value of each facet how many models there would be
 * with it, the other facets staying as they are.
 */
export interface ISelection {
  readonly entries: ReadonlyArray<IEntry>;
  readonly counts: ReadonlyMap<FacetId, ReadonlyMap<string, number>>;
}

/**
 * The models as entries, made once for many filters.
 */
export function entriesOf(
  models: ReadonlyArray<IJumpStartModel>,
  offerOf: (model: IJumpStartModel) => IOffer
): IEntry[] {
  return models.map(model => {
    const offer = offerOf(model);
    return {
      model,
      offer,
      text: searchText([
        model.id,
        model.name,
        model.task,
        model.data_type,
        model.framework,
        model.provider,
        ...model.keywords
      ]),
      values: FACETS.map(facet => facet.values(model, offer))
    };
  });
}

/**
 * Whether a row is of the table that comes along: its model's document is at AWS only.
 */
export function isAtAws(model: IJumpStartModel): boolean {
  return model.origin === 'shipped';
}

/**
 * The entries that a filter leaves, in their order.
 */
export function select(
  entries: ReadonlyArray<IEntry>,
  filter: IFilter
): ISelection {
  const words = wordsOf(filter.text);
  const chosen = FACETS.map(({ id }) => filter.chosen[id] ?? []);
  const counts = FACETS.map(() => new Map<string, number>());
  const left: IEntry[] = [];
  for (const entry of entries) {
    if (!holds(entry.text, words)) {
      continue;
    }
    // How many facets leave it out, and the last one that does.
    let out = 0;
    let by = -1;
    for (let at = 0; at < chosen.length && out < 2; at++) {
      const values = chosen[at];
      if (
        values.length &&
        !values.some(value => entry.values[at].includes(value))
      ) {
        out += 1;
        by = at;
      }
    }
    if (out === 0) {
      left.push(entry);
      entry.values.forEach((values, at) => add(counts[at], values));
    } else if (out === 1) {
      add(counts[by], entry.values[by]);
    }
  }
  return {
    entries: left,
    counts: new Map(FACETS.map(({ id }, at) => [id, counts[at]]))
  };
}

/**
 * What is chosen, with a value switched on, or off.
 */
export function toggled(chosen: Chosen, facet: FacetId, value: string): Chosen {
  const before = chosen[facet] ?? [];
  return {
    ...chosen,
    [facet]: before.includes(value)
      ? before.filter(one => one !== value)
      : [...before, value]
  };
}

/**
 * The chosen values, in the order of their facets.
 */
export function chosenValues(chosen: Chosen): [FacetId, string][] {
  return FACETS.flatMap(({ id }) =>
    (chosen[id] ?? []).map((value): [FacetId, string] => [id, value])
  );
}

function add(counts: Map<string, number>, values: ReadonlyArray<string>): void {
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
}
