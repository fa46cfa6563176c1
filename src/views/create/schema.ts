import { UiSchema } from '@rjsf/utils';

import { IForm } from '../../protocol';

/**
 * The schema of one field, with what it says beside JSON Schema (`protocol/creation.py`).
 */
export interface IFieldSchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: { readonly [name: string]: IFieldSchema };
  readonly required?: ReadonlyArray<string>;
  readonly items?: IFieldSchema;
  readonly additionalProperties?: boolean | IFieldSchema;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly enum?: ReadonlyArray<unknown>;
  readonly oneOf?: ReadonlyArray<unknown>;
  readonly examples?: ReadonlyArray<string>;
  readonly default?: unknown;
  readonly 'x-smext-picker'?: string;
  readonly 'x-smext-names'?: string;
  readonly 'x-smext-when'?: {
    readonly [sibling: string]: ReadonlyArray<unknown>;
  };
  readonly 'x-smext-rows'?: boolean;
  readonly 'x-smext-known'?: {
    readonly [algorithm: string]: ReadonlyArray<{
      readonly name: string;
      readonly required: boolean;
      readonly about: string;
    }>;
  };
  readonly 'x-smext-lines'?: number;
  readonly 'x-smext-encoded'?: string;
}

/** The pickers of lists of ids. */
const IDS = ['subnets', 'security-groups'];

const SCALAR = ['string', 'integer', 'number', 'boolean'];

/**
 * Whether a field is a map of names to plain values, which is drawn as rows.
 */
export function isNames(schema: IFieldSchema): boolean {
  const values = schema.additionalProperties;
  return (
    isHyperparameters(schema) ||
    (schema.type === 'object' &&
      typeof values === 'object' &&
      SCALAR.includes(values.type ?? '') &&
      !Object.keys(schema.properties ?? {}).length)
  );
}

/**
 * Whether a field is a map of names to values of any type.
 */
export function isHyperparameters(schema: IFieldSchema): boolean {
  return schema['x-smext-picker'] === 'hyperparameters';
}

/**
 * Which of the form's own fields draws each part of a schema.
 */
export function uiSchemaOf(schema: IFieldSchema): UiSchema {
  const ui: UiSchema = {};
  const { properties, items, additionalProperties: values } = schema;
  if (isNames(schema)) {
    return { 'ui:field': 'names' };
  }
  if (schema['x-smext-rows']) {
    return { 'ui:field': 'rows' };
  }
  if (IDS.includes(schema['x-smext-picker'] ?? '')) {
    return { 'ui:field': 'ids' };
  }
  if (schema['x-smext-lines'] && schema.type === 'string') {
    return { 'ui:widget': 'textarea' };
  }
  if (properties && schema.maxProperties === 1) {
    ui['ui:field'] = 'union';
  }
  for (const [name, member] of Object.entries(properties ?? {})) {
    add(ui, name, uiSchemaOf(member));
  }
  if (items) {
    add(ui, 'items', uiSchemaOf(items));
  }
  if (typeof values === 'object') {
    add(ui, 'additionalProperties', uiSchemaOf(values));
  }
  return ui;
}

function add(ui: UiSchema, name: string, part: UiSchema): void {
  if (Object.keys(part).length) {
    ui[name] = part;
  }
}

/**
 * Whether a field, or one in it, is what somebody looks for; an empty query finds all.
 */
export function matches(
  name: string,
  schema: IFieldSchema,
  query: string
): boolean {
  return (
    isNamed(name, schema, query) ||
    Object.entries({
      ...schema.properties,
      ...schema.items?.properties
    }).some(([name, member]) => matches(name, member, query))
  );
}

/**
 * Whether a field itself is what somebody looks for.
 */
export function isNamed(
  name: string,
  schema: IFieldSchema,
  query: string
): boolean {
  return `${name} ${schema.title ?? ''}`.toLowerCase().includes(query);
}

/**
 * Whether a field is there, by what its siblings have.
 */
export function isThere(
  schema: IFieldSchema | undefined,
  siblings: { readonly [name: string]: unknown } | undefined
): boolean {
  return Object.entries(schema?.['x-smext-when'] ?? {}).every(
    ([name, values]) => values.includes(siblings?.[name])
  );
}

/**
 * The titles on the way to a field, the last one its own.
 */
export function titlesOf(
  form: IForm,
  path: ReadonlyArray<string | number>
): string[] {
  let schema: IFieldSchema | undefined = form.schema;
  return path.map(part => {
    const values: boolean | IFieldSchema | undefined =
      schema?.additionalProperties;
    schema =
      schema?.properties?.[part] ??
      schema?.items ??
      (typeof values === 'object' ? values : undefined);
    return /^\d+$/.test(String(part))
      ? String(Number(part) + 1)
      : (schema?.title ?? String(part));
  });
}
