import { Notification } from '@jupyterlab/apputils';
import { Event } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { act, configure, fireEvent, screen } from '@testing-library/react';

import { Api, ApiError } from '../api';
import { took } from '../components/time';
import { IPlan, IPlanRequest, IStep, PLAN_EVENT } from '../protocol';
import { InventoryStore } from '../store';
import { ISmext } from '../tokens';
import { Plans } from '../views/plan';
import { asCommands, cliName, quoted } from '../views/plan/commands';
import { requestsFor, requestsForScope } from '../views/plan/requests';
import { PlanSession } from '../views/plan/session';
import { midSentence, PlanWords } from '../views/plan/words';
import {
  apiOf,
  Bus,
  kind,
  problem,
  row,
  until,
  World,
  smextWith
} from './world';

configure({ asyncUtilTimeout: 8000 });

const trans = nullTranslator.load('jupyter_smext');

// jsdom knows the element, not what it does.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

const NOTEBOOK = kind('notebook', {
  label: 'Notebook instance',
  verbs: [
    {
      operation: 'StopNotebookInstance',
      label: 'Stop',
      when: ['InService'],
      danger: false,
      shutdown: true,
      form: false,
      on: null
    },
    {
      operation: 'DeleteNotebookInstance',
      label: 'Delete',
      when: ['Stopped'],
      danger: true,
      shutdown: false,
      form: false,
      on: null
    }
  ]
});

function step(name: string, more: Partial<IStep> = {}): IStep {
  return {
    kind: 'notebook',
    id: name,
    name,
    kind_label: 'Notebook instance',
    operation: 'StopNotebookInstance',
    effect: 'Stop; keep volume',
    created: 1000,
    state: 'todo',
    started: null,
    ended: null,
    note: '',
    problem: null,
    parameters: { NotebookInstanceName: name },
    ...more
  };
}

function plan(more: Partial<IPlan> = {}): IPlan {
  return {
    id: 'plan-1',
    rev: 0,
    connection: 'local',
    region: 'us-east-1',
    state: 'proposed',
    steps: [step('nb-one'), step('nb-two')],
    left: [],
    problems: [],
    started: null,
    ended: null,
    checked_at: null,
    left_over: [],
    ...more
  };
}

/** A server with one plan; what it says next is set by the test. */
class PlanServer {
  plan = plan();
  down: ApiError | null = null;
  asked: string[] = [];

  get api(): Api {
    const answer = (what: string) => async (): Promise<IPlan> => {
      this.asked.push(what);
      if (this.down) {
        throw this.down;
      }
      return this.plan;
    };
    return apiOf({
      propose: answer('propose'),
      plan: answer('plan'),
      run: answer('run'),
      retry: answer('retry'),
      stop: answer('stop'),
      kinds: async () => [NOTEBOOK]
    });
  }

  /** The plan went on: the server tells of it. */
  go(bus: Bus, more: Partial<IPlan>): void {
    this.plan = { ...this.plan, rev: this.plan.rev + 1, ...more };
    (bus.stream as unknown as Signal<unknown, object>).emit({
      schema_id: PLAN_EVENT,
      id: this.plan.id,
      rev: this.plan.rev
    });
  }
}

const REQUEST: IPlanRequest = {
  connection: 'local',
  region: 'us-east-1',
  targets: [],
  scope: 'all',
  operation: null
};

describe('plan requests', () => {
  const at = (region: string, id: string) => ({
    connection: 'local',
    region,
    kind: 'notebook',
    id
  });

  it('are one for each region, targets in order', () => {
    const made = requestsFor([at('a', '1'), at('b', '2'), at('a', '3')]);
    expect(made.map(({ region }) => region)).toEqual(['a', 'b']);
    expect(made[0].targets.map(({ id }) => id)).toEqual(['1', '3']);
    expect(made[0].scope).toBe('targets');
  });

  it('of a scope name no target', () => {
    const made = requestsForScope('local', ['a', 'b'], 'train');
    expect(made.map(({ region, scope }) => [region, scope])).toEqual([
      ['a', 'train'],
      ['b', 'train']
    ]);
    expect(made.every(({ targets }) => targets.length === 0)).toBe(true);
  });
});

describe('commands of a plan', () => {
  it.each([
    ['StopNotebookInstance', 'stop-notebook-instance'],
    ['DeleteMlflowTrackingServer', 'delete-mlflow-tracking-server'],
    ['StopAutoMLJob', 'stop-auto-ml-job'],
    ['AutoMLJobName', 'auto-ml-job-name']
  ])('%s is %s', (name, spelt) => {
    expect(cliName(name)).toBe(spelt);
  });

  it('quote what a shell would read otherwise', () => {
    expect(quoted('my-notebook')).toBe('my-notebook');
    expect(quoted("it's $HOME")).toBe("'it'\\''s $HOME'");
  });

  it('name the profile, or the local engine', () => {
    const one = { steps: [step('nb')] };
    expect(asCommands(plan({ ...one, connection: 'profile:my team' }))).toBe(
      "aws sagemaker stop-notebook-instance --notebook-instance-name nb --region us-east-1 --profile 'my team'\n"
    );
    expect(asCommands(plan(one)).split('\n')[0]).toBe(
      'eval "$(jupyter smext local env)"'
    );
  });
});

describe('PlanSession', () => {
  let server: PlanServer;
  let bus: Bus;
  let session: PlanSession;

  beforeEach(() => {
    server = new PlanServer();
    bus = new Bus();
    session = new PlanSession({
      api: server.api,
      stream: bus.stream as Event.Stream,
      requests: [REQUEST]
    });
  });

  afterEach(() => session.dispose());

  it('asks, runs, and follows what the server tells', async () => {
    expect(session.state).toBe('proposing');
    await session.propose();
    expect(session.state).toBe('proposed');
    server.plan = plan({ rev: 1, state: 'running', started: 10 });
    await session.run();
    expect(session.state).toBe('running');
    const ended = new Promise<void>(resolve =>
      session.changed.connect(() => session.state === 'ended' && resolve())
    );
    server.go(bus, {
      state: 'done',
      ended: 70,
      checked_at: 70,
      steps: [step('nb-one', { state: 'done' })]
    });
    await ended;
    expect(session.isDone).toBe(true);
    expect(session.length).toBe(60);
  });

  it('keeps the newer of two answers', async () => {
    server.plan = plan({ rev: 5, state: 'running' });
    await session.propose();
    server.plan = plan({ rev: 4, state: 'proposed' });
    await session.stop();
    expect(session.plans[0].rev).toBe(5);
  });

  it('is not done while something is left over', async () => {
    server.plan = plan({
      state: 'done',
      steps: [step('nb-one', { state: 'done' })],
      left_over: [{ kind: 'notebook', id: 'nb-one' }]
    });
    await session.propose();
    expect(session.state).toBe('ended');
    expect(session.isDone).toBe(false);
  });

  it('says why the server refused, and recovers', async () => {
    server.down = new ApiError(problem('signed_out'));
    await session.propose();
    expect(session.state).toBe('refused');
    expect(session.problem?.cause).toBe('signed_out');
    server.down = null;
    await session.propose();
    expect(session.state).toBe('proposed');
    expect(session.problem).toBeNull();
  });

  it('is silent once disposed', async () => {
    await session.propose();
    session.dispose();
    server.go(bus, { state: 'running' });
    expect(server.asked).toEqual(['propose']);
  });
});

describe('PlanWords', () => {
  it.each([
    ['Notebook instance', 'notebook instance'],
    ['MLflow server', 'MLflow server'],
    ['AutoML job', 'AutoML job']
  ])('puts %s in a sentence as %s', (label, spelt) => {
    expect(midSentence(label)).toBe(spelt);
  });

  it.each([
    [52, '52 s'],
    [220, '3 min 40 s'],
    [3900, '1 h 5 min']
  ])('%s seconds took %s', (seconds, spelt) => {
    expect(took(seconds, trans)).toBe(spelt);
  });

  it('names one, counts many', () => {
    const words = new PlanWords({ trans, kinds: [NOTEBOOK] });
    expect(words.step(step('nb'))).toBe('Stop notebook instance nb');
  });

  it.each([
    [null, 'Shut down 2 running items?'],
    ['StopNotebookInstance', 'Shut down 2 running items?'],
    ['DeleteNotebookInstance', 'Delete 2 items?'],
    // The word alone, for resources of several kinds.
    ['Delete', 'Delete 2 items?']
  ])('asks about %s', (operation, question) => {
    const targets = [{ kind: 'notebook', id: 'nb-one' }];
    const session = {
      state: 'proposed',
      requests: [{ ...REQUEST, scope: 'targets', targets, operation }],
      steps: plan().steps
    } as unknown as PlanSession;
    const noun = { ...NOTEBOOK, noun: 'NotebookInstance' };
    expect(new PlanWords({ trans, kinds: [noun] }).question(session)).toBe(
      question
    );
  });
});

describe('Plans', () => {
  let server: PlanServer;
  let bus: Bus;
  let remembered: ReadonlyArray<string>;
  let store: InventoryStore;
  let plans: Plans;
  let smext: ISmext;

  beforeEach(() => {
    server = new PlanServer();
    bus = new Bus();
    remembered = [];
    const world = new World();
    world.kinds = [NOTEBOOK];
    store = new InventoryStore({
      api: world.api,
      events: bus,
      standby: 'never'
    });
    smext = smextWith(server.api, store);
    plans = new Plans({
      smext,
      stream: bus.stream as Event.Stream,
      remember: ids => (remembered = ids)
    });
  });

  afterEach(() => {
    store.dispose();
    Notification.dismiss();
    document.body.textContent = '';
  });

  async function propose(): Promise<void> {
    await act(async () => {
      void plans.propose([REQUEST]);
    });
  }

  it('name every victim, and what stays and why; Cancel has the focus', async () => {
    server.plan = plan({
      left: [
        {
          kind: 'notebook',
          id: 'kept',
          name: 'kept',
          kind_label: 'Notebook instance',
          why: 'Protected by tag smext:keep',
          created: null
        }
      ],
      problems: [
        problem('throttled', { title: 'Training jobs could not be read' })
      ]
    });
    await propose();
    expect(await screen.findByText('Shut down 2 running items?')).toBeTruthy();
    const dialog = screen.getByRole('alertdialog');
    for (const words of [
      'nb-one',
      'nb-two',
      'Protected by tag smext:keep',
      'Training jobs could not be read',
      'Check that nothing of the above is left'
    ]) {
      expect(dialog.textContent).toContain(words);
    }
    expect(document.activeElement?.textContent).toBe('Cancel');
    fireEvent.click(screen.getByText('Cancel'));
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(server.asked).toEqual(['propose']);
  });

  it('say what each costs, what is saved, and what what stays still costs', async () => {
    const world = new World();
    world.kinds = [NOTEBOOK];
    world.put(
      'notebook',
      ['nb-one', 'nb-two', 'kept', 'other'].map(name =>
        row(name, { running: true })
      )
    );
    const price = (id: string, price: number | null) => ({
      kind: 'notebook',
      id,
      price,
      memory: null
    });
    world.costs = {
      charged: true,
      rows: [
        price('nb-one', 7.09),
        price('nb-two', null),
        price('kept', 0.5),
        price('other', 1)
      ],
      prices_of: 1,
      prices_read_at: 2,
      problem: null,
      reading: false
    };
    store.dispose();
    store = new InventoryStore({
      api: world.api,
      events: bus,
      standby: 'never'
    });
    (smext as { store: InventoryStore }).store = store;
    store.setConnection('local', ['us-east-1']);
    const hold = store.acquire();
    await until(store.changed, () => store.view.running.length === 4);
    server.plan = plan({
      left: [
        {
          kind: 'notebook',
          id: 'kept',
          name: 'kept',
          kind_label: 'Notebook instance',
          why: 'Protected by tag smext:keep',
          created: null
        }
      ]
    });
    await propose();
    await screen.findByText('Shut down 2 running items?');
    const dialog = screen.getByRole('alertdialog');
    expect(dialog.textContent).toContain('Saves $7.09/h of at least $8.59/h.');
    const cells = [...dialog.querySelectorAll('tr')].map(
      line => line.lastElementChild?.textContent
    );
    expect(cells).toEqual([
      '$/h',
      'Saves ≥ 7.09',
      '7.09',
      'no price',
      '',
      'Still costs 0.50',
      '0.50'
    ]);
    hold.dispose();
  });

  it('go on when hidden, are remembered meanwhile, and say how it ended', async () => {
    await propose();
    const go = await screen.findByText('Shut down 2 items');
    server.plan = plan({ rev: 1, state: 'running', started: 10 });
    await act(async () => {
      fireEvent.click(go);
    });
    expect(await screen.findByText('Shutting down 2 items')).toBeTruthy();
    expect(remembered).toEqual(['plan-1']);
    await act(async () => {
      fireEvent.click(screen.getByText('Hide'));
    });
    const [pending] = Notification.manager.notifications;
    expect(pending.type).toBe('in-progress');
    expect(pending.message).toContain('0 of 2 done');
    const told = new Promise<void>(resolve =>
      Notification.manager.changed.connect(
        (_, { notification }) => notification.type === 'success' && resolve()
      )
    );
    server.go(bus, {
      state: 'done',
      ended: 62,
      checked_at: 62,
      steps: [
        step('nb-one', { state: 'done' }),
        step('nb-two', { state: 'done' })
      ]
    });
    await told;
    expect(Notification.manager.notifications[0].message).toBe(
      '2 items shut down in 52 s.'
    );
    expect(remembered).toEqual([]);
  });

  it('ask for help with a failed step, with the words of AWS', async () => {
    server.plan = plan({
      rev: 3,
      state: 'failed',
      started: 10,
      ended: 20,
      checked_at: 20,
      steps: [
        step('nb-one', { state: 'done', started: 10, ended: 15 }),
        step('nb-two', {
          state: 'failed',
          started: 10,
          ended: 11,
          problem: problem('denied', {
            title: 'You may not stop it',
            detail: 'AccessDeniedException: not authorized',
            code: 'AccessDeniedException'
          })
        })
      ],
      left_over: [{ kind: 'notebook', id: 'nb-two' }]
    });
    await act(() => plans.resume(['plan-1']));
    const [ended] = Notification.manager.notifications;
    expect(ended.type).toBe('error');
    await act(async () => {
      ended.options.actions?.[0].callback(new MouseEvent('click'));
    });
    const dialog = await screen.findByRole('dialog');
    for (const words of [
      '1 step needs you.',
      'nb-two is still there.',
      'You may not stop it',
      'AccessDeniedException: not authorized',
      'Still there: nb-two.'
    ]) {
      expect(dialog.textContent).toContain(words);
    }
    await act(async () => {
      fireEvent.click(screen.getByText('Retry'));
    });
    expect(server.asked).toContain('retry');
  });

  it('forget a plan that the server does not know', async () => {
    remembered = ['plan-1'];
    server.down = new ApiError(problem('not_found'));
    await plans.resume(['plan-1']);
    expect(remembered).toEqual([]);
    expect(Notification.manager.notifications).toHaveLength(0);
  });
});
