import { TranslationBundle } from '@jupyterlab/translation';

import { IModelParameter, INetwork } from '../../../protocol';

/**
 * What is wrong with a form, by the name of its field.
 */
export interface IWrong {
  readonly [field: string]: string;
}

/**
 * What few change, of deployments and trainings alike; each as it is typed.
 */
export interface IMore {
  readonly subnets: string;
  readonly groups: string;
  readonly key: string;
  readonly tags: string;
}

export const NO_MORE: IMore = { subnets: '', groups: '', key: '', tags: '' };

/**
 * What {@link IMore} means in a request, and what is wrong with it.
 */
export function readMore(
  more: IMore,
  trans: TranslationBundle
): {
  network: INetwork | null;
  kms_key: string | null;
  tags: { [key: string]: string };
  wrong: IWrong;
} {
  const wrong: { [field: string]: string } = {};
  const subnets = listOf(more.subnets);
  const groups = listOf(more.groups);
  if (subnets.length > 0 !== groups.length > 0) {
    wrong[subnets.length ? 'groups' : 'subnets'] = trans.__(
      'A network has subnets and security groups'
    );
  }
  const tags: { [key: string]: string } = {};
  for (const line of more.tags.split('\n').filter(one => one.trim())) {
    const at = line.indexOf('=');
    if (at < 1) {
      wrong.tags = trans.__('Each line is a key, =, and a value');
    } else {
      tags[line.slice(0, at).trim()] = line.slice(at + 1).trim();
    }
  }
  return {
    network: subnets.length ? { subnets, security_groups: groups } : null,
    kms_key: more.key.trim() || null,
    tags,
    wrong
  };
}

/**
 * The same as it was typed, of a request that was kept.
 */
export function moreOf(request: {
  readonly network: INetwork | null;
  readonly kms_key: string | null;
  readonly tags: { readonly [key: string]: unknown };
}): IMore {
  return {
    subnets: request.network?.subnets.join(', ') ?? '',
    groups: request.network?.security_groups.join(', ') ?? '',
    key: request.kms_key ?? '',
    tags: Object.entries(request.tags)
      .map(([key, value]) => `${key}=${value}`)
      .join('\n')
  };
}

/**
 * A map of a request that was kept, as texts.
 */
export function textsOf(map: { readonly [name: string]: unknown }): {
  [name: string]: string;
} {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [name, String(value)])
  );
}

/** The values in a text that are parted by commas, spaces or lines. */
function listOf(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/**
 * A whole number of at least `least`; null for any other text.
 */
export function wholeOf(text: string, least: number): number | null {
  const value = Number(text);
  return text.trim() && Number.isInteger(value) && value >= least
    ? value
    : null;
}

/**
 * A place in S3, `s3://BUCKET` and a prefix.
 */
export function isPlace(text: string): boolean {
  return /^s3:\/\/[^/\s]+(\/|$)/.test(text.trim());
}

/**
 * A name that AWS takes for an endpoint or a job: at most 63 letters, digits and hyphens.
 */
export function isName(text: string): boolean {
  return /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(text);
}

/**
 * A name that nobody has yet: the model's, and the month, day and minute.
 */
export function freshName(model: string, now = new Date()): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const time = `${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`;
  const name = model
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, 63 - time.length - 1)
    .replace(/^-+|-+$/g, '');
  return `${name}-${time}`;
}

/**
 * Why a value cannot be a parameter's; null when it can. The server has the last word.
 */
export function whyNotValue(
  parameter: IModelParameter,
  value: string,
  trans: TranslationBundle
): string | null {
  const { type, min, max, options, required } = parameter;
  if (!value.trim()) {
    return required ? trans.__('It needs a value') : null;
  }
  if (options.length && !options.includes(value)) {
    return trans.__('One of %1', options.join(', '));
  }
  if (type !== 'int' && type !== 'float') {
    return null;
  }
  const number = Number(value);
  if (Number.isNaN(number) || (type === 'int' && !Number.isInteger(number))) {
    return type === 'int' ? trans.__('A whole number') : trans.__('A number');
  }
  return (min !== null && number < min) || (max !== null && number > max)
    ? trans.__('Out of its range')
    : null;
}
