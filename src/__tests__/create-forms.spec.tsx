import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { ComputeRoutes } from '../api/computes';
import { IForm } from '../protocol';
import { InventoryStore } from '../store';
import { ParametersForm } from '../views/create/form';
import { hasValue, Parameters, sendable } from '../views/create/parameters';
import { IFieldSchema, isNames } from '../views/create/schema';
import { apiOf, Bus, smextWith, World } from './world';

/**
 * A form as the server makes it from AWS's model, and a request that AWS's model takes.
 */
interface ICase {
  readonly operation: string;
  readonly form: IForm;
  readonly request: Parameters;
}

const { execFileSync } = jest.requireActual('child_process') as {
  execFileSync(file: string, args: string[], options: object): string;
};
const { existsSync } = jest.requireActual('fs') as {
  existsSync(path: string): boolean;
};
const VENV = ['.venv/bin/python', '.venv/Scripts/python.exe'];

const CASES: ICase[] = execFileSync(
  VENV.find(existsSync) ?? 'python3',
  ['-m', 'tests.create_forms'],
  { encoding: 'utf-8', maxBuffer: 64_000_000 }
)
  .trim()
  .split('\n')
  .map((line: string): ICase => JSON.parse(line));

const HOSTILE = [
  '<img src=x onerror="window.hacked = 1">',
  'javascript:window.hacked=1',
  '\u001b[31mred\u202Eevil\u0000',
  '{"__proto__": {"hacked": 1}}'
];

const world = new World();
const smext = smextWith(
  apiOf({ instanceTypes: async () => ({ types: [], charged: true }) }),
  new InventoryStore({ api: world.api, events: new Bus(), standby: 'never' })
);

let validator: ValidatorType;

beforeAll(async () => {
  validator = (await import('@rjsf/validator-ajv8')).default as ValidatorType;
});

async function draw(
  form: IForm,
  onSubmit: (parameters: Parameters) => void,
  initial?: Parameters
): Promise<void> {
  await act(async () => {
    render(
      <>
        <ParametersForm
          id="form"
          context={{
            smext,
            place: { connection: 'local', region: 'us-east-1' },
            form,
            typesOf: smext.api
              .of(ComputeRoutes)
              .instanceTypes.bind(smext.api, '', ''),
            filter: ''
          }}
          validator={validator}
          initial={initial}
          onSubmit={onSubmit}
        />
        <button type="submit" form="form" />
      </>
    );
  });
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`${id} is not in the page`);
  }
  return found;
}

/** The button of a list or a map that adds a row. */
async function add(id: string): Promise<void> {
  const buttons = [...byId(id).querySelectorAll('button')].filter(
    one =>
      one.textContent?.startsWith('Add to') &&
      one.closest('fieldset')!.id === id
  );
  await act(async () => fireEvent.click(buttons[0]));
}

/** Fill a field in as a person does: what folds is opened, rows are added, values are typed. */
async function fill(
  id: string,
  value: unknown,
  schema: IFieldSchema
): Promise<void> {
  if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      await add(id);
      const one = `${id}_${at}`;
      if (schema['x-smext-rows']) {
        for (const [name, cell] of Object.entries(item)) {
          await fill(`${one}_${name}`, cell, schema.items!.properties![name]);
        }
      } else {
        await fill(one, item, schema.items!);
      }
    }
  } else if (isNames(schema)) {
    for (const [at, [name, one]] of Object.entries(value as object).entries()) {
      await add(id);
      await fill(`${id}__name${at}`, name, { type: 'string' });
      await fill(`${id}_${name}`, one, { type: 'string' });
    }
  } else if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    if (schema.maxProperties === 1 && names.length) {
      await fill(`${id}__which`, names[0], {
        enum: [schema.properties![names[0]].title]
      });
    }
    for (const [name, one] of Object.entries(value)) {
      if (!document.getElementById(`${id}_${name}`)) {
        await open();
      }
      await fill(`${id}_${name}`, one, schema.properties![name]);
    }
  } else {
    const field = byId(id);
    if (field instanceof HTMLInputElement && field.type === 'checkbox') {
      if (field.checked !== value) {
        await act(async () => fireEvent.click(field));
      }
      return;
    }
    const typed = schema['x-smext-encoded']
      ? atob(String(value))
      : field instanceof HTMLInputElement && field.type === 'datetime-local'
        ? String(value).replace('Z', '')
        : String(value);
    const option =
      field instanceof HTMLSelectElement
        ? [...field.options].find(({ text, value }) =>
            [text, value].includes(typed)
          )
        : undefined;
    await act(async () =>
      fireEvent.change(field, { target: { value: option?.value ?? typed } })
    );
  }
}

async function open(): Promise<void> {
  await act(async () => {
    for (const details of document.querySelectorAll('details')) {
      details.open = true;
      fireEvent(details, new Event('toggle'));
    }
  });
}

async function send(): Promise<void> {
  await act(async () => {
    fireEvent.click(document.querySelector('button[type=submit]')!);
  });
}

/** Data that has a hostile text wherever the schema takes one. */
function hostile(schema: IFieldSchema, at = 0): unknown {
  const { properties, items, additionalProperties: values } = schema;
  switch (schema.type) {
    case 'object':
      return properties && Object.keys(properties).length
        ? Object.fromEntries(
            Object.entries(properties).map(([name, member], index) => [
              name,
              hostile(member, at + index)
            ])
          )
        : typeof values === 'object'
          ? { [HOSTILE[0]]: hostile(values, at), __proto: hostile(values, at) }
          : {};
    case 'array':
      return [hostile(items ?? {}, at)];
    case 'string':
      return HOSTILE[at % HOSTILE.length];
    default:
      return undefined;
  }
}

describe('the form of every Create operation', () => {
  afterEach(cleanup);

  it('is there', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(75);
  });

  it.each(CASES.map(one => [one.operation, one] as const))(
    '%s opens, is filled in and sends just that',
    async (_, { form, request }) => {
      const sent = jest.fn();
      await draw({ ...form, defaults: {} }, sent);
      await send();
      if (hasValue(request)) {
        expect(sent).not.toHaveBeenCalled();
        expect(document.querySelector('[role=alert]')).not.toBeNull();
      }
      sent.mockClear();
      for (const [name, value] of Object.entries(request)) {
        const schema = (form.schema as IFieldSchema).properties![name];
        if (!document.getElementById(`form-field_${name}`)) {
          await open();
        }
        await fill(`form-field_${name}`, value, schema);
      }
      await send();
      expect(
        [...document.querySelectorAll('.jp-smext-field-error')].map(
          one => `${one.id} ${one.textContent}`
        )
      ).toEqual([]);
      expect(sent).toHaveBeenCalledTimes(1);
      expect(sendable(form, sent.mock.calls[0][0])).toEqual(request);
    }
  );

  it.each(CASES.map(one => [one.operation, one] as const))(
    '%s takes hostile texts as texts',
    async (_, { form }) => {
      await draw(form, jest.fn(), hostile(form.schema) as Parameters);
      await open();
      await send();
      const texts = [
        ...document.querySelectorAll<HTMLInputElement>('input, textarea')
      ].filter(({ value }) => HOSTILE.includes(value));
      expect(texts.length).toBeGreaterThan(0);
      expect(document.querySelectorAll('img, script, iframe')).toHaveLength(0);
      for (const link of document.querySelectorAll('a')) {
        expect(link.protocol).not.toBe('javascript:');
      }
      expect(Object.keys(window)).not.toContain('hacked');
      expect(({} as { hacked?: number }).hacked).toBeUndefined();
    }
  );
});
