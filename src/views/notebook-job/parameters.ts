import { TranslationBundle } from '@jupyterlab/translation';

import { INotebookParameter } from '../../protocol';

/**
 * What stands in a parameter's field: text, or the tick of a yes or no.
 */
export type Entry = string | boolean;

/**
 * What stands in a field before anybody types; empty where the default is no plain value.
 */
export function initial(parameter: INotebookParameter): Entry {
  const { type, value } = parameter;
  if (type === 'bool' && typeof value === 'boolean') {
    return value;
  }
  if (value === null) {
    return '';
  }
  return type === 'str' && typeof value === 'string'
    ? value
    : JSON.stringify(value);
}

/**
 * The values to send: those that differ from the notebook's own, which it has already. `wrong` says
 * by name what cannot be read.
 */
export function changedParameters(
  parameters: ReadonlyArray<INotebookParameter>,
  entries: { readonly [name: string]: Entry },
  trans: TranslationBundle
): {
  values: { [name: string]: unknown };
  wrong: { [name: string]: string };
} {
  const values: { [name: string]: unknown } = {};
  const wrong: { [name: string]: string } = {};
  for (const parameter of parameters) {
    const entry = entries[parameter.name];
    if (entry === undefined || entry === initial(parameter)) {
      continue;
    }
    try {
      values[parameter.name] = read(parameter.type, entry, trans);
    } catch (error) {
      wrong[parameter.name] = (error as Error).message;
    }
  }
  return { values, wrong };
}

function read(type: string, entry: Entry, trans: TranslationBundle): unknown {
  if (typeof entry === 'boolean' || type === 'str') {
    return entry;
  }
  const text = entry.trim();
  if (type === 'int') {
    // JSON carries larger ones, JavaScript does not.
    if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
      throw new Error(trans.__('A whole number, like 10'));
    }
    return Number(text);
  }
  if (type === 'float') {
    if (text === '' || !Number.isFinite(Number(text))) {
      throw new Error(trans.__('A number, like 0.5'));
    }
    return Number(text);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error(
      trans.__('A value in JSON, like "text", 1.5, true, null or ["a", "b"]')
    );
  }
}
