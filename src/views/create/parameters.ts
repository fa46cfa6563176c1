import { JSONExt, ReadonlyJSONValue } from '@lumino/coreutils';

import { IForm } from '../../protocol';
import { IFieldSchema, isNames } from './schema';

/**
 * The JSON Schema of an object, as the server makes it from AWS's shape.
 */
export interface IObjectSchema {
  readonly properties: { readonly [name: string]: object };
  readonly required?: ReadonlyArray<string>;
  readonly [key: string]: unknown;
}

/**
 * What a form holds: members of the operation's input by name.
 */
export type Parameters = { readonly [name: string]: unknown };

/**
 * Whether somebody gave it something: an empty nested shape is nothing.
 */
export function hasValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null
    ? Object.values(value).some(hasValue)
    : value !== undefined && value !== null && value !== '';
}

/**
 * A document with a JSON merge patch (RFC 7396) applied.
 */
export function patched(
  parameters: Parameters,
  changes: Parameters
): Parameters {
  const made: { [name: string]: unknown } = { ...parameters };
  for (const [name, change] of Object.entries(changes)) {
    if (change === null) {
      delete made[name];
    } else {
      const value = made[name];
      made[name] = isObject(change)
        ? patched(isObject(value) ? value : {}, change)
        : change;
    }
  }
  return made;
}

/**
 * Without members that hold nothing: a form makes an empty object of every nested shape it shows.
 * While it is filled in, new items of lists are empty and stay. By its schema it is known where
 * nothing is something: the one member chosen of a union, the value of a name.
 */
export function pruned(
  parameters: Parameters,
  filling = false,
  schema: IFieldSchema = {}
): Parameters {
  const isUnion = schema.properties !== undefined && schema.maxProperties === 1;
  return Object.fromEntries(
    Object.entries(parameters)
      .map(([name, value]): [string, unknown] => [
        name,
        prunedValue(value, filling, schema.properties?.[name]) ??
          (isUnion && isObject(value) ? {} : undefined)
      ])
      .filter(([, value]) => value !== undefined)
  );
}

/**
 * With an empty object for each nested shape that is needed, so that what is missing inside it is missed there.
 */
export function completed(
  schema: IObjectSchema,
  parameters: Parameters
): Parameters {
  const made: { [name: string]: unknown } = { ...parameters };
  for (const [name, member] of Object.entries(schema.properties)) {
    const shape = member as IFieldSchema;
    const { properties, items } = shape;
    const needed = schema.required?.includes(name) ?? false;
    const value = made[name];
    if (properties && (needed || isObject(value))) {
      made[name] = completed(
        { ...shape, properties },
        isObject(value) ? value : {}
      );
    } else if (items?.properties && Array.isArray(value)) {
      const item = { ...items, properties: items.properties };
      made[name] = value.map(one =>
        isObject(one) ? completed(item, { ...defaultsOf(item), ...one }) : one
      );
    }
  }
  return made;
}

/** What the members of an item have where nobody says anything else. */
function defaultsOf(schema: IObjectSchema): Parameters {
  return Object.fromEntries(
    Object.entries(schema.properties)
      .map(([name, member]) => [name, (member as IFieldSchema).default])
      .filter(([, value]) => hasValue(value))
  );
}

function isObject(value: unknown): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What is sent: nothing that holds nothing, but all that is needed.
 */
export function sendable(form: IForm, parameters: Parameters): Parameters {
  return completed(
    form.schema as IObjectSchema,
    pruned(parameters, false, form.schema)
  );
}

/**
 * The members that differ from what the form started with, and those the operation needs.
 */
export function changed(form: IForm, parameters: Parameters): Parameters {
  const { required } = form.schema as IObjectSchema;
  const before = pruned(form.defaults, false, form.schema);
  return Object.fromEntries(
    Object.entries(sendable(form, parameters)).filter(
      ([name, value]) =>
        required?.includes(name) ||
        !JSONExt.deepEqual(
          value as ReadonlyJSONValue,
          (before[name] ?? null) as ReadonlyJSONValue
        )
    )
  );
}

function prunedValue(
  value: unknown,
  filling: boolean,
  schema: IFieldSchema = {}
): unknown {
  if (value === null || value === '') {
    return undefined;
  }
  if (Array.isArray(value)) {
    if (filling) {
      return value;
    }
    const items = value
      .map(item => prunedValue(item, filling, schema.items))
      .filter(item => item !== undefined);
    return items.length ? items : undefined;
  }
  if (isObject(value)) {
    const members = isNames(schema) ? value : pruned(value, filling, schema);
    return Object.keys(members).length ? members : undefined;
  }
  return value;
}
