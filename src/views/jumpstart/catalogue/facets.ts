import { TranslationBundle } from '@jupyterlab/translation';

import { IJumpStartModel } from '../../../protocol';
import { IOffer } from './offers';

/**
 * What models are narrowed by, beside words.
 */
export type FacetId =
  | 'quota'
  | 'here'
  | 'tune'
  | 'free'
  | 'task'
  | 'data'
  | 'framework'
  | 'provider'
  | 'licence'
  | 'family'
  | 'origin';

/**
 * A facet as it is shown: a heading with values below it. Those of no heading but `availability`
 * are switches, a facet each.
 */
export interface IFacet {
  readonly id: FacetId;
  readonly group: 'availability' | FacetId;
  values(model: IJumpStartModel, offer: IOffer): ReadonlyArray<string>;
}

/** The one value of a facet that holds or does not. */
export const YES = 'yes';

const NO: ReadonlyArray<string> = [];
const HOLDS: ReadonlyArray<string> = [YES];

const when = (holds: boolean) => (holds ? HOLDS : NO);
const known = (value: string | null) => (value ? [value] : NO);

/**
 * All facets, in the order they are shown.
 */
export const FACETS: ReadonlyArray<IFacet> = [
  {
    id: 'quota',
    group: 'availability',
    values: (_, offer) => when(offer.withinQuota)
  },
  {
    id: 'here',
    group: 'availability',
    values: model => when(model.runs_here)
  },
  {
    id: 'tune',
    group: 'availability',
    values: model => when(model.fine_tunable === true)
  },
  {
    id: 'free',
    group: 'availability',
    values: model => when(model.gated === false)
  },
  { id: 'task', group: 'task', values: model => known(model.task) },
  { id: 'data', group: 'data', values: model => known(model.data_type) },
  {
    id: 'framework',
    group: 'framework',
    values: model => known(model.framework)
  },
  { id: 'provider', group: 'provider', values: model => known(model.provider) },
  {
    id: 'licence',
    group: 'licence',
    values: model => [model.proprietary ? 'proprietary' : 'open']
  },
  { id: 'family', group: 'family', values: model => families(model) },
  { id: 'origin', group: 'origin', values: model => [model.origin] }
];

/** `g5` of `ml.g5.2xlarge`, each once. */
function families(model: IJumpStartModel): ReadonlyArray<string> {
  const { instance_type: first, instance_types: all } = model;
  const types = all.length ? all : first === null ? [] : [first];
  return [...new Set(types.map(type => type.split('.')[1] ?? type))];
}

/**
 * The heading of a group of facets.
 */
export function groupLabel(
  group: IFacet['group'],
  trans: TranslationBundle
): string {
  switch (group) {
    case 'task':
      return trans.__('Task');
    case 'data':
      return trans.__('Data');
    case 'framework':
      return trans.__('Framework');
    case 'provider':
      return trans.__('Source');
    case 'licence':
      return trans.__('Licence');
    case 'family':
      return trans.__('Instance family');
    case 'origin':
      return trans.__('Listed in');
    default:
      return trans.__('Availability');
  }
}

/**
 * What a value of a facet is called.
 */
export function valueLabel(
  facet: FacetId,
  value: string,
  trans: TranslationBundle
): string {
  switch (facet) {
    case 'quota':
      return trans.__('Works with my quota');
    case 'here':
      return trans.__('Runs on this machine');
    case 'tune':
      return trans.__('Fine-tunable');
    case 'free':
      return trans.__('Nothing to accept');
    case 'licence':
      return value === 'open' ? trans.__('Open') : trans.__('Proprietary');
    case 'origin':
      return originLabel(value as IJumpStartModel['origin'], trans);
    default:
      return value;
  }
}

/**
 * Where a row of the catalogue was read.
 */
export function originLabel(
  origin: IJumpStartModel['origin'],
  trans: TranslationBundle
): string {
  switch (origin) {
    case 'public hub':
      return trans.__('Public hub');
    case 'private hub':
      return trans.__('Private hub');
    case 'manifest':
      return trans.__('S3 manifest');
    case 'shipped':
      return trans.__('Shipped table');
  }
}
