import { nullTranslator } from '@jupyterlab/translation';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { ApiError } from '../api';
import {
  ICreation,
  ICreationCheck,
  ICreationRequest,
  IForm,
  TASK_EVENT
} from '../protocol';
import { InventoryStore } from '../store';
import { ISmext } from '../tokens';
import { Drafts } from '../views/create/drafts';
import { errorInWords } from '../views/create/errors';
import { CreateModel, ICreateTarget } from '../views/create/model';
import { CreatePage } from '../views/create/page';
import {
  changed,
  completed,
  patched,
  pruned
} from '../views/create/parameters';
import { UpdateDialog } from '../views/create/update-dialog';
import { apiOf, Bus, kind, problem, World, smextWith } from './world';

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
  defaults: { Type: 'ml.m5', Role: 'arn:role' },
  sections: [
    {
      id: 'first',
      title: '',
      about: '',
      folded: false,
      fields: ['Name', 'Type', 'Role']
    },
    { id: 'tags', title: 'Tags', about: '', folded: true, fields: ['Tags'] }
  ]
};

describe('parameters', () => {
  it('are changed by a merge patch', () => {
    expect(
      patched(
        { a: 1, b: { c: 2, d: 3 }, e: [1] },
        { a: null, b: { c: 4 }, e: [2], f: { g: 5 } }
      )
    ).toEqual({ b: { c: 4, d: 3 }, e: [2], f: { g: 5 } });
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

const MADE = {
  kind: 'notebook-instance',
  id: 'nb',
  name: 'nb'
};

describe('a new resource', () => {
  let world: World;
  let store: InventoryStore;
  let check: Partial<ICreationCheck>;
  let refusal: ApiError | null;
  let sent: ICreationRequest[];
  let acted: unknown[][];
  let smext: ISmext;
  let creation: ICreation;
  let bus: Bus;
  let model: CreateModel;
  let done: jest.Mock;

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
    check = {};
    sent = [];
    acted = [];
    bus = new Bus();
    store = new InventoryStore({
      api: world.api,
      events: bus,
      standby: 'never'
    });
    store.setConnection('local');
    store.acquire();
    await store.refetch();
    const creatable = (operation: string, more: object) => ({
      operation,
      title: operation.slice(6).toLowerCase(),
      about: `What ${operation} does.`,
      kind: null,
      group: null,
      layout: null,
      presigned: false,
      ...more
    });
    const api = apiOf({
      form: async () => FORM,
      filledForm: async (...args: unknown[]) => ({
        ...FORM,
        defaults: args[3]
      }),
      creatables: async () => [
        creatable('CreateNotebook', {
          kind: 'notebook-instance',
          group: 'build'
        }),
        creatable('CreateModel', { kind: 'model', group: 'deploy' }),
        creatable('CreateWorkforce', {})
      ],
      layouts: async () => [],
      parametersToCreate: async () => ({
        operation: 'CreateNotebook',
        parameters: { Name: 'nb-2', Type: 'ml.m7', Role: 'arn:other' },
        unknown: ['Secret'],
        notes: []
      }),
      check: async () => ({
        errors: [],
        problems: [],
        notes: [],
        steps: [],
        calls: [],
        parameters: null,
        ...check
      }),
      start: async (request: ICreationRequest) => {
        if (refusal) {
          throw refusal;
        }
        sent.push(request);
        creation = {
          id: 'creation-1',
          rev: 1,
          request,
          title: 'Notebook instance nb',
          state: 'running',
          steps: [],
          started: Date.now() / 1000,
          ended: null,
          target: MADE,
          made: [],
          left: [],
          problem: null,
          arn: null
        };
        return creation;
      },
      creation: async () => creation,
      callCode: async () => ({ boto3: 'import boto3', cli: 'aws sagemaker' }),
      act: async (...args: unknown[]) => void acted.push(args)
    });
    smext = smextWith(api, store);
    done = jest.fn();
  });

  afterEach(() => store.dispose());

  async function open(target: ICreateTarget = {}): Promise<void> {
    model = new CreateModel(target);
    await act(async () => {
      render(
        <CreatePage
          model={model}
          smext={smext}
          stream={bus.stream}
          onDone={done}
        />
      );
    });
  }

  async function openForm(target?: ICreateTarget): Promise<HTMLInputElement> {
    await open(target ?? { kind: 'notebook-instance' });
    return (await screen.findByLabelText(/^Name/)) as HTMLInputElement;
  }

  /** The keys of the drafts. */
  const kept = () =>
    Object.keys(window.localStorage).filter(key => key.includes('draft'));

  async function press(name: string | RegExp): Promise<void> {
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name }));
    });
  }

  async function type(label: RegExp, value: string): Promise<void> {
    await act(async () => {
      fireEvent.change(screen.getByLabelText(label), { target: { value } });
    });
  }

  it('is chosen from all that AWS creates', async () => {
    await open();
    const search = await screen.findByRole('searchbox');
    expect(screen.getByRole('region', { name: 'More' }).textContent).toContain(
      'Workforce'
    );
    await act(async () => {
      fireEvent.change(search, { target: { value: 'note' } });
    });
    expect(screen.queryByText('Workforce')).toBeNull();
    await press(/^Notebook/);
    expect(model.target).toEqual({ kind: 'notebook-instance' });
    expect(await screen.findByLabelText(/^Name/)).toBeTruthy();
  });

  it('is created once its fields are right', async () => {
    await openForm();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
      'Create notebook instance'
    );
    await press('Create');
    expect(sent).toEqual([]);
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('1 field is not right yet');
    expect(alert.textContent).toContain('Name This is needed.');
    await type(/^Name/, '-too-long');
    expect(screen.getByText(/At most 5 characters\./).textContent).toContain(
      'Letters, digits and hyphens only'
    );
    await type(/^Name/, 'nb');
    await press('Create');
    expect(sent).toEqual([
      {
        connection: 'local',
        region: 'us-east-1',
        operation: 'CreateNotebook',
        layout: null,
        parameters: { Name: 'nb', Type: 'ml.m5', Role: 'arn:role' },
        key: expect.any(String)
      }
    ]);
    expect(model.target.creation).toBe('creation-1');
    expect(await screen.findByText('Notebook instance nb')).toBeTruthy();
    expect(done).not.toHaveBeenCalled();

    creation = { ...creation, rev: 2, state: 'done', made: [MADE] };
    await act(async () => {
      (bus.stream as unknown as Signal<unknown, object>).emit({
        schema_id: TASK_EVENT,
        task: 'creation',
        id: 'creation-1',
        rev: 2
      });
    });
    await waitFor(() => expect(done).toHaveBeenCalled());
    expect(smext.openResource).toHaveBeenCalledWith(
      expect.objectContaining({
        connection: 'local',
        region: 'us-east-1',
        kind: 'notebook-instance',
        id: 'nb'
      })
    );
    expect(kept()).toEqual([]);
  });

  it('has what the server says against it beside the field, and above all', async () => {
    const name = await openForm();
    check = { errors: [{ path: ['Name'], message: 'It is taken.' }] };
    await type(/^Name/, 'nb');
    await press('Create');
    expect(sent).toEqual([]);
    await waitFor(() =>
      expect(document.getElementById(`${name.id}__error`)?.textContent).toBe(
        'It is taken.'
      )
    );
    expect(screen.getByRole('alert').textContent).toContain('It is taken.');
    check = {};
    await type(/^Name/, 'nb2');
    expect(screen.queryByText('It is taken.')).toBeNull();
  });

  it('stays with the words of AWS when it refuses', async () => {
    refusal = new ApiError(
      problem('limit', {
        title: 'You have no ml.m5 left',
        next: 'Ask AWS for more',
        detail: 'ResourceLimitExceeded: the limit is 0',
        code: 'ResourceLimitExceeded'
      })
    );
    const name = await openForm();
    await type(/^Name/, 'nb');
    await press('Create');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('You have no ml.m5 left');
    expect(alert.textContent).toContain('Ask AWS for more');
    expect(alert.textContent).toContain('the limit is 0');
    expect(model.target.creation).toBeUndefined();
    expect(name.value).toBe('nb');
  });

  it('keeps a draft until it is made or discarded', async () => {
    await openForm();
    await type(/^Name/, 'nb');
    cleanup();
    expect((await openForm()).value).toBe('nb');
    await press('Discard draft');
    expect(
      ((await screen.findByLabelText(/^Name/)) as HTMLInputElement).value
    ).toBe('');
    expect(kept()).toEqual([]);
  });

  it('begins as another one that is there, with what is to be different', async () => {
    const clone = {
      connection: 'local',
      region: 'us-east-1',
      kind: 'notebook-instance',
      id: 'nb'
    };
    const name = await openForm({ clone, changes: { Type: 'ml.m9' } });
    expect(name.value).toBe('nb-2');
    expect((screen.getByLabelText(/^Type/) as HTMLInputElement).value).toBe(
      'ml.m9'
    );
    expect(
      screen.getByText('AWS does not tell what was given for Secret.')
    ).toBeTruthy();
  });

  it('finds fields wherever they are, and folds what few need', async () => {
    await openForm();
    expect(screen.queryByText('Add to Tags')).toBeNull();
    await type(/^Filter/, 'key');
    expect(screen.getByText('Add to Tags')).toBeTruthy();
    expect(screen.queryByLabelText(/^Name/)).toBeNull();
    await type(/^Filter/, 'nothing');
    expect(screen.getByText(/^No field has/).textContent).toContain('nothing');
  });

  it('is shown as code while it is filled in', async () => {
    check = {
      calls: [{ operation: 'A', parameters: {}, service: 'sagemaker' }]
    };
    await openForm();
    await press('Show the code');
    await screen.findByText('import boto3');
    await act(async () => {
      fireEvent.click(screen.getByLabelText('AWS CLI'));
    });
    expect(screen.getByText('aws sagemaker')).toBeTruthy();
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
        {
          ...type,
          name: 'ml.m6',
          vcpu: 2,
          memory_gib: 4,
          price: 0.05,
          quota: 4,
          quota_left: 1
        }
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
    await openForm();
    const field = screen.getByLabelText(/^Type/) as HTMLInputElement;
    await screen.findByText('4 vCPU + 16 GiB · $0.23/h');
    expect(field.getAttribute('aria-describedby')).toContain('about');
    const options = [...field.list!.options];
    expect(options).toHaveLength(20);
    expect(options.slice(0, 2).map(one => [one.value, one.label])).toEqual([
      ['ml.m6', '2 vCPU + 4 GiB · $0.05/h · quota 4, 1 left'],
      ['ml.m5', '4 vCPU + 16 GiB · $0.23/h']
    ]);
    expect(options.find(one => one.value === 'ml.m7')?.label).toBe(
      '4 vCPU + 16 GiB + 1 GPU · 1 × NVIDIA T4, 16 GiB · no price'
    );
    expect(asked.mock.calls).toEqual([['local', 'us-east-1', 'notebook']]);
  });

  it('send only what was changed', async () => {
    await act(async () => {
      render(
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
    });
    await screen.findByLabelText(/^Name/);
    await type(/^Name/, 'nb');
    await type(/^Role/, 'arn:new');
    await press('Apply');
    expect(acted[0][5]).toEqual({ Name: 'nb', Type: 'ml.m5', Role: 'arn:new' });
    expect(done).toHaveBeenCalledWith(true);
  });
});

describe('drafts', () => {
  it('are as many as can be looked through, and never more than there is room for', () => {
    window.localStorage.clear();
    const drafts = new Drafts();
    for (let at = 0; at < 25; at++) {
      jest.spyOn(Date, 'now').mockReturnValue(at * 1000);
      expect(drafts.save(`form ${at}`, { at })).toBe(true);
    }
    jest.restoreAllMocks();
    expect(drafts.load('form 4')).toBeNull();
    expect(drafts.load('form 5')?.parameters).toEqual({ at: 5 });
    window.localStorage.setItem('jupyter_smext:draft:broken', '{');
    expect(drafts.load('broken')).toBeNull();
    jest.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(drafts.save('one more', {})).toBe(false);
    jest.restoreAllMocks();
  });
});
