import { JSONExt, ReadonlyJSONValue } from '@lumino/coreutils';

import { IForm } from '../../protocol';

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
 * The form's schema, or only its first fields; those come first in either.
 */
export function schemaOf(form: IForm, whole: boolean): IObjectSchema {
  // Else what the hidden fields hold would be called wrong.
  const schema: { -readonly [K in keyof IObjectSchema]: IObjectSchema[K] } = {
    ...(form.schema as IObjectSchema)
  };
  delete schema.additionalProperties;
  const first = form.first.filter(name => name in schema.properties);
  const rest = whole
    ? Object.keys(schema.properties).filter(name => !first.includes(name))
    : [];
  return {
    ...schema,
    properties: Object.fromEntries(
      [...first, ...rest].map(name => [name, schema.properties[name]])
    ),
    required: (schema.required ?? []).filter(
      name => whole || first.includes(name)
    )
  };
}

/**
 * How many fields {@link schemaOf} leaves out of the first ones.
 */
export function settingsLeft(form: IForm): number {
  const { properties } = form.schema as IObjectSchema;
  return Object.keys(properties).filter(name => !form.first.includes(name))
    .length;
}

/**
 * Without members that hold nothing: a form makes an empty object of every nested shape it shows.
 * While it is filled in, new items of lists are empty and stay.
 */
export function pruned(parameters: Parameters, filling = false): Parameters {
  return Object.fromEntries(
    Object.entries(parameters)
      .map(([name, value]): [string, unknown] => [
        name,
        prunedValue(value, filling)
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
    const shape = member as Partial<IObjectSchema>;
    const needed = schema.required?.includes(name) ?? false;
    const value = made[name];
    if (shape.properties && (needed || isObject(value))) {
      made[name] = completed(
        { ...shape, properties: shape.properties },
        isObject(value) ? value : {}
      );
    }
  }
  return made;
}

function isObject(value: unknown): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What is sent: nothing that holds nothing, but all that is needed.
 */
export function sendable(form: IForm, parameters: Parameters): Parameters {
  return completed(form.schema as IObjectSchema, pruned(parameters));
}

/**
 * The members that differ from what the form started with, and those the operation needs.
 */
export function changed(form: IForm, parameters: Parameters): Parameters {
  const { required } = form.schema as IObjectSchema;
  const before = pruned(form.defaults);
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

function prunedValue(value: unknown, filling: boolean): unknown {
  if (value === null || value === '') {
    return undefined;
  }
  if (Array.isArray(value)) {
    if (filling) {
      return value;
    }
    const items = value
      .map(item => prunedValue(item, filling))
      .filter(item => item !== undefined);
    return items.length ? items : undefined;
  }
  if (typeof value === 'object') {
    const members = pruned(value as Parameters, filling);
    return Object.keys(members).length ? members : undefined;
  }
  return value;
}
