import { TranslationBundle } from '@jupyterlab/translation';

import { IModelPage, INetwork } from '../../../protocol';
import { IModelId } from '../../../tokens';
import { freshName, isName, IWrong, listOf, wholeOf } from './entries';
import { readTags } from './tags';

/**
 * What is chosen for a deployment and for a training alike, as it is typed.
 */
export interface ICommonChoices {
  /** Of the endpoint, or of the job. */
  readonly name: string;
  readonly role: string;
  readonly instance_type: string;
  readonly count: string;
  readonly subnets: string;
  readonly groups: string;
  readonly key: string;
  readonly tags: string;
  readonly accept_eula: boolean;
}

/**
 * What requests of both kinds have in common.
 */
export interface ICommonRequest {
  readonly connection: string;
  readonly region: string;
  readonly model: string;
  readonly version: string;
  readonly hub: string | null;
  readonly role: string;
  readonly instance_type: string | null;
  readonly count: number;
  readonly network: INetwork | null;
  readonly kms_key: string | null;
  readonly tags: { readonly [key: string]: string };
  readonly accept_eula: boolean;
  readonly key: string;
}

/**
 * What a form begins with: `usual` is the type that the document has for it. Of the last form what
 * is the account's is kept, and what is the model's where it was of that model.
 */
export function firstCommon(
  page: IModelPage,
  role: string,
  usual: string | null,
  last: ICommonRequest | null
): ICommonChoices {
  const own = last?.model === page.model.id ? last : null;
  return {
    name: freshName(page.model.id),
    role: last?.role || role,
    instance_type: own?.instance_type ?? usual ?? '',
    count: String(own?.count ?? 1),
    subnets: last?.network?.subnets.join(', ') ?? '',
    groups: last?.network?.security_groups.join(', ') ?? '',
    key: last?.kms_key ?? '',
    tags: Object.entries(last?.tags ?? {})
      .map(([key, value]) => `${key}=${value}`)
      .join('\n'),
    // A licence is accepted for each launch anew.
    accept_eula: false
  };
}

/**
 * What the choices mean in a request, and what is wrong with them; without `typed` there is no
 * instance to choose, as for serverless endpoints, and no network either.
 */
export function readCommon(
  choices: ICommonChoices,
  page: IModelPage,
  id: IModelId,
  typed: boolean,
  trans: TranslationBundle
): { common: ICommonRequest; wrong: { [field: string]: string } } {
  const wrong: { [field: string]: string } = {};
  const count = wholeOf(choices.count, 1);
  if (!isName(choices.name)) {
    wrong.name = trans.__('At most 63 letters, digits and hyphens');
  }
  if (!choices.role.trim()) {
    wrong.role = trans.__('SageMaker runs it as a role');
  }
  if (typed && !choices.instance_type.trim()) {
    wrong.instance_type = trans.__('An instance type');
  }
  if (typed && count === null) {
    wrong.count = trans.__('A whole number of at least %1', 1);
  }
  if (mustAccept(page) && !choices.accept_eula) {
    wrong.accept_eula = trans.__('Without that it may not be used');
  }
  return {
    wrong,
    common: {
      connection: id.connection,
      region: id.region,
      model: id.id,
      version: id.version,
      hub: id.hub,
      role: choices.role.trim(),
      instance_type: typed ? choices.instance_type.trim() : null,
      count: typed ? (count ?? 1) : 1,
      network: typed ? readNetwork(choices, wrong, trans) : null,
      kms_key: choices.key.trim() || null,
      tags: readTags(choices.tags, wrong, trans),
      accept_eula: choices.accept_eula,
      key: ''
    }
  };
}

/**
 * Whether the model's licence must be accepted first.
 */
export function mustAccept(page: IModelPage): boolean {
  return page.eula !== null || page.model.gated === true;
}

/**
 * Whether nothing but the acceptance is missing: the rest can be checked already.
 */
export function canCheck(wrong: IWrong): boolean {
  return Object.keys(wrong).every(field => field === 'accept_eula');
}

function readNetwork(
  choices: ICommonChoices,
  wrong: { [field: string]: string },
  trans: TranslationBundle
): INetwork | null {
  const subnets = listOf(choices.subnets);
  const groups = listOf(choices.groups);
  if (subnets.some(one => !one.startsWith('subnet-'))) {
    wrong.subnets = trans.__('Ids of subnets, which begin with %1', 'subnet-');
  }
  if (groups.some(one => !one.startsWith('sg-'))) {
    wrong.groups = trans.__(
      'Ids of security groups, which begin with %1',
      'sg-'
    );
  }
  if (subnets.length > 0 !== groups.length > 0) {
    wrong[subnets.length ? 'groups' : 'subnets'] = trans.__(
      'A network has subnets and security groups'
    );
  }
  return subnets.length ? { subnets, security_groups: groups } : null;
}
