import { Event } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import { NotebookJobRoutes } from '../api/notebook-jobs';
import { WindowMemory } from '../memory';
import {
  IInstanceTypes,
  INotebookJob,
  INotebookJobForm,
  INotebookJobRequest,
  INotebookParameter,
  TASK_EVENT
} from '../protocol';
import { InventoryStore, isChoice } from '../store';
import { ISmext } from '../tokens';
import { JobForm } from '../views/notebook-job/form';
import { JobList } from '../views/notebook-job/list';
import { changedParameters } from '../views/notebook-job/parameters';
import { Progress } from '../views/notebook-job/progress';
import { TaskSession } from '../views/task/session';
import { Logs, written } from './logs';
import { apiOf, Bus, problem, REGION, World, smextWith } from './world';

configure({ asyncUtilTimeout: 8000 });

const trans = nullTranslator.load('jupyter_smext');
const ROLE = 'arn:aws:iam::000000000000:role/R';

function parameter(
  name: string,
  type: string,
  value: unknown,
  source = JSON.stringify(value)
): INotebookParameter {
  return { name, type, value, default: source, help: `about ${name}` };
}

const PARAMETERS = [
  parameter('rows', 'int', 10),
  parameter('rate', 'float', 0.5),
  parameter('name', 'str', 'a'),
  parameter('dry', 'bool', true),
  parameter('labels', '', ['a']),
  parameter('made', '', null, 'make()')
];

const FORM: INotebookJobForm = {
  path: 'work/orders.ipynb',
  parameters: PARAMETERS,
  files: 3,
  bytes: 2048,
  without: { '.env': 'hidden' },
  requirements: true,
  images: [
    { uri: 'cpu-image', label: 'scikit-learn 1.4', gpu: false },
    { uri: 'gpu-image', label: 'PyTorch with CUDA', gpu: true }
  ],
  image: 'cpu-image',
  role: ROLE,
  roles: [ROLE],
  s3_uri: 's3://sagemaker-us-east-1-0/notebook-jobs',
  problems: []
};

const TYPES = {
  connection: 'local',
  region: REGION,
  use: 'training',
  types: [
    { name: 'ml.m5.large', vcpu: 2, memory_gib: 8, gpus: 0, price: 0.12 },
    { name: 'ml.g5.xlarge', vcpu: 4, memory_gib: 16, gpus: 1, price: null }
  ],
  charged: true,
  prices_of: null,
  prices_read_at: null,
  prices_problem: null,
  quotas_problem: null,
  reading: false
} as unknown as IInstanceTypes;

function job(more: Partial<INotebookJob> = {}): INotebookJob {
  return {
    id: 'job-1',
    rev: 1,
    request: {
      path: 'work/orders.ipynb',
      instance_type: 'ml.m5.large'
    } as INotebookJobRequest,
    state: 'running',
    job: 'orders-1',
    steps: ['create', 'run', 'fetch'].map(id => ({
      id,
      title: `Step ${id}`,
      state: id === 'create' ? 'done' : id === 'run' ? 'now' : 'todo',
      started: null,
      ended: null,
      note: id === 'run' ? 'Training' : '',
      usual: null,
      progress: null
    })),
    started: 1000,
    ended: null,
    result: null,
    problem: null,
    files: [],
    files_at: null,
    ...more
  };
}

/** The routes of notebook jobs, to be changed by a test. */
class Jobs {
  job = job();
  /** Told before all is read. */
  types: IInstanceTypes[] = [];
  readonly logs = new Logs();
  asked: INotebookJobRequest[] = [];
  refused: ReturnType<typeof problem> | null = null;
  /** The server gets it, and its answer does not arrive. */
  lost = false;

  readonly api = apiOf({
    form: async () => FORM,
    instanceTypes: async () => this.types.shift() ?? TYPES,
    jobs: async () => [this.job],
    job: async () => this.job,
    run: async (request: INotebookJobRequest) => {
      if (this.refused) {
        throw new ApiError(this.refused);
      }
      this.asked.push(request);
      if (this.lost) {
        throw new ApiError(problem('offline'));
      }
      return this.job;
    },
    cancel: async () => {
      this.job = job({ rev: 3, state: 'cancelled', ended: 1060 });
      return this.job;
    },
    fetch: async () => {
      this.job = { ...this.job, rev: this.job.rev + 1, files_at: 'work/files' };
      return this.job;
    },
    ...this.logs.api
  });
}

describe('parameters of a notebook', () => {
  it('are sent when they differ from the notebook’s own', () => {
    const entries = {
      rows: '10',
      rate: '0.75',
      name: '10',
      dry: false,
      labels: '["a", null]',
      made: ''
    };
    expect(changedParameters(PARAMETERS, entries, trans)).toEqual({
      values: { rate: 0.75, name: '10', dry: false, labels: ['a', null] },
      wrong: {}
    });
  });

  it.each([
    ['rows', '1.5'],
    ['rows', '99999999999999999999'],
    ['rate', 'x'],
    ['rate', ''],
    ['labels', '[a]']
  ])('%s cannot be %s', (name, text) => {
    const { values, wrong } = changedParameters(
      PARAMETERS,
      { [name]: text },
      trans
    );
    expect(values).toEqual({});
    expect(Object.keys(wrong)).toEqual([name]);
  });
});

describe('a notebook as a job', () => {
  let jobs: Jobs;
  let store: InventoryStore;
  let smext: ISmext;
  let bus: Bus;

  beforeEach(() => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    jobs = new Jobs();
    bus = new Bus();
    const memory = new WindowMemory('jobs', isChoice);
    memory.save({ connection: 'local', regions: [REGION] });
    store = new InventoryStore({
      api: new World().api,
      events: bus,
      memory,
      standby: 'never',
      debounce: 1
    });
    smext = smextWith(jobs.api, store);
  });

  afterEach(() => {
    cleanup();
    store.dispose();
  });

  async function showForm(): Promise<{
    closed: (INotebookJob | null)[];
    saved: number[];
  }> {
    const closed: (INotebookJob | null)[] = [];
    const saved: number[] = [];
    await act(async () => {
      const hold = store.acquire();
      await store.chosen();
      hold.dispose();
    });
    render(
      <JobForm
        smext={smext}
        path="work/orders.ipynb"
        titleId="title"
        save={async () => void saved.push(1)}
        onClose={begun => closed.push(begun)}
      />
    );
    await screen.findByLabelText('Instance type');
    return { closed, saved };
  }

  it('is saved, asked for, and begun with what was changed', async () => {
    const { closed, saved } = await showForm();
    expect(saved).toEqual([1]);
    expect(screen.getByText(/3 files of the folder come along, 2.0 KiB/));
    expect(screen.getByText(/requirements.txt is installed/));
    const type = screen.getByLabelText<HTMLSelectElement>('Instance type');
    expect([...type.options].map(option => option.textContent)).toEqual([
      'ml.m5.large · 2 vCPU + 8 GiB · $0.12/h',
      'ml.g5.xlarge · 4 vCPU + 16 GiB + 1 GPU'
    ]);
    fireEvent.change(type, { target: { value: 'ml.g5.xlarge' } });
    expect(screen.getByLabelText<HTMLInputElement>('Image').placeholder).toBe(
      'gpu-image'
    );
    fireEvent.change(screen.getByLabelText('rows (int)'), {
      target: { value: '3' }
    });
    fireEvent.click(screen.getByLabelText('Managed spot'));
    fireEvent.click(screen.getByText('Run'));
    await act(async () => undefined);
    expect(closed).toEqual([jobs.job]);
    expect(jobs.asked).toEqual([
      {
        connection: 'local',
        region: REGION,
        path: 'work/orders.ipynb',
        instance_type: 'ml.g5.xlarge',
        role: ROLE,
        s3_uri: FORM.s3_uri,
        image: null,
        parameters: { rows: 3 },
        spot: true,
        max_seconds: 3600,
        volume_gib: 30,
        kernel: null,
        key: expect.stringMatching(/^.{36}$/)
      }
    ]);
    cleanup();
    await showForm();
    expect(
      screen.getByLabelText<HTMLSelectElement>('Instance type').value
    ).toBe('ml.g5.xlarge');
    expect(screen.getByLabelText<HTMLInputElement>('rows (int)').value).toBe(
      '10'
    );
  });

  it('tells prices that come after the form', async () => {
    jobs.types = [
      {
        ...TYPES,
        reading: true,
        types: TYPES.types.map(type => ({ ...type, price: null }))
      }
    ];
    await showForm();
    const type = screen.getByLabelText<HTMLSelectElement>('Instance type');
    expect(type.options[0].textContent).toBe('ml.m5.large · 2 vCPU + 8 GiB');
    await screen.findByText(
      'ml.m5.large · 2 vCPU + 8 GiB · $0.12/h',
      {},
      { timeout: 8000 }
    );
  });

  it('is not begun with what cannot be meant, and says where', async () => {
    const { closed } = await showForm();
    fireEvent.change(screen.getByLabelText('Role'), { target: { value: '' } });
    fireEvent.change(screen.getByLabelText('rows (int)'), {
      target: { value: 'many' }
    });
    fireEvent.click(screen.getByText('Run'));
    expect(screen.getByText('SageMaker runs it as a role'));
    expect(screen.getByText('A whole number, like 10'));
    expect(
      screen.getByLabelText('rows (int)').getAttribute('aria-invalid')
    ).toBe('true');
    expect(jobs.asked).toEqual([]);
    expect(closed).toEqual([]);
  });

  it('stays open with what the server says against it', async () => {
    const { closed } = await showForm();
    jobs.refused = problem('denied', { title: 'This connection is read-only' });
    fireEvent.click(screen.getByText('Run'));
    expect(await screen.findByText('This connection is read-only'));
    expect(closed).toEqual([]);
    expect(screen.getByText('Run').getAttribute('aria-disabled')).toBeNull();
  });

  it('is the same job when it is sent again after a lost answer', async () => {
    await showForm();
    const send = async () => {
      jobs.lost = true;
      fireEvent.click(screen.getByText('Run'));
      await act(async () => undefined);
    };
    await send();
    await send();
    fireEvent.change(screen.getByLabelText('rows (int)'), {
      target: { value: '3' }
    });
    await send();
    const [first, again, other] = jobs.asked.map(({ key }) => key);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  function showProgress(): {
    session: TaskSession<INotebookJob>;
    opened: string[];
  } {
    const opened: string[] = [];
    const session = new TaskSession<INotebookJob>({
      task: 'notebook-job',
      value: jobs.job,
      stream: bus.stream,
      read: id => jobs.api.of(NotebookJobRoutes).job(id),
      isRunning: ({ state }) => state === 'running'
    });
    render(
      <Progress
        session={session}
        smext={smext}
        titleId="title"
        statusId="status"
        onOpen={path => opened.push(path)}
        onClose={() => undefined}
      />
    );
    return { session, opened };
  }

  it('shows the log of its training job', async () => {
    jobs.logs.texts.a = [written('one'), written('two')];
    const { session } = showProgress();
    const log = await screen.findByRole('log');
    await screen.findByText('two');
    expect(log.textContent).toContain('one');
    expect(document.getElementById('status')!.textContent).toBe(
      'Step run: Training'
    );
    session.dispose();
  });

  it('follows the server’s events to its result', async () => {
    const { session, opened } = showProgress();
    jobs.job = job({
      rev: 2,
      state: 'done',
      ended: 1075,
      result: 'work/orders (job).ipynb',
      files: [{ name: 'out.csv', bytes: 3 }],
      steps: job().steps.map(step => ({ ...step, state: 'done' }))
    });
    act(() => {
      (bus.stream as unknown as Signal<unknown, Event.Emission>).emit({
        schema_id: TASK_EVENT,
        task: 'notebook-job',
        id: 'job-1',
        rev: 2
      } as unknown as Event.Emission);
    });
    fireEvent.click(await screen.findByText('Open the executed notebook'));
    expect(opened).toEqual(['work/orders (job).ipynb']);
    expect(document.getElementById('status')!.textContent).toBe(
      'Done in 1 min 15 s'
    );
    expect(screen.queryByText('Stop')).toBeNull();
    fireEvent.click(screen.getByText('Bring 1 file it wrote'));
    expect(await screen.findByText('Its files are in work/files'));
    session.dispose();
  });

  it('is stopped', async () => {
    const { session } = showProgress();
    fireEvent.click(screen.getByText('Stop'));
    expect(await screen.findByText('Stopped after 1 min 0 s'));
    session.dispose();
  });

  it('that failed says why, and offers what can still be had', async () => {
    jobs.job = job({
      state: 'failed',
      ended: 1010,
      problem: problem('denied', { title: 'Not allowed: s3:GetObject' }),
      steps: job().steps.map(step => ({
        ...step,
        state: step.id === 'fetch' ? 'failed' : 'done'
      }))
    });
    const { session } = showProgress();
    expect(document.getElementById('status')!.textContent).toBe(
      'Not allowed: s3:GetObject'
    );
    expect(screen.getByText('Bring the notebook back'));
    session.dispose();
  });

  it('is in the list of the latest', async () => {
    const chosen: (INotebookJob | null)[] = [];
    render(
      <JobList
        smext={smext}
        titleId="title"
        onClose={found => chosen.push(found)}
      />
    );
    fireEvent.click(await screen.findByText('orders.ipynb'));
    expect(chosen).toEqual([jobs.job]);
  });
});
