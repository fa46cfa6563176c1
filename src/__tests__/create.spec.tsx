import { nullTranslator } from '@jupyterlab/translation';
import {
  act,
  configure,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import * as React from 'react';

import { Api, ApiError } from '../api';
import { IForm } from '../protocol';
import { InventoryStore } from '../store';
import { ISmext } from '../tokens';
import { CreateDialog, UpdateDialog } from '../views/create/dialog';
import { errorInWords } from '../views/create/errors';
import {
  changed,
  completed,
  pruned,
  schemaOf,
  settingsLeft
} from '../views/create/parameters';
import { Bus, kind, problem, World, smextWith } from './world';

configure({ asyncUtilTimeout: 8000 });

const trans = nullTranslator.load('jupyter_smext');

const FORM: IForm = {
  operation: 'CreateNotebook',
  title: 'Create notebook instance',
  schema: {
    type: 'object',
    properties: {
      Tags: {
        type: 'array',
        title: 'Tags',
        items: {
          type: 'object',
          properties: { Key: { type: 'string', title: 'Key' } }
        }
      },
      Name: {
        type: 'string',
        title: 'Name',
        maxLength: 5,
        pattern: '^[a-zA-Z0-9](-*[a-zA-Z0-9])*$'
      },
      Type: {
        type: 'string',
        title: 'Type',
        enum: Array.from({ length: 20 }, (_, index) => `ml.m${index}`)
      },
      Role: { type: 'string', title: 'Role', examples: ['arn:role'] }
    },
    required: ['Name', 'Type'],
    additionalProperties: false
  },
  first: ['Name', 'Type', 'Role'],
  defaults: { Type: 'ml.m5', Role: 'arn:role' }
};

describe('parameters', () => {
  it('show the first fields first, the rest when asked', () => {
    expect(Object.keys(schemaOf(FORM, false).properties)).toEqual(FORM.first);
    expect(Object.keys(schemaOf(FORM, true).properties)).toEqual([
      ...FORM.first,
      'Tags'
    ]);
    expect(settingsLeft(FORM)).toBe(1);
  });

  it('leave out what holds nothing', () => {
    const filled = { a: '', b: {}, c: [{}], d: { e: [] }, f: 0, g: false };
    expect(pruned(filled)).toEqual({ f: 0, g: false });
    expect(pruned(filled, true)).toEqual({
      c: [{}],
      d: { e: [] },
      f: 0,
      g: false
    });
  });

  it('hold the shapes that are needed, so that a missing member is missed inside', () => {
    const shape = {
      properties: {
        Output: {
          type: 'object',
          properties: { Path: { type: 'string' } },
          required: ['Path']
        },
        Extra: { type: 'object', properties: {} }
      },
      required: ['Output']
    };
    expect(completed(shape, {})).toEqual({ Output: {} });
    expect(completed(shape, { Output: { Path: 's3://b' } })).toEqual({
      Output: { Path: 's3://b' }
    });
  });

  it('of a change are what differs, and what is needed', () => {
    expect(
      changed(FORM, { Name: 'nb', Type: 'ml.m5', Role: 'arn:other' })
    ).toEqual({ Name: 'nb', Type: 'ml.m5', Role: 'arn:other' });
    expect(changed(FORM, { Type: 'ml.m5', Role: 'arn:role' })).toEqual({
      Type: 'ml.m5'
    });
  });
});

describe('errorInWords', () => {
  it.each([
    ['required', {}, 'This is needed.'],
    ['maxLength', { limit: 5 }, 'At most 5 characters.'],
    ['minimum', { limit: 5 }, '5 is the least.'],
    ['enum', {}, 'Choose one from the list.'],
    [
      'pattern',
      { pattern: '^(?:[a-zA-Z0-9](-*[a-zA-Z0-9])*)$' },
      'Letters, digits and hyphens only; a hyphen neither first nor last.'
    ],
    [
      'pattern',
      { pattern: '^arn:aws[a-z\\-]*:iam::\\d{12}:role/.*$' },
      'This must be an ARN: it starts with arn:aws.'
    ],
    [
      'pattern',
      { pattern: '^s3://.*' },
      'AWS takes only what matches ^s3://.* here.'
    ]
  ])('%s %j', (name, params, words) => {
    expect(errorInWords({ name, params, stack: '' }, trans)).toBe(words);
  });
});

describe('the dialogs', () => {
  let world: World;
  let store: InventoryStore;
  let refusal: ApiError | null;
  let sent: unknown[][];
  let smext: ISmext;

  beforeEach(async () => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    world = new World();
    world.kinds = [
      kind('model', { label: 'Model', create: 'CreateModel', group: 'deploy' }),
      kind('notebook-instance', {
        label: 'Notebook instance',
        create: 'CreateNotebook'
      }),
      kind('app', { label: 'App' })
    ];
    refusal = null;
    sent = [];
    const send =
      <T,>(answer: T) =>
      async (...args: unknown[]): Promise<T> => {
        if (refusal) {
          throw refusal;
        }
        sent.push(args);
        return answer;
      };
    store = new InventoryStore({
      api: world.api,
      events: new Bus(),
      standby: 'never'
    });
    store.setConnection('local');
    store.acquire();
    await store.refetch();
    const api = {
      form: async () => FORM,
      create: send({ kind: 'notebook-instance', id: 'nb' }),
      act: send(undefined)
    } as unknown as Api;
    smext = smextWith(api, store);
  });

  afterEach(() => store.dispose());

  async function open(dialog: React.ReactElement): Promise<void> {
    await act(async () => {
      render(dialog);
    });
    await screen.findByLabelText(/^Name/);
  }

  async function press(name: string): Promise<void> {
    await act(async () => {
      fireEvent.click(screen.getByText(name, { selector: 'button' }));
    });
  }

  it('create a resource, once its fields are right', async () => {
    const made = jest.fn();
    await open(<CreateDialog smext={smext} titleId="t" onClose={made} />);
    expect(screen.getByText('Create notebook instance')).toBeTruthy();
    const choices = screen
      .getByLabelText('Resource')
      .querySelectorAll('option');
    expect([...choices].map(one => one.textContent)).toEqual([
      'Notebook instance',
      'Model'
    ]);

    await press('Create');
    expect(sent).toEqual([]);
    expect((await screen.findByText('This is needed.')).id).toContain('error');
    const name = screen.getByLabelText(/^Name/);
    await act(async () => {
      fireEvent.change(name, { target: { value: '-too-long' } });
    });
    expect(screen.getByText(/At most 5 characters\./).textContent).toContain(
      'Letters, digits and hyphens only'
    );
    await act(async () => {
      fireEvent.change(name, { target: { value: 'nb' } });
    });
    await press('Create');
    expect(sent).toEqual([
      [
        'local',
        'us-east-1',
        'notebook-instance',
        { Name: 'nb', Type: 'ml.m5', Role: 'arn:role' }
      ]
    ]);
    expect(made).toHaveBeenCalledWith({
      connection: 'local',
      region: 'us-east-1',
      kind: 'notebook-instance',
      id: 'nb'
    });
  });

  it('stay open with the words of AWS when it refuses', async () => {
    refusal = new ApiError(
      problem('limit', {
        title: 'You have no ml.m5 left',
        next: 'Ask AWS for more',
        detail: 'ResourceLimitExceeded: the limit is 0',
        code: 'ResourceLimitExceeded'
      })
    );
    const made = jest.fn();
    await open(<CreateDialog smext={smext} titleId="t" onClose={made} />);
    await act(async () => {
      fireEvent.change(screen.getByLabelText(/^Name/), {
        target: { value: 'nb' }
      });
    });
    await press('Create');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('You have no ml.m5 left');
    expect(alert.textContent).toContain('Ask AWS for more');
    expect(alert.textContent).toContain('the limit is 0');
    expect(made).not.toHaveBeenCalled();
    // What was filled in is still there.
    expect((screen.getByLabelText(/^Name/) as HTMLInputElement).value).toBe(
      'nb'
    );
  });

  it('tell what an instance type has and costs, beside its name', async () => {
    const properties = FORM.schema.properties as { [name: string]: object };
    const type = {
      gpus: 0,
      gpu: null,
      gpu_memory_gib: null,
      fast_launch: false,
      quota: null,
      quota_left: null
    };
    const asked = jest.fn(async () => ({
      charged: true,
      types: [
        { ...type, name: 'ml.m5', vcpu: 4, memory_gib: 16, price: 0.23 },
        {
          ...type,
          name: 'ml.m7',
          vcpu: 4,
          memory_gib: 16,
          gpus: 1,
          gpu: 'NVIDIA T4',
          gpu_memory_gib: 16,
          price: null
        },
        { ...type, name: 'ml.m6', vcpu: 2, memory_gib: 4, price: 0.05 }
      ]
    }));
    Object.assign(smext.api, {
      instanceTypes: asked,
      form: async () => ({
        ...FORM,
        schema: {
          ...FORM.schema,
          properties: {
            ...properties,
            Type: { ...properties.Type, 'x-smext-use': 'notebook' }
          }
        }
      })
    });
    await open(<CreateDialog smext={smext} titleId="t" onClose={jest.fn()} />);
    const field = screen.getByLabelText(/^Type/) as HTMLInputElement;
    await screen.findByText('4 vCPU + 16 GiB · $0.23/h');
    expect(field.getAttribute('aria-describedby')).toContain('about');
    const options = [...field.list!.options];
    expect(options).toHaveLength(20);
    expect(options.slice(0, 2).map(one => [one.value, one.label])).toEqual([
      ['ml.m6', '2 vCPU + 4 GiB · $0.05/h'],
      ['ml.m5', '4 vCPU + 16 GiB · $0.23/h']
    ]);
    expect(options.find(one => one.value === 'ml.m7')?.label).toBe(
      '4 vCPU + 16 GiB + 1 GPU · 1 × NVIDIA T4, 16 GiB · no price'
    );
    expect(asked.mock.calls).toEqual([['local', 'us-east-1', 'notebook']]);
  });

  it('send only what was changed', async () => {
    const done = jest.fn();
    await open(
      <UpdateDialog
        smext={smext}
        target={{
          connection: 'local',
          region: 'us-east-1',
          kind: 'notebook-instance',
          id: 'nb'
        }}
        operation="CreateNotebook"
        titleId="t"
        onClose={done}
      />
    );
    await act(async () => {
      fireEvent.change(screen.getByLabelText(/^Name/), {
        target: { value: 'nb' }
      });
      fireEvent.change(screen.getByLabelText(/^Role/), {
        target: { value: 'arn:new' }
      });
    });
    await press('Apply');
    expect(sent[0][5]).toEqual({ Name: 'nb', Type: 'ml.m5', Role: 'arn:new' });
    expect(done).toHaveBeenCalledWith(true);
  });
});
