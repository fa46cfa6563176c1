import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  within
} from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import {
  IFineTuneRequest,
  ILaunch,
  ITrainingMetrics,
  ITrainingProgress
} from '../protocol';
import { InventoryStore } from '../store';
import { extended, ICurve } from '../views/jumpstart/launch/curves';
import { Training } from '../views/jumpstart/launch/training';
import { Logs, written } from './logs';
import { apiOf, Bus, problem, smextWith, World } from './world';

configure({ asyncUtilTimeout: 8000 });

const LAUNCH: ILaunch = {
  id: 'launch-1',
  rev: 3,
  what: 'fine-tune',
  deploy: null,
  fine_tune: {
    connection: 'local',
    region: 'us-east-1',
    job: 'flowers'
  } as IFineTuneRequest,
  licence: null,
  state: 'running',
  steps: [
    {
      id: 'create',
      title: 'Create the training job',
      state: 'done',
      progress: null,
      note: '',
      usual: null,
      started: 1000,
      ended: 1001
    }
  ],
  started: 1000,
  ended: null,
  made: ['training-job/flowers'],
  left: [],
  problem: null
};

const PROGRESS: ITrainingProgress = {
  status: 'InProgress',
  phases: [
    { status: 'Starting', message: 'Preparing', started: 1000, ended: 1004 },
    { status: 'Training', message: 'In progress', started: 1004, ended: null }
  ],
  finals: [
    { name: 'train-loss', value: 0.25, at: 1003 },
    { name: 'val-accuracy', value: 0.9, at: 1003 }
  ]
};

const PAGE: ITrainingMetrics = {
  next: 'n',
  ended: true,
  values: [
    { name: 'train-loss', value: 0.75, at: 1001 },
    { name: 'train-loss', value: 0.25, at: 1003 }
  ],
  problems: []
};

describe('a fine-tuning', () => {
  let page: ITrainingMetrics;
  let progress: ITrainingProgress | ApiError;
  let asked: number;

  beforeEach(() => {
    page = PAGE;
    progress = PROGRESS;
    asked = 0;
  });

  afterEach(cleanup);

  async function show(launch: ILaunch = LAUNCH) {
    const logs = new Logs();
    logs.texts.a = [written('epoch 1'), written('epoch 2')];
    const api = apiOf({
      ...logs.api,
      metrics: async () => page,
      epochs: async (_: unknown, job: string) => ({
        epoch: job === 'flowers' ? 2 : 1,
        of: 5,
        done: 2,
        pace: null,
        ends: null
      }),
      training: async () => {
        asked += 1;
        if (progress instanceof ApiError) {
          throw progress;
        }
        return progress;
      }
    });
    const store = new InventoryStore({
      api: new World().api,
      events: new Bus(),
      standby: 'never'
    });
    const smext = smextWith(api, store);
    const element = (one: ILaunch) => <Training launch={one} smext={smext} />;
    const { rerender } = render(element(launch));
    await act(async () => undefined);
    return (one: ILaunch) => act(async () => rerender(element(one)));
  }

  it('shows the phases, and asks for them anew when it changed', async () => {
    const again = await show();
    const phases = screen.getByRole('list', { name: 'Phases of the job' });
    const [first, second] = within(phases).getAllByRole('listitem');
    expect(first.textContent).toBe('StartingPreparing4 s');
    expect(second.getAttribute('aria-current')).toBe('step');
    expect(screen.getByText('Epoch 2 of 5')).toBeDefined();
    progress = new ApiError(problem('denied', { title: 'Not allowed' }));
    await again({ ...LAUNCH, rev: 4 });
    expect(asked).toBe(2);
    expect(screen.getByText('Not allowed')).toBeDefined();
    expect(within(phases).getAllByRole('listitem')).toHaveLength(2);
  });

  it('draws its metrics as the log has them, with a sentence and a table', async () => {
    await show();
    const name =
      'train-loss: 2 values, the first 0.75, the last 0.25, between 0.25 and 0.75';
    const plot = await screen.findByRole('img', { name });
    const details = plot.parentElement!.querySelector('details')!;
    details.open = true;
    fireEvent(details, new Event('toggle'));
    const table = screen.getByRole('table', { name: 'train-loss' });
    expect(table.textContent).toContain('20.25');
    // What the log has nothing of is told from the end of the job.
    expect(screen.getByText('In the end: val-accuracy 0.9')).toBeDefined();
    expect((await screen.findByRole('log')).textContent).toContain('epoch 2');
  });

  it('says of which metric there is no curve', async () => {
    page = {
      ...PAGE,
      problems: [problem('invalid', { title: 'There is no curve of torn' })]
    };
    await show();
    expect(await screen.findByText('There is no curve of torn')).toBeDefined();
  });

  it('asks nothing of a job that is not there yet', async () => {
    await show({
      ...LAUNCH,
      steps: [{ ...LAUNCH.steps[0], state: 'todo' }]
    });
    expect(asked).toBe(0);
  });
});

describe('curves', () => {
  it('keep as many points as a plot has room for', () => {
    let curves: ReadonlyArray<ICurve> = [];
    for (let value = 0; value < 5000; value++) {
      curves = extended(curves, [{ name: 'loss', value, at: 0 }]);
    }
    const [{ values, count, step }] = curves;
    expect(count).toBe(5000);
    expect(values.length).toBeLessThanOrEqual(1000);
    expect(values.every((value, index) => value === index * step)).toBe(true);
    expect(extended(curves, [])).toBe(curves);
  });
});
