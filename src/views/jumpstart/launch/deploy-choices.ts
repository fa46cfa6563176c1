import { TranslationBundle } from '@jupyterlab/translation';

import {
  IDeployRequest,
  IInferenceConfig,
  IModelPage
} from '../../../protocol';
import { IModelId } from '../../../tokens';
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
 * What is chosen for a deployment, as it is typed.
 */
export interface IDeployChoices {
  readonly endpoint: string;
  readonly role: string;
  readonly config: string;
  readonly instance_type: string;
  readonly count: string;
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
  readonly more: IMore;
  readonly accept_eula: boolean;
  readonly keep_failed: boolean;
  /** The training job whose result is deployed; empty: the model as it is published. */
  readonly tuned: string;
}

/** Memory of a serverless endpoint; AWS takes these, in MB. */
export const MEMORY = [1024, 2048, 3072, 4096, 5120, 6144];

/**
 * What a form begins with: the document's own choices, and of the last form what fits.
 */
export function firstDeploy(
  page: IModelPage,
  role: string,
  last: IDeployRequest | null
): IDeployChoices {
  const own = last?.model === page.model.id ? last : null;
  const config = configOf(page, own?.config ?? '');
  return {
    endpoint: freshName(page.model.id),
    role: last?.role || role,
    config: config?.name ?? '',
    instance_type:
      own?.instance_type ??
      config?.instance_type ??
      page.model.instance_type ??
      '',
    count: String(own?.count ?? 1),
    mode: own?.mode ?? 'real-time',
    memory_mb: String(own?.memory_mb ?? 4096),
    concurrency: String(own?.concurrency ?? 5),
    output: own?.output ?? '',
    component: own?.component ?? false,
    scales: Boolean(own?.scaling),
    least: String(own?.scaling?.least ?? 1),
    most: String(own?.scaling?.most ?? 2),
    invocations: String(own?.scaling?.invocations ?? 100),
    environment: textsOf(own?.environment ?? {}),
    more: last ? moreOf(last) : NO_MORE,
    accept_eula: false,
    keep_failed: own?.keep_failed ?? false,
    tuned: own?.tuned ?? ''
  };
}

/** The way of hosting that is chosen; the first one where none of that name is there. */
export function configOf(
  page: IModelPage,
  name: string
): IInferenceConfig | undefined {
  return page.configs.find(config => config.name === name) ?? page.configs[0];
}

/** Whether its licence must be accepted first. */
export function mustAccept(page: IModelPage): boolean {
  return page.eula !== null || page.model.gated === true;
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
  const serverless = choices.mode === 'serverless';
  const more = readMore(choices.more, trans);
  const wrong: { [field: string]: string } = { ...more.wrong };
  const whole = (
    field: 'count' | 'concurrency' | 'least' | 'most',
    least = 1
  ) => {
    const value = wholeOf(choices[field], least);
    if (value === null) {
      wrong[field] = trans.__('A whole number of at least %1', least);
    }
    return value ?? least;
  };
  if (!isName(choices.endpoint)) {
    wrong.endpoint = trans.__('At most 63 letters, digits and hyphens');
  }
  if (!choices.role.trim()) {
    wrong.role = trans.__('SageMaker runs it as a role');
  }
  if (!serverless && !choices.instance_type.trim()) {
    wrong.instance_type = trans.__('An instance type');
  }
  if (choices.mode === 'async' && !isPlace(choices.output)) {
    wrong.output = trans.__('A place in S3: s3://BUCKET/PREFIX');
  }
  if (mustAccept(page) && !choices.accept_eula) {
    wrong.accept_eula = trans.__('Without that it may not be used');
  }
  const scales = choices.scales && !serverless;
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
  const environment: { [name: string]: string } = {};
  for (const parameter of configOf(page, choices.config)?.environment ?? []) {
    const value = choices.environment[parameter.name];
    if (value === undefined) {
      continue;
    }
    const why = whyNotValue(parameter, value, trans);
    if (why) {
      wrong[`environment ${parameter.name}`] = why;
    }
    environment[parameter.name] = value;
  }
  return {
    wrong,
    request: {
      connection: id.connection,
      region: id.region,
      model: id.id,
      version: id.version,
      hub: id.hub,
      endpoint: choices.endpoint,
      role: choices.role.trim(),
      instance_type: serverless ? null : choices.instance_type.trim(),
      count: serverless ? 1 : whole('count'),
      config: choices.config || null,
      mode: choices.mode,
      memory_mb: serverless ? Number(choices.memory_mb) : null,
      concurrency: serverless ? whole('concurrency') : null,
      output: choices.mode === 'async' ? choices.output.trim() : null,
      component: choices.component && choices.mode === 'real-time',
      scaling,
      environment,
      network: serverless ? null : more.network,
      kms_key: more.kms_key,
      tags: more.tags,
      accept_eula: choices.accept_eula,
      tuned: choices.tuned || null,
      keep_failed: choices.keep_failed,
      key: ''
    }
  };
}
