import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { IDisposable } from '@lumino/disposable';
import {
  act,
  configure,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import * as React from 'react';

import { KernelRoutes } from '../api/kernels';
import { WindowMemory } from '../memory';
import { IProblem } from '../protocol';
import { InventoryStore, isChoice, RemoteServers } from '../store';
import { IInstanceKernels, ISmext, ViewRegistry } from '../tokens';
import { Panel } from '../views/panel/panel';
import { Preferences } from '../views/panel/preferences';
import { answering, Bus, kind, problem, REGION, row, World } from './world';

// A machine that is busy with other things is slow, not wrong.
configure({ asyncUtilTimeout: 8000 });

// jsdom has no layout: the tree is given room for all of its rows.
beforeAll(() => {
  for (const property of ['clientHeight', 'clientWidth'] as const) {
    Object.defineProperty(Element.prototype, property, {
      configurable: true,
      get: () => 2000
    });
  }
});

describe('Panel', () => {
  let world: World;
  let bus: Bus;
  let smext: ISmext;
  let commands: CommandRegistry;
  let asked: [string, unknown][];
  let hold: IDisposable;

  beforeEach(() => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    world = new World();
    bus = new Bus();
    asked = [];
    commands = new CommandRegistry();
    world.kinds = [
      kind('notebook', {
        label: 'Notebook instance',
        plural: 'Notebook instances',
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
            operation: 'StartNotebookInstance',
            label: 'Start',
            when: ['Stopped'],
            danger: false,
            shutdown: false,
            form: false,
            on: null
          }
        ]
      }),
      kind('model', { plural: 'Models', group: 'deploy' })
    ];
    world.put('notebook', [
      row('nb-gpu', { running: true, instance: 'ml.g4dn.xlarge' })
    ]);
    world.put('model', [row('churn')]);
  });

  afterEach(() => {
    act(() => {
      hold.dispose();
      smext.store.dispose();
    });
  });

  function show(
    connection: string | null = 'local',
    regions: string[] = [REGION],
    kernelsOf: ((smext: ISmext) => IInstanceKernels) | null = null
  ): void {
    const memory = new WindowMemory('panel', isChoice);
    if (connection !== null) {
      memory.save({ connection, regions });
    }
    const note = (name: string) => (what: unknown, more?: unknown) => {
      asked.push([name, more ?? what]);
    };
    smext = {
      api: world.api,
      store: new InventoryStore({
        api: world.api,
        events: bus,
        memory,
        standby: 'never',
        debounce: 1
      }),
      views: new ViewRegistry(),
      trans: nullTranslator.load('jupyter_smext'),
      rendermime: async () => null,
      openResource: note('open'),
      openS3: note('s3'),
      shutDown: note('shutDown'),
      delete: jest.fn(async () => true),
      act: note('act'),
      create: note('create')
    };
    hold = smext.store.acquire();
    render(
      <Panel
        smext={smext}
        preferences={new Preferences(null)}
        commands={commands}
        kernels={kernelsOf?.(smext)}
      />
    );
  }

  const text = (words: string | RegExp) => screen.findByText(words);
  const line = (name: RegExp) => screen.findByRole('row', { name });

  async function open(name: RegExp): Promise<void> {
    fireEvent.click(await line(name));
  }

  it('asks at first where it should run, and starts nothing by itself', async () => {
    show(null);
    await text('Where should it run?');
    await text('1 way to sign in found on this machine.');
    expect(world.asked).not.toContain('POST local/start');
    fireEvent.click(screen.getByText('Use the local engine'));
    await waitFor(() => expect(world.asked).toContain('POST local/start'));
    expect(smext.store.connection).toBe('local');
  });

  it('says how to make a profile when there is none', async () => {
    world.connections = world.connections.slice(0, 1);
    show(null);
    await text('aws configure sso');
  });

  it('shows what runs with its instance, and shuts it down', async () => {
    show();
    const nb = await line(/^nb-gpu, Notebook instance, InService/);
    expect(nb.textContent).toContain('ml.g4dn.xlarge');
    fireEvent.click(screen.getByRole('button', { name: 'Shut down nb-gpu' }));
    expect(asked[0][0]).toBe('shutDown');
    fireEvent.click(screen.getByText('Shut down all…'));
    expect(asked[1]).toEqual(['shutDown', 'all']);
  });

  it('tells prices by row, in the strip and of what a filter leaves', async () => {
    world.costs = {
      charged: true,
      rows: [{ kind: 'notebook', id: 'nb-gpu', price: 0.7364, memory: null }],
      prices_of: 1700000000,
      prices_read_at: 1700000100,
      problem: null,
      reading: false
    };
    show('profile:research');
    const nb = await line(/^nb-gpu, Notebook instance, InService/);
    expect(nb.getAttribute('aria-label')).toContain('74 cents per hour');
    expect(nb.textContent).toContain('$0.74');
    expect(document.querySelector('.jp-smext-identity')?.textContent).toContain(
      '$0.74/h'
    );
    world.costs = { ...world.costs, rows: [] };
    await act(() => smext.store.refetch());
    expect((await line(/^nb-gpu/)).textContent).not.toContain('$');
  });

  it('marks what its own Jupyter server called idle, once a person asked it', async () => {
    world.kinds = [
      kind('notebook-instance', {
        label: 'Notebook instance',
        open_when: ['InService']
      })
    ];
    world.pages.clear();
    world.put('notebook-instance', [row('nb-gpu', { running: true })]);
    const asking = jest.fn(async () => ({
      servers: [
        {
          at: {
            kind: 'notebook-instance' as const,
            id: 'nb-gpu',
            connection: 'local',
            region: REGION
          },
          name: 'nb-gpu',
          kernels: [],
          idle_since: Date.now() / 1000 - 5 * 86_400 - 60,
          problem: null
        }
      ],
      problems: []
    }));
    const opened = jest.fn();
    let servers!: RemoteServers;
    show('local', [REGION], ({ api, store }) => {
      servers = new RemoteServers(
        answering(api, KernelRoutes, { remoteServers: asking }),
        store
      );
      return {
        servers,
        show: opened,
        reattach: jest.fn(),
        shutDown: jest.fn()
      };
    });
    const before = await line(/^nb-gpu/);
    expect(before.textContent).not.toContain('Idle');
    expect(asking).not.toHaveBeenCalled();
    await act(() => servers.read());
    const nb = await line(
      /^nb-gpu, Notebook instance, InService, idle for 5 days/
    );
    expect(nb.textContent).toContain('Idle 5 d');
    expect(nb.querySelector('.jp-smext-tone')).toHaveProperty(
      'dataset.tone',
      'idle'
    );
    expect((await menuOf(/^nb-gpu/)).get('Kernels…')).toBeNull();
    // What stopped since is not idle.
    world.put('notebook-instance', [
      row('nb-gpu', { running: true, status: 'Stopping', tone: 'busy' })
    ]);
    await act(() => smext.store.refetch());
    const stopping = await line(/^nb-gpu, Notebook instance, Stopping/);
    expect(stopping.textContent).not.toContain('Idle');
    expect((await menuOf(/^nb-gpu/)).get('Kernels…')).toBe(
      'only when InService'
    );
  });

  it('says that nothing runs, where else something does, and what to do', async () => {
    show();
    await line(/^nb-gpu/);
    act(() => smext.store.setRegions(['eu-west-1']));
    await text(/Nothing runs in eu-west-1\./);
    await text(/us-east-1 has 1 running\./);
    fireEvent.click(screen.getByText('Create a notebook instance'));
    expect(asked.pop()).toEqual(['create', 'notebook-instance']);
  });

  it('says that it is reading, not that there is nothing', async () => {
    world.pages.clear();
    world.inventory = { reading: true, read_at: null, kinds_read: 0 };
    show();
    await waitFor(() =>
      expect(screen.getAllByText('reading…').length).toBeGreaterThan(2)
    );
    expect(screen.getByRole('progressbar', { name: 'Reading resources' }));
    expect(screen.queryByText(/Nothing runs/)).toBeNull();
  });

  it('filters, and says when nothing is left', async () => {
    show();
    await line(/^nb-gpu/);
    const filter = screen.getByRole('searchbox');
    fireEvent.change(filter, { target: { value: 'churn' } });
    await text('1 of 2 shown');
    await line(/^churn/);
    fireEvent.change(filter, { target: { value: 'zzz' } });
    await text('Nothing matches the filter.');
    fireEvent.click(screen.getByText('Clear the filter'));
    await line(/^nb-gpu/);
    expect((filter as HTMLInputElement).value).toBe('');
  });

  describe('a kind that could not be read', () => {
    async function withProblem(
      problem: IProblem,
      rows = [row('old', { status: 'Training' })]
    ): Promise<void> {
      world.put('notebook', rows, { problem, stale: true });
      show();
      await open(/^Build/);
      await open(/^Notebook instances/);
    }

    it('denied: names the role and the permission', async () => {
      await withProblem(
        problem('denied', { permission: 'sagemaker:ListNotebookInstances' }),
        []
      );
      const note = await text('Hide this kind');
      expect(note.closest('[role=row]')!.textContent).toContain(
        'Not readable: ann lacks sagemaker:ListNotebookInstances.'
      );
      await text('denied');
      await text('1 denied');
      fireEvent.click(note);
      await waitFor(() =>
        expect(screen.queryByText('Notebook instances')).toBeNull()
      );
    });

    it('throttled: says how old the rows are, and what they were', async () => {
      const now = Date.now() / 1000;
      world.inventory = { read_at: now };
      await withProblem(
        problem('throttled', {
          title: 'AWS is limiting requests',
          retry_at: now + 25
        })
      );
      await text(
        /AWS is limiting requests\. These rows are .* old; next try in 2\d s\./
      );
      await text('was Training');
      const old = await line(/^old, Notebook instance, status not known/);
      expect(old.querySelector('[data-tone=unknown]')).not.toBeNull();
      fireEvent.click(await text('Try now'));
      await waitFor(() =>
        expect(world.asked).toContain('POST inventory/refresh')
      );
    });

    it('broken: says that nothing is shown because nothing was read', async () => {
      await withProblem(
        problem('broken', { title: 'AWS answered with an error (500)' }),
        []
      );
      await text(/Nothing is shown because nothing was read\./);
      await text('Try again');
      await text('Details');
      await text('1 not readable');
    });
  });

  describe('the whole connection', () => {
    it('signed out: keeps the rows, says what to type, switches verbs off', async () => {
      world.inventory = {
        problem: problem('signed_out', {
          title: 'The sign-in has expired',
          command: 'aws sso login --profile research'
        })
      };
      show('profile:research');
      await text('The sign-in has expired');
      await text(/What runs goes on running and is billed\./);
      await text('aws sso login --profile research');
      await text('Signed out');
      const button = await screen.findByRole('button', {
        name: 'Shut down nb-gpu: signed out'
      });
      expect(button.getAttribute('aria-disabled')).toBe('true');
      fireEvent.click(button);
      expect(asked).toEqual([]);
      expect(screen.queryByText('Shut down all…')).toBeNull();
    });

    it('offline: says since when, and offers the local engine', async () => {
      world.inventory = { problem: problem('offline') };
      show('profile:research');
      await text(/^No answer from AWS since /);
      await text(/Nothing below is newer\./);
      await text('Offline');
      await text('Use the local engine');
      await line(/^nb-gpu, Notebook instance, status not known/);
    });

    it('our own server gone: says that', async () => {
      world.down = 'network';
      show();
      await text('The Jupyter server does not answer');
    });

    it('denied everywhere: says it once', async () => {
      const denied = problem('denied', { title: 'Not allowed' });
      world.put('notebook', [], { problem: denied });
      world.put('model', [], { problem: denied });
      show();
      await text('Not allowed');
      await text('Copy policy');
    });

    it('throttled everywhere: says it, and goes on', async () => {
      world.inventory = {
        problem: problem('throttled', { title: 'AWS is limiting requests' })
      };
      show();
      await text('AWS is limiting requests');
      await text('Try again');
    });

    it('local engine stopped: starts it', async () => {
      world.inventory = { problem: problem('offline') };
      world.local = { ...world.local, running: false };
      show();
      await text('The local engine is not running');
      world.local = { ...world.local, running: true };
      world.inventory = {};
      fireEvent.click(await text('Start the local engine'));
      await text('Starting the local engine…');
      await line(/^nb-gpu/);
    });

    it('local engine that does not start: says why', async () => {
      world.inventory = { problem: problem('offline') };
      world.local = {
        ...world.local,
        running: false,
        problem: problem('broken', { title: 'Port 9 is taken' })
      };
      show();
      await text('Port 9 is taken');
    });
  });

  it('says of each row in which region it is, when there are several', async () => {
    show('local', [REGION, 'eu-west-1']);
    const nb = await line(/^nb-gpu.*us-east-1/);
    expect(nb.textContent).toContain('us-east-1');
    await text('us-east-1 +1');
  });

  it('speaks changes of state', async () => {
    show();
    await line(/^nb-gpu/);
    world.put('notebook', [row('nb-gpu', { status: 'Stopping' })]);
    bus.changed('notebook', world.rev);
    const said = await text('nb-gpu is now Stopping');
    expect(said.getAttribute('aria-live')).toBe('polite');
  });

  it('is walked by keys: one stop, arrows, Enter, Del, typing, slash', async () => {
    show();
    const running = await line(/^Running/);
    const grid = screen.getByRole('treegrid');
    expect(grid.querySelectorAll('[role=row][tabindex="0"]').length).toBe(1);
    act(() => running.focus());
    const press = (key: string) =>
      fireEvent.keyDown(document.activeElement!, { key });
    press('ArrowDown');
    expect(document.activeElement).toBe(await line(/^nb-gpu/));
    press('Enter');
    expect(asked.pop()![0]).toBe('open');
    press('Delete');
    expect(asked.pop()![0]).toBe('shutDown');
    press('ArrowRight');
    expect(document.activeElement!.getAttribute('aria-label')).toBe(
      'Shut down nb-gpu'
    );
    press('ArrowLeft');
    press('End');
    expect(document.activeElement).toBe(await line(/^Govern/));
    press('ArrowRight');
    expect(document.activeElement!.getAttribute('aria-expanded')).toBe('true');
    press('n');
    expect(document.activeElement).toBe(await line(/^nb-gpu/));
    press('/');
    expect(document.activeElement).toBe(screen.getByRole('searchbox'));
  });

  it('offers each verb, and says why one is not allowed now', async () => {
    show();
    const nb = await line(/^nb-gpu/);
    fireEvent.contextMenu(nb);
    const menu = document.querySelector('.lm-Menu')!;
    expect(menu.textContent).toContain('Copy ARN');
    const start = [...menu.querySelectorAll('.lm-Menu-item')].find(item =>
      item.textContent!.startsWith('Start')
    )!;
    expect(start.classList.contains('lm-mod-disabled')).toBe(true);
    expect(start.textContent).toContain('only when Stopped');
    expect(start.getAttribute('aria-label')).toBe('Start, only when Stopped');
    menu.remove();
  });

  /** The lines of a row's menu and, where one cannot be chosen, why. */
  async function menuOf(name: RegExp): Promise<Map<string, string | null>> {
    fireEvent.contextMenu(await line(name));
    const menu = document.querySelector('.lm-Menu')!;
    const items = [
      ...menu.querySelectorAll('.lm-Menu-item[data-type=command]')
    ].map(item => {
      const words = (part: string) =>
        item.querySelector(`.lm-Menu-item${part}`)!.textContent!;
      const off = item.classList.contains('lm-mod-disabled');
      return [words('Label'), off ? words('Shortcut') : null] as const;
    });
    menu.remove();
    return new Map(items);
  }

  it('opens what can be opened, in the states that the server names', async () => {
    world.kinds[0] = {
      ...world.kinds[0],
      open: 'CreatePresignedNotebookInstanceUrl',
      open_when: ['InService']
    };
    show();
    expect((await menuOf(/^nb-gpu/)).get('Open in a new tab')).toBeNull();
    // Its tone is as good; its state is what counts.
    world.put('notebook', [
      row('nb-gpu', { running: true, status: 'Updating' })
    ]);
    bus.changed('notebook', world.rev);
    await line(/^nb-gpu, Notebook instance, Updating/);
    expect((await menuOf(/^nb-gpu/)).get('Open in a new tab')).toBe(
      'only when InService'
    );
  });

  it('offers no change through a read-only connection, and says why', async () => {
    const why = 'read-only connection';
    world.connections = world.connections.map(one => ({
      ...one,
      read_only: true
    }));
    world.kinds = world.kinds.map(kind => ({ ...kind, create: 'Create' }));
    world.kinds[0] = { ...world.kinds[0], open: 'CreatePresignedUrl' };
    world.put('model', []);
    show();
    const nb = await line(/^nb-gpu/);
    await text('read only');
    const inert = (button: HTMLElement) => {
      expect(button.getAttribute('aria-disabled')).toBe('true');
      fireEvent.click(button);
    };
    inert(screen.getByRole('button', { name: `Shut down nb-gpu: ${why}` }));
    inert(screen.getByRole('button', { name: `Create a resource: ${why}` }));
    inert(screen.getByRole('button', { name: 'Shut down all…' }));
    fireEvent.keyDown(nb, { key: 'Delete' });
    const off = await menuOf(/^nb-gpu/);
    for (const verb of ['Start', 'Shut down…', 'Open in a new tab']) {
      expect(off.get(verb)).toBe(why);
    }
    expect(off.get('Copy name')).toBeNull();
    await open(/^Deploy/);
    await open(/^Models/);
    inert(await screen.findByRole('button', { name: 'Create…' }));
    expect((await menuOf(/^Models/)).get('Create model…')).toBe(why);
    expect(asked).toEqual([]);
  });
});
