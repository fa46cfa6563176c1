import { TranslationBundle } from '@jupyterlab/translation';

import {
  IDeployRequest,
  IInferenceConfig,
  IModelPage,
  IModelParameter
} from '../../../protocol';
import { IModelId } from '../../../tokens';
import { firstCommon, ICommonChoices, readCommon } from './common-choices';
import {
  isName,
  isPlace,
  IWrong,
  readParameters,
  textsOf,
  wholeOf
} from './entries';

/**
 * What is chosen for a deployment, as it is typed.
 */
export interface IDeployChoices extends ICommonChoices {
  readonly config: string;
  readonly mode: IDeployRequest['mode'];
  readonly memory_mb: string;
  readonly concurrency: string;
  readonly output: string;
  readonly component: boolean;
  readonly scales: boolean;
  readonly least: string;
  readonly most: string;
  readonly invocations: string;
  readonly environment: { readonly [name: string]: string };
  readonly keep_failed: boolean;
  /** The training job whose result is deployed; empty: the model as it is published. */
  readonly tuned: string;
}

/** Memory of a serverless endpoint; AWS takes these, in MB. */
export const MEMORY = [1024, 2048, 3072, 4096, 5120, 6144];

/** Stands before the name of a variable in what is wrong. */
export const VARIABLE = 'environment ';

/**
 * What a form begins with: the document's own choices, and of the last form what fits. `results`
 * is where results go when nothing else was chosen.
 */
export function firstDeploy(
  page: IModelPage,
  role: string,
  results: string,
  last: IDeployRequest | null
): IDeployChoices {
  const own = last?.model === page.model.id ? last : null;
  const config = configOf(page, own?.config ?? '');
  const usual = config?.instance_type ?? page.model.instance_type;
  return {
    ...firstCommon(page, role, usual, last),
    config: config?.name ?? '',
    mode: own?.mode ?? 'real-time',
    memory_mb: String(own?.memory_mb ?? 4096),
    concurrency: String(own?.concurrency ?? 5),
    output: own?.output ?? (results && `${results}/answers`),
    component: own?.component ?? false,
    scales: Boolean(own?.scaling),
    least: String(own?.scaling?.least ?? 1),
    most: String(own?.scaling?.most ?? 2),
    invocations: String(own?.scaling?.invocations ?? 100),
    environment: textsOf(own?.environment ?? {}),
    keep_failed: own?.keep_failed ?? false,
    tuned: own?.tuned ?? ''
  };
}

/**
 * The way of hosting that is chosen; the first one where none of that name is there.
 */
export function configOf(
  page: IModelPage,
  name: string
): IInferenceConfig | undefined {
  return page.configs.find(config => config.name === name) ?? page.configs[0];
}

/**
 * The variables of a way of hosting, with the values that the document has for an instance type.
 */
export function variablesOf(
  config: IInferenceConfig | undefined,
  instanceType: string
): ReadonlyArray<IModelParameter> {
  const own = config?.environment_by_type[instanceType] ?? {};
  return (config?.environment ?? []).map(one =>
    one.name in own ? { ...one, default: own[one.name] } : one
  );
}

/**
 * The request that the choices make, but for its key, and what is wrong with them.
 */
export function readDeploy(
  choices: IDeployChoices,
  page: IModelPage,
  id: IModelId,
  trans: TranslationBundle
): { request: IDeployRequest; wrong: IWrong } {
  const { mode } = choices;
  const serverless = mode === 'serverless';
  const { common, wrong } = readCommon(choices, page, id, !serverless, trans);
  const whole = (field: 'concurrency' | 'least' | 'most', least = 1) => {
    const value = wholeOf(choices[field], least);
    if (value === null) {
      wrong[field] = trans.__('A whole number of at least %1', least);
    }
    return value ?? least;
  };
  const concurrency = serverless ? whole('concurrency') : null;
  if (mode === 'async' && !isPlace(choices.output)) {
    wrong.output = trans.__('A place in S3: s3://BUCKET/PREFIX');
  }
  if (choices.tuned && !isName(choices.tuned.trim())) {
    wrong.tuned = trans.__('The name of a training job');
  }
  const scales = choices.scales && mode === 'real-time';
  const invocations = Number(choices.invocations);
  if (scales && !(invocations > 0)) {
    wrong.invocations = trans.__('More than 0');
  }
  const scaling = scales
    ? { least: whole('least'), most: whole('most'), invocations }
    : null;
  if (scaling && scaling.most < scaling.least) {
    wrong.most = trans.__('At least as many');
  }
  const variables = variablesOf(
    configOf(page, choices.config),
    choices.instance_type
  );
  const read = readParameters(variables, choices.environment, VARIABLE, trans);
  return {
    wrong: { ...wrong, ...read.wrong },
    request: {
      ...common,
      endpoint: choices.name,
      config: choices.config || null,
      mode,
      memory_mb: serverless ? Number(choices.memory_mb) : null,
      concurrency,
      output: mode === 'async' ? choices.output.trim() : null,
      component: choices.component && mode === 'real-time',
      scaling,
      environment: read.values,
      tuned: choices.tuned.trim() || null,
      keep_failed: choices.keep_failed
    }
  };
}
