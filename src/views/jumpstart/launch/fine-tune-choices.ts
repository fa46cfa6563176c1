import { TranslationBundle } from '@jupyterlab/translation';

import {
  IFineTuneRequest,
  IModelPage,
  IModelParameter
} from '../../../protocol';
import { IModelId } from '../../../tokens';
import { firstCommon, ICommonChoices, readCommon } from './common-choices';
import { isPlace, IWrong, readParameters, textsOf, wholeOf } from './entries';

/**
 * What is chosen for a training, as it is typed.
 */
export interface IFineTuneChoices extends ICommonChoices {
  /** The way of training; empty where the document has but one. */
  readonly config: string;
  readonly source: 'default' | 's3' | 'folder';
  readonly dataset: string;
  readonly folder: string;
  /** Files outside the format are left out of what is uploaded, and known of what lies in S3. */
  readonly leave_out: boolean;
  readonly output: string;
  readonly hyperparameters: { readonly [name: string]: string };
  readonly spot: boolean;
  readonly hours: string;
  /** How long a spot training may wait and run in all; empty: twice as long as it may run. */
  readonly wait_hours: string;
  readonly volume_gib: string;
}

/** Stands before the name of a hyperparameter in what is wrong. */
export const HYPERPARAMETER = 'hyperparameter ';

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
  const config =
    page.training_configs.find(({ name }) => name === own?.config)?.name ??
    page.training_configs[0]?.name ??
    '';
  const trained = trainedAs(page, config);
  const volume = own?.volume_gib ?? trained.training_volume_gib;
  const wait = own?.max_wait_seconds ?? null;
  return {
    ...firstCommon(page, role, usualType(trained), last),
    config,
    source: own?.folder
      ? 'folder'
      : own?.dataset
        ? 's3'
        : trained.default_dataset === null
          ? 'folder'
          : 'default',
    dataset: own?.dataset ?? '',
    folder: own?.folder ?? '',
    leave_out: false,
    output: last?.output || output,
    hyperparameters: textsOf(own?.hyperparameters ?? {}),
    spot: own?.spot ?? false,
    hours: String((own?.max_seconds ?? 3600) / 3600),
    wait_hours: wait === null ? '' : String(wait / 3600),
    volume_gib: volume === null ? '' : String(volume)
  };
}

/**
 * The page of a model as one of its training configs has it.
 */
export function trainedAs(page: IModelPage, config: string): IModelPage {
  const chosen = page.training_configs.find(({ name }) => name === config);
  return chosen
    ? {
        ...page,
        training_instance_type: chosen.instance_type,
        training_instance_types: chosen.instance_types,
        hyperparameters: chosen.hyperparameters,
        hyperparameters_by_type: chosen.hyperparameters_by_type,
        default_dataset: chosen.default_dataset,
        training_volume_gib: chosen.volume_gib
      }
    : page;
}

/**
 * The type that a model trains on when no other is chosen.
 */
export function usualType(page: IModelPage): string | null {
  return page.training_instance_type ?? page.training_instance_types[0] ?? null;
}

/**
 * A model's hyperparameters as its document has them for an instance type.
 */
export function hyperparametersOf(
  page: IModelPage,
  instanceType: string
): ReadonlyArray<IModelParameter> {
  const own = page.hyperparameters_by_type[instanceType] ?? [];
  const names = new Set(page.hyperparameters.map(one => one.name));
  return [
    ...page.hyperparameters.map(
      usual => own.find(one => one.name === usual.name) ?? usual
    ),
    ...own.filter(one => !names.has(one.name))
  ];
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
  const { source, spot } = choices;
  const { common, wrong } = readCommon(choices, page, id, true, trans);
  const place = trans.__('A place in S3: s3://BUCKET/PREFIX');
  const volume = wholeOf(choices.volume_gib, 1);
  const longest = secondsOf(choices.hours);
  const wait = secondsOf(choices.wait_hours);
  if (source === 's3' && !isPlace(choices.dataset)) {
    wrong.dataset = place;
  }
  if (source === 'folder' && !choices.folder.trim()) {
    wrong.folder = trans.__('A folder of this Jupyter server');
  }
  if (!isPlace(choices.output)) {
    wrong.output = place;
  }
  if (longest === null) {
    wrong.hours = trans.__('More than 0');
  }
  if (spot && choices.wait_hours.trim() && !(wait && wait >= (longest ?? 0))) {
    wrong.wait_hours = trans.__('At least as long as it may run');
  }
  if (choices.volume_gib.trim() && volume === null) {
    wrong.volume_gib = trans.__('A whole number of GiB');
  }
  const read = readParameters(
    hyperparametersOf(trainedAs(page, choices.config), choices.instance_type),
    choices.hyperparameters,
    HYPERPARAMETER,
    trans
  );
  return {
    wrong: { ...wrong, ...read.wrong },
    request: {
      ...common,
      instance_type: common.instance_type ?? '',
      job: choices.name,
      config: choices.config || null,
      output: choices.output.trim(),
      dataset: source === 's3' ? choices.dataset.trim() : null,
      folder: source === 'folder' ? choices.folder.trim() : null,
      leave_out: source !== 'default' && choices.leave_out,
      hyperparameters: read.values,
      spot,
      max_seconds: longest ?? 3600,
      max_wait_seconds: spot ? wait : null,
      volume_gib: volume
    }
  };
}

/** Hours as they are typed, as whole seconds; null where they are not more than 0. */
function secondsOf(hours: string): number | null {
  const value = Number(hours);
  return value > 0 ? Math.max(1, Math.round(3600 * value)) : null;
}
