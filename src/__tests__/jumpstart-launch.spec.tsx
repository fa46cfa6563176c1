import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import {
  IChecked,
  IDataCheck,
  IDeployRequest,
  IFineTuneRequest,
  IInstanceTypes,
  ILaunch,
  IModelPage,
  ISavedForm
} from '../protocol';
import { InventoryStore } from '../store';
import { IModelId, ISmext } from '../tokens';
import { nextName } from '../views/jumpstart/launch/entries';
import { Launches } from '../views/jumpstart/launch/launches';
import { History } from '../views/jumpstart/launched/history';
import { ModelPage } from '../views/jumpstart/model/page';
import { TaskSteps } from '../views/task/steps';
import { modelPage, parameter, nothingLaunched } from './jumpstart-models';
import { Logs } from './logs';
import { apiOf, Bus, problem, smextWith, until, World } from './world';

configure({ asyncUtilTimeout: 8000 });

// jsdom knows the element, not what it does.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

const ID: IModelId = {
  connection: 'local',
  region: 'us-east-1',
  hub: null,
  id: 'pytorch-ic-mobilenet-v2',
  version: '1.0.0'
};

const CHECKED: IChecked = {
  problems: [],
  checked: ['The role can be used'],
  warnings: [],
  unknown: [],
  price: 0.115
};

function launch(more: Partial<ILaunch> = {}): ILaunch {
  return {
    id: 'launch-1',
    rev: 1,
    what: 'deploy',
    deploy: null,
    fine_tune: null,
    state: 'running',
    steps: [
      {
        id: 'model',
        title: 'Create the model',
        state: 'now',
        progress: null,
        note: '',
        usual: null,
        started: 1000,
        ended: null
      }
    ],
    started: 1000,
    ended: null,
    made: [],
    left: [],
    problem: null,
    licence: null,
    ...more
  };
}

describe('the page of a model', () => {
  let page: IModelPage | ApiError;
  let checked: IChecked;
  let deployed: IDeployRequest[];
  let trained: IFineTuneRequest[];
  let kept: ISavedForm[];
  let latest: ILaunch[];
  let refusal: ApiError | null;
  let data: IDataCheck;
  let looked: (string | null)[];
  let types: Partial<IInstanceTypes> | null;
  let created: number;
  let opened: IModelId[];
  let remembered: ReadonlyArray<string>;
  let store: InventoryStore;
  let smext: ISmext;
  let launches: Launches;
  let world: World;

  beforeEach(async () => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    page = modelPage();
    checked = CHECKED;
    deployed = [];
    trained = [];
    kept = [];
    latest = [];
    refusal = null;
    created = 0;
    looked = [];
    types = null;
    data = {
      files: 12,
      bytes: 2048,
      classes: { daisy: 6, tulip: 5 },
      strays: ['notes.txt'],
      outside: 1,
      format: 'Image classification',
      problems: []
    };
    opened = [];
    remembered = [];
    world = new World();
    store = new InventoryStore({
      api: world.api,
      events: new Bus(),
      standby: 'never'
    });
    store.acquire();
    store.setConnection('local', ['us-east-1']);
    await until(store.changed, () => store.connections !== null);
    const api = apiOf({
      model: async () => {
        if (page instanceof ApiError) {
          throw page;
        }
        return page;
      },
      instanceTypes: async (_: string, __: string, use: string) => {
        if (types === null) {
          throw new ApiError(problem('denied'));
        }
        return { ...types, use };
      },
      form: async () => ({
        operation: 'CreateModel',
        title: '',
        first: [],
        defaults: {},
        schema: {
          properties: {
            ExecutionRoleArn: { examples: ['arn:role/A', 'arn:role/B'] }
          }
        }
      }),
      identity: async () => ({ account: '123' }),
      savedForms: async () => kept,
      saveForm: async (form: ISavedForm) => {
        kept = [...kept.filter(one => one.name !== form.name), form];
        return kept;
      },
      deleteForm: async (name: string) => {
        kept = kept.filter(one => one.name !== name);
        return kept;
      },
      launches: async () => latest,
      checkDeploy: async () => checked,
      checkFineTune: async () => checked,
      checkData: async (request: IFineTuneRequest) => {
        looked.push(request.config);
        return data;
      },
      newRole: async () => ({
        name: 'AmazonSageMaker-ExecutionRole-',
        trust: '{"Service": "sagemaker.amazonaws.com"}',
        policies: ['arn:aws:iam::aws:policy/AmazonSageMakerFullAccess']
      }),
      createRole: async () => {
        created += 1;
        return { arn: 'arn:role/New' };
      },
      deploy: async (request: IDeployRequest) => {
        deployed.push(request);
        if (refusal) {
          throw refusal;
        }
        return launch({ deploy: request });
      },
      fineTune: async (request: IFineTuneRequest) => {
        trained.push(request);
        return launch({ what: 'fine-tune', fine_tune: request });
      },
      ...new Logs().api,
      metrics: async () => ({
        next: null,
        ended: true,
        values: [],
        problems: []
      }),
      launch: async (id: string) =>
        launch({
          id,
          deploy: deployed[0] ?? null,
          fine_tune: trained[0] ?? null
        })
    });
    smext = smextWith(api, store);
    launches = new Launches({
      smext,
      stream: new Bus().stream,
      openModel: one => opened.push(one),
      remember: ids => {
        remembered = ids;
      }
    });
  });

  afterEach(() => {
    cleanup();
    document.querySelectorAll('dialog').forEach(node => node.remove());
    store.dispose();
  });

  async function show(): Promise<void> {
    render(
      <ModelPage
        id={ID}
        smext={smext}
        launches={launches}
        markdown={source => <p>{source}</p>}
        browse={async () => 'data/flowers'}
        openModel={one => opened.push(one)}
        openFile={jest.fn()}
      />
    );
    await screen.findByRole('heading', { level: 1 });
  }

  const form = (name: string) => screen.findByRole('form', { name });

  it('says what its document says', async () => {
    page = modelPage({
      eula: 's3://cache/eula.txt',
      eula_text: 'Be good. <script>alert(1)</script>',
      vulnerabilities: ['CVE-1'],
      benchmarks: [
        {
          instance_type: 'ml.g5.2xlarge',
          config: '',
          name: 'Latency',
          value: '12',
          unit: 'ms',
          concurrency: null
        }
      ]
    });
    await show();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
      'MobileNet V2'
    );
    expect(screen.getByText('Says **what** is in an image.')).toBeTruthy();
    const table = screen.getByRole('table', { name: 'Hyperparameters' });
    expect(
      within(table)
        .getAllByRole('row')
        .map(row =>
          [...row.querySelectorAll('td')].map(cell => cell.textContent)
        )
        .slice(1)
    ).toEqual([
      ['epochs', 'int', '5', '1 to 1,000'],
      ['learning_rate', 'float', '0.001', '1e-8 to 1'],
      ['train_only_top_layer', 'text', 'True', 'True, False']
    ]);
    expect(screen.getByText('CVE-1')).toBeTruthy();
    expect(screen.getByText('Be good. <script>alert(1)</script>').tagName).toBe(
      'PRE'
    );
    expect(document.querySelector('script')).toBeNull();
    expect(
      within(screen.getByRole('table', { name: 'Measured by AWS' })).getByText(
        '12 ms'
      )
    ).toBeTruthy();
    fireEvent.change(screen.getByLabelText('Version'), {
      target: { value: '0.9.0' }
    });
    expect(opened).toEqual([{ ...ID, version: '0.9.0' }]);
  });

  it('makes no link of an address that is none', async () => {
    page = modelPage({
      model: { ...modelPage().model, url: 'javascript:alert(1)' }
    });
    await show();
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('has no forms where there is no document', async () => {
    page = modelPage({
      document: null,
      problems: [problem('denied', { title: 'It is at AWS only' })]
    });
    await show();
    expect(screen.getByRole('alert').textContent).toContain(
      'It is at AWS only'
    );
    expect(screen.queryByRole('form')).toBeNull();
  });

  it('deploys with what the document and the account have', async () => {
    await show();
    const deploy = await form('Deploy');
    expect(
      (within(deploy).getByLabelText('Role') as HTMLInputElement).value
    ).toBe('arn:role/A');
    expect(await within(deploy).findByText('$0.12/h')).toBeTruthy();
    expect(within(deploy).getByText('The role can be used')).toBeTruthy();
    fireEvent.change(within(deploy).getByLabelText('Endpoint name'), {
      target: { value: 'my-endpoint' }
    });
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toMatchObject([
      {
        model: 'pytorch-ic-mobilenet-v2',
        version: '1.0.0',
        endpoint: 'my-endpoint',
        role: 'arn:role/A',
        instance_type: 'ml.m5.large',
        count: 1,
        mode: 'real-time',
        environment: {},
        network: null,
        accept_eula: false,
        tuned: null
      }
    ]);
    expect(deployed[0].key).not.toBe('');
    expect(
      (within(deploy).getByLabelText('Endpoint name') as HTMLInputElement).value
    ).toMatch(/^pytorch-ic-mobilenet-v2-\d{4}-\d{4}$/);
    const dialog = await screen.findByRole('dialog');
    expect(dialog.textContent).toContain('Deploying my-endpoint');
    expect(dialog.textContent).toContain('Create the model');
    expect(remembered).toEqual(['launch-1']);
  });

  it('proposes another name once one is taken', () => {
    const now = new Date(2026, 10, 26, 6, 38);
    const next = (taken: string) => nextName('m', taken, now);
    expect(next('mine')).toBe('m-1126-0638');
    expect(next('m-1126-0638')).toBe('m-1126-0638-2');
    expect(next('m-1126-0638-2')).toBe('m-1126-0638-3');
    expect(next('m-1126-0638-mine')).toBe('m-1126-0638');
    expect(nextName('m'.repeat(90), '', now)).toHaveLength(59);
  });

  it('sends the same key after an answer that was lost', async () => {
    await show();
    const deploy = await form('Deploy');
    refusal = new ApiError(problem('offline', { title: 'No answer' }));
    for (let times = 0; times < 2; times++) {
      await act(async () => {
        fireEvent.submit(deploy);
      });
      await within(deploy).findByText('No answer');
    }
    expect(deployed).toHaveLength(2);
    expect(deployed[0].key).toBe(deployed[1].key);
  });

  it('sends nothing wrong, and says what is', async () => {
    page = modelPage({ eula: 's3://cache/eula.txt' });
    await show();
    const deploy = await form('Deploy');
    fireEvent.change(within(deploy).getByLabelText('Count'), {
      target: { value: '0' }
    });
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toEqual([]);
    expect(
      within(deploy).getByText('A whole number of at least 1')
    ).toBeTruthy();
    expect(
      within(deploy).getByText('Without that it may not be used')
    ).toBeTruthy();
    // Who cannot see the field hears of it.
    expect(document.activeElement).toBe(within(deploy).getByLabelText('Count'));
  });

  it('opens what is folded away to show what is wrong in it', async () => {
    await show();
    const deploy = await form('Deploy');
    const subnets = within(deploy).getByLabelText('Subnets');
    fireEvent.change(subnets, { target: { value: 'vpc-1' } });
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toEqual([]);
    expect(subnets.closest('details')?.open).toBe(true);
    expect(document.activeElement).toBe(subnets);
  });

  it('creates a role once it was shown, and takes it', async () => {
    await show();
    const deploy = await form('Deploy');
    fireEvent.click(within(deploy).getByText('Create role…'));
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText(/sagemaker.amazonaws.com/);
    expect(within(dialog).getByText('AmazonSageMakerFullAccess')).toBeTruthy();
    expect(created).toBe(0);
    fireEvent.click(within(dialog).getByText('Cancel'));
    expect(created).toBe(0);
    fireEvent.click(within(deploy).getByText('Create role…'));
    const again = await screen.findByRole('dialog');
    await within(again).findByText(/sagemaker.amazonaws.com/);
    await act(async () => {
      fireEvent.click(within(again).getByText('Create the role'));
    });
    expect(created).toBe(1);
    const role = within(deploy).getByLabelText('Role') as HTMLSelectElement;
    expect(role.value).toBe('arn:role/New');
    const tune = await form('Fine-tune');
    expect(
      [...tune.querySelectorAll('option')].map(option => option.textContent)
    ).toContain('New');
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toMatchObject([{ role: 'arn:role/New' }]);
  });

  it('takes a role by its ARN', async () => {
    await show();
    const deploy = await form('Deploy');
    fireEvent.change(within(deploy).getByLabelText('Role'), {
      target: { value: '' }
    });
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toEqual([]);
    fireEvent.change(within(deploy).getByLabelText('ARN of the role'), {
      target: { value: 'arn:role/B2' }
    });
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toMatchObject([{ role: 'arn:role/B2' }]);
  });

  it('sends nothing that the server forbids', async () => {
    checked = {
      ...CHECKED,
      problems: [problem('denied', { title: 'Your quota is 0' })]
    };
    await show();
    const deploy = await form('Deploy');
    await within(deploy).findByText('Your quota is 0');
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toEqual([]);
    expect(
      within(deploy)
        .getByRole('button', { name: 'Deploy' })
        .getAttribute('aria-disabled')
    ).toBe('true');
  });

  it('sends nothing through a connection that is read-only', async () => {
    world.connections = [{ ...world.connections[0], read_only: true }];
    await store.refreshConnections();
    await show();
    const deploy = await form('Deploy');
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toEqual([]);
    expect(within(deploy).getByText('read-only connection')).toBeTruthy();
  });

  it('says what a type costs, what is left of its quota, and a month of it', async () => {
    const type = (name: string, price: number, left: number) => ({
      ...({} as IInstanceTypes['types'][number]),
      name,
      vcpu: 2,
      memory_gib: 8,
      gpus: 0,
      price,
      quota: 4,
      quota_left: left
    });
    types = {
      reading: false,
      charged: true,
      types: [type('ml.m5.large', 0.12, 3), type('ml.m5.xlarge', 0.23, 0)]
    };
    await show();
    const deploy = await form('Deploy');
    expect(
      await within(deploy).findByText('ml.m5.large (default) · $0.12/h')
    ).toBeTruthy();
    expect(
      within(deploy).getByText('ml.m5.xlarge · $0.23/h · no quota left')
    ).toBeTruthy();
    expect(
      within(deploy).getByText('2 vCPU + 8 GiB · $0.12/h · quota left 3 of 4')
    ).toBeTruthy();
    expect(await within(deploy).findByText('$83.95')).toBeTruthy();
    fireEvent.click(within(deploy).getByLabelText('Serverless'));
    expect(within(deploy).queryByText('$83.95')).toBeNull();
    const tune = await form('Fine-tune');
    fireEvent.change(within(tune).getByLabelText('Ended after (hours)'), {
      target: { value: '10' }
    });
    expect(await within(tune).findByText('$1.15')).toBeTruthy();
  });

  it('begins with the form that was sent last', async () => {
    kept = [
      {
        name: 'last',
        fine_tune: null,
        deploy: {
          ...(ID as unknown as IDeployRequest),
          model: ID.id,
          endpoint: 'old',
          role: 'arn:role/B',
          instance_type: 'ml.m5.xlarge',
          count: 3,
          config: null,
          mode: 'real-time',
          memory_mb: null,
          concurrency: null,
          output: null,
          component: false,
          scaling: null,
          environment: { SAGEMAKER_PROGRAM: 'b.py' },
          network: { subnets: ['subnet-1'], security_groups: ['sg-1'] },
          kms_key: null,
          tags: { team: 'a' },
          accept_eula: false,
          tuned: null,
          keep_failed: false,
          key: ''
        }
      }
    ];
    await show();
    const deploy = await form('Deploy');
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toMatchObject([
      {
        role: 'arn:role/B',
        instance_type: 'ml.m5.xlarge',
        count: 3,
        environment: { SAGEMAKER_PROGRAM: 'b.py' },
        network: { subnets: ['subnet-1'], security_groups: ['sg-1'] },
        tags: { team: 'a' }
      }
    ]);
    expect(deployed[0].endpoint).toMatch(/^pytorch-ic-mobilenet-v2-\d{4}-/);
  });

  it('begins with the last form of this model, not of another', async () => {
    const last = (model: string, endpoint: string, count: number) => ({
      name: 'last',
      fine_tune: null,
      deploy: {
        ...(ID as unknown as IDeployRequest),
        model,
        endpoint,
        count,
        role: 'arn:role/B',
        tags: {},
        environment: {},
        mode: 'real-time' as const
      }
    });
    kept = [last('other', 'a', 9), last(ID.id, 'b', 4)];
    await show();
    const deploy = await form('Deploy');
    const count = within(deploy).getByLabelText('Count') as HTMLInputElement;
    expect(count.value).toBe('4');
  });

  it('keeps a form as a template, and fills it in again', async () => {
    await show();
    const deploy = await form('Deploy');
    const count = within(deploy).getByLabelText('Count') as HTMLInputElement;
    const save = async (value: string) => {
      fireEvent.change(count, { target: { value } });
      fireEvent.click(within(deploy).getByText('Save as template'));
      const input = await screen.findByLabelText('Its name');
      fireEvent.change(input, { target: { value: 'small' } });
      await act(async () => {
        fireEvent.click(screen.getByText('Save'));
      });
    };
    await save('2');
    expect(await within(deploy).findByText('small')).toBeTruthy();
    await save('3');
    // Another one is not given up unasked.
    const asked = await screen.findByText('Replace the template small?');
    expect(kept[0].deploy?.count).toBe(2);
    await act(async () => {
      fireEvent.click(screen.getByText('Cancel'));
    });
    expect(asked.isConnected).toBe(false);
    fireEvent.change(count, { target: { value: '7' } });
    fireEvent.click(within(deploy).getByText('small'));
    expect(count.value).toBe('2');
    await act(async () => {
      fireEvent.click(
        within(deploy).getByLabelText('Delete the template small')
      );
    });
    expect(kept).toEqual([]);
    expect(within(deploy).queryByText('small')).toBeNull();
  });

  it('trains on a folder whose layout is shown, within the ranges', async () => {
    await show();
    const tune = await form('Fine-tune');
    fireEvent.click(within(tune).getByLabelText('Local folder'));
    await act(async () => {
      fireEvent.click(within(tune).getByText('Browse…'));
    });
    expect(
      (await within(tune).findByText(/2 classes, 12 files/)).textContent
    ).toContain('1 file lies outside the format.');
    fireEvent.click(within(tune).getByText('Show them'));
    expect(within(tune).getByText('notes.txt')).toBeTruthy();
    await act(async () => {
      fireEvent.submit(tune);
    });
    expect(trained).toEqual([]);
    expect(
      within(tune).getByText('Move the 1 file, or leave it out first')
    ).toBeTruthy();
    fireEvent.click(
      within(tune).getByLabelText('Leave the 1 file out of the upload')
    );
    fireEvent.change(within(tune).getByLabelText('epochs'), {
      target: { value: '2000' }
    });
    await act(async () => {
      fireEvent.submit(tune);
    });
    expect(trained).toEqual([]);
    expect(within(tune).getByText('Out of its range: 1 to 1,000')).toBeTruthy();
    fireEvent.change(within(tune).getByLabelText('epochs'), {
      target: { value: '7' }
    });
    await act(async () => {
      fireEvent.submit(tune);
    });
    expect(trained).toMatchObject([
      {
        folder: 'data/flowers',
        dataset: null,
        leave_out: true,
        max_wait_seconds: null,
        hyperparameters: { epochs: '7' },
        instance_type: 'ml.m5.xlarge',
        output: 's3://sagemaker-us-east-1-123/jumpstart',
        volume_gib: 30,
        max_seconds: 3600,
        spot: false
      }
    ]);
  });

  it('trains on spot instances no longer than somebody waits', async () => {
    page = modelPage({
      hyperparameters: [
        parameter('prompt', { required: true, default: null }),
        parameter('rate', {
          type: 'float',
          default: 0.5,
          min: 0,
          above_min: true,
          max: 1
        })
      ],
      hyperparameters_by_type: {
        'ml.m5.xlarge': [parameter('rate', { type: 'float', default: 0.25 })]
      }
    });
    data = { ...data, strays: [], outside: 0 };
    await show();
    const tune = await form('Fine-tune');
    const set = (label: string, value: string) =>
      fireEvent.change(within(tune).getByLabelText(label), {
        target: { value }
      });
    expect(
      (within(tune).getByLabelText('rate') as HTMLInputElement).value
    ).toBe('0.25');
    expect(within(tune).getByText('It needs a value')).toBeTruthy();
    set('prompt', 'Say it');
    fireEvent.click(within(tune).getByLabelText('Managed spot'));
    set('Ended after (hours)', '2');
    set('Waits at most (hours)', '1');
    expect(
      within(tune).getByText('At least as long as it may run')
    ).toBeTruthy();
    set('Waits at most (hours)', '3');
    await act(async () => {
      fireEvent.submit(tune);
    });
    expect(trained).toMatchObject([
      {
        spot: true,
        max_seconds: 7200,
        max_wait_seconds: 10800,
        hyperparameters: { prompt: 'Say it' }
      }
    ]);
  });

  it('trains in the way that is chosen', async () => {
    const usual = modelPage();
    const config = {
      name: 'full',
      instance_type: 'ml.m5.xlarge',
      instance_types: ['ml.m5.xlarge'],
      hyperparameters: usual.hyperparameters,
      hyperparameters_by_type: {},
      default_dataset: usual.default_dataset,
      volume_gib: 30
    };
    page = modelPage({
      training_configs: [
        config,
        {
          ...config,
          name: 'lora',
          instance_type: 'ml.g5.2xlarge',
          instance_types: ['ml.g5.2xlarge'],
          hyperparameters: [parameter('rank', { type: 'int', default: 8 })],
          default_dataset: null,
          volume_gib: 256
        }
      ]
    });
    await show();
    const tune = await form('Fine-tune');
    const chosen = within(tune).getByLabelText('Configuration');
    expect((chosen as HTMLSelectElement).value).toBe('full');
    fireEvent.change(chosen, { target: { value: 'lora' } });
    expect(within(tune).queryByLabelText('epochs')).toBeNull();
    // It has no data of its own.
    fireEvent.change(
      within(tune).getByRole('textbox', { name: 'Local folder' }),
      { target: { value: 'data' } }
    );
    data = { ...data, strays: [], outside: 0 };
    await act(async () => {
      fireEvent.submit(tune);
    });
    expect(trained).toMatchObject([
      {
        config: 'lora',
        instance_type: 'ml.g5.2xlarge',
        volume_gib: 256,
        folder: 'data',
        hyperparameters: {}
      }
    ]);
  });

  it('looks at the default set of the way that is chosen', async () => {
    const usual = modelPage();
    const config = {
      name: 'full',
      instance_type: 'ml.m5.xlarge',
      instance_types: ['ml.m5.xlarge'],
      hyperparameters: usual.hyperparameters,
      hyperparameters_by_type: {},
      default_dataset: 's3://b/full/',
      volume_gib: 30
    };
    page = modelPage({
      training_configs: [
        config,
        { ...config, name: 'lora', default_dataset: 's3://b/lora/' }
      ]
    });
    await show();
    const tune = await form('Fine-tune');
    await waitFor(() => expect(looked).toEqual(['full']));
    fireEvent.change(within(tune).getByLabelText('Configuration'), {
      target: { value: 'lora' }
    });
    expect(within(tune).getByText('s3://b/lora/')).toBeTruthy();
    await waitFor(() => expect(looked).toEqual(['full', 'lora']));
  });

  it('deploys what a training made of it', async () => {
    latest = [
      launch({
        what: 'fine-tune',
        state: 'done',
        fine_tune: {
          ...(ID as unknown as IFineTuneRequest),
          model: ID.id,
          job: 'ft-1126-0905'
        }
      })
    ];
    await show();
    const deploy = await form('Deploy');
    await act(async () => launches.deployTuned(ID, 'ft-1126-0905'));
    expect(opened).toEqual([ID]);
    await within(deploy).findByText('Tuned by ft-1126-0905');
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toMatchObject([{ tuned: 'ft-1126-0905' }]);
    // A name has its time once.
    expect(deployed[0].endpoint).toMatch(/^ft-\d{4}-\d{4}$/);
    // It can be asked for again, and only on the page of its own model.
    const model = within(deploy).getByLabelText('Model') as HTMLSelectElement;
    fireEvent.change(model, { target: { value: '' } });
    await act(async () =>
      launches.deployTuned({ ...ID, region: 'eu-west-1' }, 'ft-1126-0905')
    );
    expect(model.value).toBe('');
    await act(async () => launches.deployTuned(ID, 'ft-1126-0905'));
    expect(model.value).toBe('ft-1126-0905');
  });

  it('deploys what a training elsewhere made of it', async () => {
    await show();
    const deploy = await form('Deploy');
    fireEvent.change(within(deploy).getByLabelText('Model'), {
      target: { value: ' ' }
    });
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toEqual([]);
    fireEvent.change(within(deploy).getByLabelText('Training job'), {
      target: { value: 'by-the-sdk' }
    });
    await act(async () => {
      fireEvent.submit(deploy);
    });
    expect(deployed).toMatchObject([{ tuned: 'by-the-sdk' }]);
  });

  it('shows how much of a step is done', () => {
    const [step] = launch().steps;
    render(
      <TaskSteps
        steps={[{ ...step, title: 'Upload', progress: 0.4 }]}
        trans={smext.trans}
      />
    );
    expect(screen.getByText('40 %')).toBeTruthy();
  });

  it('lists what was launched, and leads to it', async () => {
    const request = {
      ...(ID as unknown as IDeployRequest),
      model: ID.id,
      endpoint: 'my-endpoint'
    };
    latest = [
      launch({
        state: 'done',
        ended: 1060,
        deploy: request,
        made: ['model/my-model', 'endpoint/my-endpoint']
      })
    ];
    render(
      <History
        smext={smext}
        assets={nothingLaunched(smext).assets}
        launches={launches}
      />
    );
    const table = await screen.findByRole('table');
    expect(within(table).getByText('In service after 1 min 0 s')).toBeTruthy();
    fireEvent.click(within(table).getByText('my-endpoint'));
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(within(dialog).getByText('Try it'));
    expect(smext.openResource).toHaveBeenCalledWith(
      {
        connection: 'local',
        region: 'us-east-1',
        kind: 'endpoint',
        id: 'my-endpoint'
      },
      'test'
    );
  });
});
