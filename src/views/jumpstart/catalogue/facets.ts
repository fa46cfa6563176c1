import { TranslationBundle } from '@jupyterlab/translation';

import { IJumpStartModel } from '../../../protocol';
import { IOffer, supportedBy } from './offers';

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
  | 'gated'
  | 'family'
  | 'origin';

/**
 * The headings.
 */
export type Group =
  | 'availability'
  | 'task'
  | 'data'
  | 'framework'
  | 'provider'
  | 'licence'
  | 'family'
  | 'origin';

/**
 * A facet as it is shown: values below a heading, which several may share.
 */
export interface IFacet {
  readonly id: FacetId;
  readonly group: Group;
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
  {
    id: 'gated',
    group: 'licence',
    values: model => when(model.gated === true)
  },
  { id: 'family', group: 'family', values: model => families(model) },
  { id: 'origin', group: 'origin', values: model => [model.origin] }
];

/** `g5` of `ml.g5.2xlarge`, each once. */
function families(model: IJumpStartModel): ReadonlyArray<string> {
  return [
    ...new Set(supportedBy(model).map(type => type.split('.')[1] ?? type))
  ];
}

/**
 * The heading of a group of facets.
 */
export function groupLabel(group: Group, trans: TranslationBundle): string {
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
    case 'gated':
      return trans.__('Must be accepted');
    case 'licence':
      return value === 'open' ? trans.__('Open') : trans.__('Proprietary');
    case 'origin':
      return originLabel(value as IJumpStartModel['origin'], trans);
    default:
      return value;
  }
}

/**
 * What a value means, where its name does not tell all; shown under the pointer.
 */
export function valueHint(
  facet: FacetId,
  trans: TranslationBundle
): string | undefined {
  switch (facet) {
    case 'quota':
      return trans.__(
        'Your quota for endpoints leaves an instance of a type that the model supports. Known of models whose documents were read.'
      );
    case 'here':
      return trans.__(
        'The local engine really runs it: its weights come in packages.'
      );
    case 'free':
      return trans.__(
        'Its document names no licence to accept. Known of models whose documents were read.'
      );
    case 'gated':
      return trans.__(
        'Its licence must be accepted before it is used. Known of models whose documents were read.'
      );
    case 'family':
      return trans.__(
        'Of the instance types for inference. Known of models whose documents were read.'
      );
    default:
      return undefined;
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
