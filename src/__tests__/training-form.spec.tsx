import { act, cleanup, fireEvent, render } from '@testing-library/react';
import { ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { ComputeRoutes } from '../api/computes';
import { IForm } from '../protocol';
import { InventoryStore } from '../store';
import { ParametersForm } from '../views/create/form';
import { meant, typedAs } from '../views/create/names';
import { Parameters, sendable } from '../views/create/parameters';
import { apiOf, Bus, smextWith, World } from './world';

const { execFileSync } = jest.requireActual('child_process') as {
  execFileSync(file: string, args: string[], options: object): string;
};
const { existsSync } = jest.requireActual('fs') as {
  existsSync(path: string): boolean;
};
const VENV = ['.venv/bin/python', '.venv/Scripts/python.exe'];

const FORM: IForm = JSON.parse(
  execFileSync(
    VENV.find(existsSync) ?? 'python3',
    ['-m', 'tests.training_form'],
    { encoding: 'utf-8' }
  )
);

const world = new World();
const smext = smextWith(
  apiOf({ instanceTypes: async () => ({ types: [], charged: true }) }),
  new InventoryStore({ api: world.api, events: new Bus(), standby: 'never' })
);

describe('the form of a training job', () => {
  let sent: Parameters[];
  let validator: ValidatorType;

  beforeAll(async () => {
    validator = (await import('@rjsf/validator-ajv8')).default as ValidatorType;
  });

  beforeEach(async () => {
    sent = [];
    await act(async () => {
      render(
        <>
          <ParametersForm
            id="form"
            context={{
              smext,
              place: { connection: 'local', region: 'us-east-1' },
              form: FORM,
              typesOf: smext.api
                .of(ComputeRoutes)
                .instanceTypes.bind(smext.api, '', ''),
              filter: ''
            }}
            validator={validator}
            onSubmit={parameters => sent.push(sendable(FORM, parameters))}
          />
          <button type="submit" form="form" />
        </>
      );
    });
  });

  afterEach(cleanup);

  const byId = (id: string) =>
    document.getElementById(id) as HTMLInputElement | null;
  const type = (id: string, value: string) =>
    act(async () => {
      fireEvent.change(byId(id)!, { target: { value } });
    });
  const press = (within: string, label: string) =>
    act(async () => {
      const buttons = [...byId(within)!.querySelectorAll('button')];
      fireEvent.click(buttons.find(one => one.textContent === label)!);
    });
  const choose = async (id: string, title: string) => {
    const options = [...byId(id)!.querySelectorAll('option')];
    const option = options.find(one => one.textContent === title);
    expect(option).toBeDefined();
    await type(id, option!.value);
  };
  const submit = () =>
    act(async () => {
      fireEvent.click(document.querySelector('button[form=form]')!);
    });
  const errorAt = (id: string) => byId(`${id}__error`)?.textContent;

  it('asks for what the kind of source needs, and sends it as it is typed', async () => {
    await submit();
    expect(sent).toEqual([]);
    expect(errorAt('form-field_script')).toBe('This is needed.');
    expect(byId('form-field_algorithm')).toBeNull();
    await type('form-field_script', 'project/train.py');
    const { oneOf } = FORM.schema.properties!['framework' as never] as {
      oneOf: { const: string; title: string }[];
    };
    const sklearn = oneOf.find(one => one.const === 'sklearn-1.4-2');
    await choose('form-field_framework', sklearn!.title);
    await press('form-field_hyperparameters', 'Add to Hyperparameters');
    await type('form-field_hyperparameters__name0', 'rate');
    await type('form-field_hyperparameters_rate', '0.50');
    expect(byId('form-field_hyperparameters_rate')!.value).toBe('0.50');
    await press('form-field_channels', 'Add to Input channels');
    await type('form-field_channels_0_name', 'train');
    await submit();
    expect(errorAt('form-field_channels_0_uri')).toBe('This is needed.');
    await type('form-field_channels_0_uri', 's3://bucket/data/');
    await submit();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      job: 'from-the-page',
      source: 'script',
      script: 'project/train.py',
      framework: 'sklearn-1.4-2',
      hyperparameters: { rate: 0.5 },
      channels: [{ name: 'train', uri: 's3://bucket/data/', source: 's3' }]
    });
  });

  it('names its fields after itself: another open form has such too', async () => {
    await press('form-field_channels', 'Add to Input channels');
    const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
    expect(ids.length).toBeGreaterThan(20);
    expect(ids.filter(id => !id.startsWith('form'))).toEqual([]);
  });

  it('has the hyperparameters that an algorithm needs to be filled in', async () => {
    await choose('form-field_source', 'A built-in algorithm');
    expect(byId('form-field_script')).toBeNull();
    await type('form-field_algorithm', 'kmeans');
    expect(byId('form-field_hyperparameters_k')).not.toBeNull();
    await type('form-field_hyperparameters_k', '3');
    await type('form-field_hyperparameters_feature_dim', '2');
    await submit();
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      algorithm: 'kmeans',
      hyperparameters: { k: 3, feature_dim: 2 }
    });
  });

  it('takes pasted JSON', async () => {
    await press('form-field_hyperparameters', 'Paste JSON');
    await type(
      'form-field_hyperparameters__json',
      '{"a": "<b>", "n": 1, "t": "1"}'
    );
    await press('form-field_hyperparameters', 'Take these values');
    expect(byId('form-field_hyperparameters_a')!.value).toBe('<b>');
    expect(byId('form-field_hyperparameters_n')!.value).toBe('1');
    expect(byId('form-field_hyperparameters_t')!.value).toBe('"1"');
  });
});

it.each([
  0.5,
  7,
  true,
  null,
  'text',
  '7',
  'true',
  '"quoted"',
  '',
  [1, 'a'],
  { a: 1 },
  '<img src=x onerror=alert(1)>'
])('%p is meant by how it is typed', value => {
  expect(meant(typedAs(value))).toEqual(value);
});

it.each(['1e999', '12345678901234567890'])('%s stays as it is typed', text => {
  expect(meant(text)).toBe(text);
});
