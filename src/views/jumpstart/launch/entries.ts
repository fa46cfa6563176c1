import { TranslationBundle } from '@jupyterlab/translation';

import { IModelParameter } from '../../../protocol';
import { rangeOf } from '../model/tables';

/**
 * What is wrong with a form, by the name of its field.
 */
export interface IWrong {
  readonly [field: string]: string;
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

/**
 * The values in a text that are parted by commas, spaces or lines.
 */
export function listOf(text: string): string[] {
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

/** Letters of a made name: some fewer than AWS takes, for a number behind it. */
const LONGEST = 59;

/**
 * A name as {@link freshName} makes them, other than one that was just taken.
 */
export function nextName(model: string, taken: string, now?: Date): string {
  const name = freshName(model, now);
  const behind = taken.slice(name.length);
  return taken.startsWith(name) && /^(-\d+)?$/.test(behind)
    ? `${name}-${1 + Number(behind.slice(1) || 1)}`
    : name;
}

/**
 * A name that nobody has yet: the model's, and the month, day and minute.
 */
export function freshName(model: string, now = new Date()): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const time = `${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}`;
  // Of a job that was named so, the time is not told twice.
  const name = model
    .replace(/-\d{4}-\d{4}$/, '')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, LONGEST - time.length - 1)
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
  const { type, options, required } = parameter;
  if (!value.trim()) {
    return required ? trans.__('It needs a value') : null;
  }
  if (options.length) {
    return options.includes(value)
      ? null
      : trans.__('One of %1', options.join(', '));
  }
  if (type === 'bool') {
    return /^(true|false)$/i.test(value) ? null : trans.__('True or False');
  }
  const range = rangeOf(parameter, trans);
  if (type === 'text') {
    return isWithin(parameter, value.length)
      ? null
      : trans.__('Its length is out of its range: %1', range);
  }
  if (type === 'list') {
    return null;
  }
  const number = Number(value);
  if (Number.isNaN(number) || (type === 'int' && !Number.isInteger(number))) {
    return [
      type === 'int' ? trans.__('A whole number') : trans.__('A number'),
      range
    ]
      .filter(Boolean)
      .join(', ');
  }
  return isWithin(parameter, number)
    ? null
    : trans.__('Out of its range: %1', range);
}

/** Whether a number is within a parameter's bounds. */
function isWithin(parameter: IModelParameter, value: number): boolean {
  const { min, max, above_min, below_max } = parameter;
  return (
    (min === null || (above_min ? value > min : value >= min)) &&
    (max === null || (below_max ? value < max : value <= max))
  );
}

/**
 * The values of parameters that were set, and what is wrong with them and with those that need one
 * and have none; `prefix` stands before a name in `wrong`.
 */
export function readParameters(
  parameters: ReadonlyArray<IModelParameter>,
  values: { readonly [name: string]: string },
  prefix: string,
  trans: TranslationBundle
): { values: { [name: string]: string }; wrong: IWrong } {
  const read: { [name: string]: string } = {};
  const wrong: { [field: string]: string } = {};
  for (const parameter of parameters) {
    const { name, required } = parameter;
    const value = values[name];
    const why =
      value === undefined && !required
        ? null
        : whyNotValue(parameter, value ?? '', trans);
    if (why) {
      wrong[`${prefix}${name}`] = why;
    }
    if (value !== undefined) {
      read[name] = value;
    }
  }
  return { values: read, wrong };
}
