import { TranslationBundle } from '@jupyterlab/translation';

import {
  ISolutionLaunchRequest,
  ISolutionPage,
  ITemplateParameter
} from '../../../protocol';
import { ISolutionId } from '../../../tokens';
import { IWrong, nextName } from '../launch/entries';
import { readTags } from '../launch/tags';

/** Longer ones may take for ever; the server and AWS have the last word. */
const LONGEST = 256;

/**
 * A solution's form as it is filled in; `values` are those that were changed.
 */
export interface ISolutionChoices {
  readonly stack: string;
  readonly values: { readonly [name: string]: string };
  /** With whose permissions CloudFormation works. */
  readonly as: 'me' | 'role';
  readonly role: string;
  readonly acknowledged: boolean;
  readonly tags: string;
  readonly keep_failed: boolean;
}

/**
 * The form as it begins.
 */
export function firstChoices(page: ISolutionPage): ISolutionChoices {
  return {
    stack: freshStack(page),
    values: {},
    as: 'me',
    role: '',
    acknowledged: false,
    tags: '',
    keep_failed: false
  };
}

/**
 * A name for a stack that nobody has yet, other than one that was just taken: a letter is first.
 */
export function freshStack({ solution }: ISolutionPage, taken = ''): string {
  return nextName(solution.id.replace(/^[^a-zA-Z]+/, ''), taken);
}

/**
 * What a form means, and what is wrong with it by the name of a field; parameters by
 * `parameter NAME`.
 */
export function readChoices(
  choices: ISolutionChoices,
  page: ISolutionPage,
  id: ISolutionId,
  trans: TranslationBundle
): { request: ISolutionLaunchRequest; wrong: IWrong } {
  const { stack, values, role } = choices;
  const wrong: { [field: string]: string } = {};
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(stack)) {
    wrong.stack = trans.__(
      'Letters, digits and hyphens, at most 128, a letter first'
    );
  }
  if (
    choices.as === 'role' &&
    !/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(role)
  ) {
    wrong.role = trans.__('The ARN of a role, arn:aws:iam::…:role/…');
  }
  if (page.capabilities.length && !choices.acknowledged) {
    wrong.acknowledged = trans.__('Without that it may not be launched');
  }
  const parameters: { [name: string]: string } = {};
  for (const parameter of page.parameters) {
    const { name } = parameter;
    const value = valueOf(parameter, values);
    const why = whyNot(parameter, value, trans);
    if (why !== null) {
      wrong[`parameter ${name}`] = why;
    }
    // What is the template's own is left to it.
    if (value !== parameter.default) {
      parameters[name] = value;
    }
  }
  return {
    request: {
      ...id,
      stack,
      parameters,
      capabilities: choices.acknowledged ? page.capabilities : [],
      role: choices.as === 'role' ? role : null,
      tags: readTags(choices.tags, wrong, trans),
      keep_failed: choices.keep_failed,
      key: ''
    },
    wrong
  };
}

/**
 * A parameter's value as it is shown: typed, else its default.
 */
export function valueOf(
  { name, default: usual, allowed }: ITemplateParameter,
  values: ISolutionChoices['values']
): string {
  return values[name] ?? usual ?? allowed[0] ?? '';
}

/** Why a value is none for a parameter, in the template's own words where it has some. */
function whyNot(
  parameter: ITemplateParameter,
  value: string,
  trans: TranslationBundle
): string | null {
  const { constraint } = parameter;
  if (
    parameter.default === null &&
    value === '' &&
    parameter.type !== 'String'
  ) {
    return trans.__('It needs a value');
  }
  const why = whyOutside(parameter, value, trans);
  return why === null ? null : constraint || why;
}

function whyOutside(
  parameter: ITemplateParameter,
  value: string,
  trans: TranslationBundle
): string | null {
  const { type, allowed, pattern } = parameter;
  const { min_length, max_length, min_value, max_value } = parameter;
  if (allowed.length && !allowed.includes(value)) {
    return trans.__('One of %1', allowed.join(', '));
  }
  if (type === 'Number') {
    const number = Number(value);
    return value.trim() === '' || Number.isNaN(number)
      ? trans.__('A number')
      : min_value !== null && number < min_value
        ? trans.__('At least %1', min_value)
        : max_value !== null && number > max_value
          ? trans.__('At most %1', max_value)
          : null;
  }
  if (min_length !== null && value.length < min_length) {
    return min_length === 1
      ? trans.__('It needs a value')
      : trans.__('At least %1 characters', min_length);
  }
  if (max_length !== null && value.length > max_length) {
    return trans.__('At most %1 characters', max_length);
  }
  return pattern !== null && type === 'String' && !matches(pattern, value)
    ? trans.__('It must match %1', pattern)
    : null;
}

function matches(pattern: string, value: string): boolean {
  if (pattern.length > LONGEST || value.length > LONGEST) {
    return true;
  }
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value);
  } catch {
    // Java's pattern, which this is, can do more than a browser's.
    return true;
  }
}

/**
 * What may be given for a parameter, in a line: its words, its range, its type.
 */
export function aboutParameter(
  parameter: ITemplateParameter,
  trans: TranslationBundle
): string {
  const { description, default: usual, hidden, type } = parameter;
  const { min_value: low, max_value: high } = parameter;
  return [
    description,
    low !== null && high !== null
      ? trans.__('%1 to %2', low, high)
      : low !== null
        ? trans.__('At least %1', low)
        : high !== null
          ? trans.__('At most %1', high)
          : '',
    usual !== null && usual !== '' && !hidden
      ? trans.__('Default %1', usual)
      : '',
    type === 'String' || type === 'Number' ? '' : type,
    hidden ? trans.__('It is neither shown nor kept.') : ''
  ]
    .filter(Boolean)
    .map(part => part.replace(/\.$/, ''))
    .join('. ');
}

/**
 * The parameters by the template's groups, in its order; '' are those of none.
 */
export function groupsOf(
  parameters: ReadonlyArray<ITemplateParameter>
): [string, ITemplateParameter[]][] {
  const groups = new Map<string, ITemplateParameter[]>();
  for (const parameter of parameters) {
    const group = groups.get(parameter.group);
    if (group) {
      group.push(parameter);
    } else {
      groups.set(parameter.group, [parameter]);
    }
  }
  return [...groups];
}
