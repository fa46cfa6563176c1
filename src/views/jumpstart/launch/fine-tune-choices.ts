import { TranslationBundle } from '@jupyterlab/translation';

import { IFineTuneRequest, IModelPage } from '../../../protocol';
import { IModelId } from '../../../tokens';
import { mustAccept } from './deploy-choices';
import {
  freshName,
  IMore,
  isName,
  isPlace,
  IWrong,
  moreOf,
  NO_MORE,
  readMore,
  textsOf,
  whyNotValue,
  wholeOf
} from './entries';

/**
 * What is chosen for a training, as it is typed.
 */
export interface IFineTuneChoices {
  readonly job: string;
  readonly role: string;
  readonly source: 'default' | 's3' | 'folder';
  readonly dataset: string;
  readonly folder: string;
  readonly instance_type: string;
  readonly count: string;
  readonly output: string;
  readonly hyperparameters: { readonly [name: string]: string };
  readonly spot: boolean;
  readonly hours: string;
  readonly volume_gib: string;
  readonly more: IMore;
  readonly accept_eula: boolean;
}

/**
 * What a form begins with: the document's own choices, and of the last form what fits. `output` is
 * where results go when nothing else was chosen.
 */
export function firstFineTune(
  page: IModelPage,
  role: string,
  output: string,
  last: IFineTuneRequest | null
): IFineTuneChoices {
  const own = last?.model === page.model.id ? last : null;
  const volume = own?.volume_gib ?? page.training_volume_gib;
  return {
    job: freshName(page.model.id),
    role: last?.role || role,
    source: own?.folder
      ? 'folder'
      : own?.dataset
        ? 's3'
        : page.default_dataset === null
          ? 'folder'
          : 'default',
    dataset: own?.dataset ?? '',
    folder: own?.folder ?? '',
    instance_type:
      own?.instance_type ??
      page.training_instance_type ??
      page.training_instance_types[0] ??
      '',
    count: String(own?.count ?? 1),
    output: last?.output || output,
    hyperparameters: textsOf(own?.hyperparameters ?? {}),
    spot: own?.spot ?? false,
    hours: String((own?.max_seconds ?? 3600) / 3600),
    volume_gib: volume === null ? '' : String(volume),
    more: last ? moreOf(last) : NO_MORE,
    accept_eula: false
  };
}

/**
 * The request that the choices make, but for its key, and what is wrong with them.
 */
export function readFineTune(
  choices: IFineTuneChoices,
  page: IModelPage,
  id: IModelId,
  trans: TranslationBundle
): { request: IFineTuneRequest; wrong: IWrong } {
  const more = readMore(choices.more, trans);
  const wrong: { [field: string]: string } = { ...more.wrong };
  const place = trans.__('A place in S3: s3://BUCKET/PREFIX');
  const hours = Number(choices.hours);
  const volume = wholeOf(choices.volume_gib, 1);
  const count = wholeOf(choices.count, 1);
  if (!isName(choices.job)) {
    wrong.job = trans.__('At most 63 letters, digits and hyphens');
  }
  if (!choices.role.trim()) {
    wrong.role = trans.__('SageMaker runs it as a role');
  }
  if (choices.source === 's3' && !isPlace(choices.dataset)) {
    wrong.dataset = place;
  }
  if (choices.source === 'folder' && !choices.folder.trim()) {
    wrong.folder = trans.__('A folder of this Jupyter server');
  }
  if (!choices.instance_type.trim()) {
    wrong.instance_type = trans.__('An instance type');
  }
  if (count === null) {
    wrong.count = trans.__('A whole number of at least %1', 1);
  }
  if (!isPlace(choices.output)) {
    wrong.output = place;
  }
  if (!(hours > 0)) {
    wrong.hours = trans.__('More than 0');
  }
  if (choices.volume_gib.trim() && volume === null) {
    wrong.volume_gib = trans.__('A whole number of GiB');
  }
  if (mustAccept(page) && !choices.accept_eula) {
    wrong.accept_eula = trans.__('Without that it may not be used');
  }
  const hyperparameters: { [name: string]: string } = {};
  for (const parameter of page.hyperparameters) {
    const value = choices.hyperparameters[parameter.name];
    if (value === undefined) {
      continue;
    }
    const why = whyNotValue(parameter, value, trans);
    if (why) {
      wrong[`hyperparameter ${parameter.name}`] = why;
    }
    hyperparameters[parameter.name] = value;
  }
  return {
    wrong,
    request: {
      connection: id.connection,
      region: id.region,
      model: id.id,
      version: id.version,
      hub: id.hub,
      job: choices.job,
      role: choices.role.trim(),
      instance_type: choices.instance_type.trim(),
      output: choices.output.trim(),
      count: count ?? 1,
      dataset: choices.source === 's3' ? choices.dataset.trim() : null,
      folder: choices.source === 'folder' ? choices.folder.trim() : null,
      hyperparameters,
      spot: choices.spot,
      max_seconds: Math.max(1, Math.round(3600 * hours)) || 3600,
      volume_gib: volume,
      network: more.network,
      kms_key: more.kms_key,
      tags: more.tags,
      accept_eula: choices.accept_eula,
      key: ''
    }
  };
}
