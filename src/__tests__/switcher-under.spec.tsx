import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ServiceManager } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';
import {
  act,
  configure,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import * as React from 'react';

import { SessionComputes } from '../store/session-computes';
import { ISmext } from '../tokens';
import { presetOf, Switcher } from '../views/switcher';
import { followKernel } from '../views/switcher/follow';
import { notebookOf } from '../views/switcher/notebook';
import { Seen } from '../views/switcher/seen';
import { Under } from '../views/switcher/under';
import { knownOf } from '../views/switcher/useNotebook';
import {
  instance,
  local,
  session,
  smextOf,
  step,
  SwitchServer,
  task,
  trans,
  type
} from './switching';
import { Bus, problem, until } from './world';

configure({ asyncUtilTimeout: 8000 });

/** As much of a notebook panel as the switcher touches. */
class Panel {
  id = 'panel';
  isDisposed = false;
  isVisible = true;
  kernel: { id: string; name: string } | null = {
    id: 'kernel-1',
    name: 'python3'
  };
  context = {
    path: 'work/churn.ipynb',
    pathChanged: new Signal<this, string>(this),
    saveState: new Signal<this, string>(this),
    model: { dirty: false, readOnly: false },
    save: jest.fn(async () => undefined)
  };
  sessionContext = {
    session: { id: 'session-1', kernel: this.kernel },
    sessionChanged: new Signal<this, void>(this),
    kernelChanged: new Signal<this, void>(this),
    kernelDisplayName: 'Python 3',
    isDisposed: false,
    changeKernel: jest.fn(async () => null)
  };
  contentHeader = { addWidget: jest.fn() };
  content = { widgets: [] as unknown[] };
  drawn = jest.fn();
  toolbar = { children: () => [{ update: this.drawn }] };
  disposed = new Signal<this, void>(this);
  close = jest.fn();

  get panel(): NotebookPanel {
    return this as unknown as NotebookPanel;
  }
}

let server: SwitchServer;
let bus: Bus;
let smext: ISmext;
let computes: SessionComputes;
let panel: Panel;

beforeEach(() => {
  window.localStorage.clear();
  window.sessionStorage.clear();
  server = new SwitchServer();
  bus = new Bus();
  smext = smextOf(server.api, bus);
  panel = new Panel();
  computes = new SessionComputes({
    api: server.api,
    stream: bus.stream,
    standby: 'never',
    debounce: 0
  });
  computes.acquire();
});

afterEach(() => {
  computes.dispose();
  smext.store.dispose();
  Notification.manager.dismiss();
});

const answered = () => until(computes.changed, () => computes.answered);

describe('under the toolbar', () => {
  let seen: Seen;
  const choose = jest.fn();

  const show = async () => {
    await answered();
    seen = new Seen();
    const shown = render(
      <Under
        panel={panel.panel}
        computes={computes}
        smext={smext}
        seen={seen}
        onChoose={choose}
      />
    );
    return shown.container;
  };

  it('stands nothing while nothing happens', async () => {
    expect((await show()).textContent).toBe('');
  });

  it('a switch shows its steps, and speaks each once', async () => {
    server.switches = [task({ started: Date.now() / 1000 - 72 })];
    const container = await show();
    expect(screen.getByRole('heading').textContent).toBe(
      'Switching to ml.g4dn.xlarge'
    );
    const bar = screen.getByRole('progressbar');
    expect(bar.getAttribute('aria-valuenow')).toBe('1');
    expect(bar.getAttribute('aria-valuemax')).toBe('4');
    expect(screen.getByRole('status').textContent).toBe(
      'Step 2 of 4: Stop nb-cpu'
    );
    const current = container.querySelectorAll('[aria-current="step"]');
    expect(current).toHaveLength(1);
    expect(current[0].textContent).toContain('Stopping. Usually 2 min.');
    expect(container.textContent).toContain('Save 3 notebooks0.4 s');
    expect(container.textContent).toContain('about 2 min');
    expect(container.textContent).toContain(
      'the switch goes on. What Cancel does now: it goes back to ml.t3.medium.'
    );
    await act(async () => {
      server.go(bus, {
        cancel: null,
        steps: [
          step('Save 3 notebooks', 'done'),
          step('Stop nb-cpu', 'done'),
          step('Start nb-cpu', 'now'),
          step('Restore variables', 'todo')
        ]
      });
      await until(
        computes.changed,
        () => computes.switchOf('session-1', '')?.rev === 2
      );
    });
    expect(screen.getByRole('status').textContent).toBe(
      'Step 3 of 4: Start nb-cpu'
    );
    expect(screen.getByText('Cancel').getAttribute('aria-disabled')).toBe(
      'true'
    );
  });

  it('a switch can be cancelled, and says when that is refused', async () => {
    server.switches = [task()];
    await show();
    server.down = { cancel: problem('conflict', { title: 'Too late' }) };
    await act(async () => {
      fireEvent.click(screen.getByText('Cancel'));
    });
    expect(screen.getByText('Too late')).toBeDefined();
    server.down = {};
    server.switches = [
      task({
        rev: 2,
        state: 'cancelled',
        ended: 1010,
        left: [{ what: 'nb-cpu', state: 'In service.' }]
      })
    ];
    await act(async () => {
      fireEvent.click(screen.getByText('Cancel'));
    });
    expect(server.asked.filter(one => one === 'cancel')).toHaveLength(2);
    expect(
      screen.getByText('The switch to ml.g4dn.xlarge was cancelled.')
    ).toBeDefined();
    expect(screen.getByText('nb-cpu: In service.')).toBeDefined();
  });

  it('a switch can be hidden, goes on, and comes back', async () => {
    server.switches = [task()];
    const container = await show();
    await act(async () => {
      fireEvent.click(screen.getByLabelText('Hide; the switch goes on'));
    });
    expect(container.textContent).toBe('');
    const known = knownOf(panel.panel, computes).task!;
    act(() => seen.open(known));
    expect(screen.getByRole('progressbar')).toBeDefined();
  });

  describe('a failure', () => {
    const failed = task({
      rev: 2,
      state: 'failed',
      ended: 1182,
      back: 'ml.t3.medium',
      others: [
        type('ml.g4dn.2xlarge', { price: 0.94 }),
        type('ml.g5.xlarge', { price: null })
      ],
      left: [
        { what: 'nb-cpu', state: 'Stopped. Costs nothing while stopped.' },
        { what: 'Variables', state: 'Packed on this machine.' }
      ],
      steps: [
        step('Save 3 notebooks', 'done'),
        step('Start nb-cpu', 'failed'),
        step('Restore variables', 'todo')
      ],
      problem: problem('limit', {
        title: 'No ml.g4dn.xlarge is free right now',
        next: 'Your quota is fine.',
        detail: 'InsufficientInstanceCapacity when calling Start',
        code: 'InsufficientInstanceCapacity'
      })
    });

    it('says what happened, what is safe, what AWS said', async () => {
      server.switches = [failed];
      await show();
      const alert = screen.getByRole('alert');
      for (const words of [
        'No ml.g4dn.xlarge is free right now',
        'Your quota is fine. The switch stopped at step 2 of 3, Start nb-cpu, after 3 min 2 s.',
        'Stopped. Costs nothing while stopped.',
        'Packed on this machine.',
        'ml.g4dn.2xlarge ($0.94/h), ml.g5.xlarge',
        'What AWS said',
        'InsufficientInstanceCapacity when calling Start'
      ]) {
        expect(alert.textContent).toContain(words);
      }
      // The engine has no console.
      expect(screen.queryByText('Open in AWS console')).toBeNull();
    });

    it('is tried again, or gone back from', async () => {
      server.switches = [failed];
      await show();
      server.switches = [{ ...failed, rev: 3, state: 'running' }];
      await act(async () => {
        fireEvent.click(screen.getByText('Go back to ml.t3.medium'));
      });
      expect(server.asked).toContain('go-back');
      expect(screen.getByRole('progressbar')).toBeDefined();
      server.asked = [];
      await act(async () => {
        server.go(bus, { state: 'failed' });
        await until(
          computes.changed,
          () => computes.switchOf('session-1', '')?.state === 'failed'
        );
      });
      await act(async () => {
        fireEvent.click(screen.getByText('Retry'));
      });
      expect(server.asked).toContain('retry');
    });

    it('leads to other types', async () => {
      server.switches = [failed];
      await show();
      fireEvent.click(screen.getByText('Choose another type…'));
      expect(choose).toHaveBeenLastCalledWith(failed.then.at, undefined);
      fireEvent.click(screen.getByText('ml.g5.xlarge'));
      expect(choose).toHaveBeenLastCalledWith(failed.then.at, 'ml.g5.xlarge');
    });

    it('stays away once it is closed, also after a reload', async () => {
      server.switches = [failed];
      const container = await show();
      await act(async () => {
        fireEvent.click(screen.getByLabelText('Close'));
      });
      expect(container.textContent).toBe('');
      expect(new Seen().isClosed(failed)).toBe(true);
      expect(new Seen().isClosed({ ...failed, ended: 2000 })).toBe(false);
    });
  });

  it('what did not come along is said where someone waited for it', async () => {
    const done = task({
      rev: 2,
      state: 'done',
      ended: 1220,
      notes: ['conn did not come: an open connection.']
    });
    server.switches = [done];
    const container = await show();
    expect(container.textContent).toBe('');
    act(() => {
      seen.follow(done);
      seen.open(done);
    });
    expect(container.textContent).toBe(
      'Switched to ml.g4dn.xlarge in 3 min 40 s.conn did not come: an open connection.'
    );
  });

  it('a cut line is said, and one that is over offers another instance', async () => {
    server.sessions = [session({ line: 'lost', note: 'Some output is lost.' })];
    const container = await show();
    expect(container.textContent).toContain(
      'The line to the kernel on nb-cpu is cut; it is tried again.Some output is lost.'
    );
    server.sessions = [
      session({
        line: 'ended',
        compute: instance('nb-cpu', { status: 'Stopped' })
      })
    ];
    await act(() => computes.read());
    expect(screen.getByRole('alert').textContent).toContain(
      'The kernel on nb-cpu is gone.nb-cpu is stopped.'
    );
    fireEvent.click(screen.getByText('Select instance…'));
    expect(choose).toHaveBeenLastCalledWith(instance('nb-cpu').at);
  });

  it('a kernel that is gone is followed by a new one where its instance is up', async () => {
    server.sessions = [session({ line: 'ended' })];
    await show();
    expect(screen.getByRole('alert').textContent).toContain(
      'nb-cpu is up again.'
    );
    server.down = { start: problem('conflict', { title: 'It is taken' }) };
    await act(async () => {
      fireEvent.click(screen.getByText('Start a new kernel'));
    });
    expect(screen.getByText('It is taken')).toBeDefined();
    server.down = {};
    await act(async () => {
      fireEvent.click(screen.getByText('Start a new kernel'));
    });
    expect(server.requests).toMatchObject([
      {
        session_id: 'session-1',
        path: 'work/churn.ipynb',
        to: instance('nb-cpu').at,
        instance_type: null,
        carried: { variables: false, packages: false, files: false }
      }
    ]);
    expect(screen.getByRole('progressbar')).toBeDefined();
  });

  it('a line that is cut says when its instance has failed', async () => {
    const compute = instance('nb-cpu', { status: 'Failed', tone: 'bad' });
    server.sessions = [session({ line: 'lost', compute })];
    const container = await show();
    expect(container.textContent).toContain('nb-cpu has failed.');
  });

  it('a note of an open line can be put away', async () => {
    server.sessions = [session({ note: 'Lines 10 to 12 are lost.' })];
    const container = await show();
    expect(container.textContent).toBe('Lines 10 to 12 are lost.');
    fireEvent.click(screen.getByLabelText('Close'));
    expect(container.textContent).toBe('');
  });
});

describe('Switcher', () => {
  let switcher: Switcher;
  const refreshSpecs = jest.fn(async () => undefined);
  const refreshRunning = jest.fn(async () => undefined);

  beforeEach(() => {
    refreshSpecs.mockClear();
    refreshRunning.mockClear();
    const services = {
      events: bus,
      kernelspecs: {
        refreshSpecs,
        specs: {
          kernelspecs: { python3: { display_name: 'Python 3' } }
        }
      },
      sessions: { refreshRunning }
    } as unknown as ServiceManager.IManager;
    switcher = new Switcher({
      smext,
      services,
      tracker: { forEach: jest.fn() } as unknown as INotebookTracker,
      computes
    });
    switcher.attach(panel.panel);
  });

  it('puts one widget under the toolbar', () => {
    switcher.attach(panel.panel);
    expect(panel.contentHeader.addWidget).toHaveBeenCalledTimes(1);
    expect(panel.contentHeader.addWidget.mock.calls[0][0]).toBeInstanceOf(
      Widget
    );
  });

  it('shows the place on a button that opens the dialog', async () => {
    await answered();
    render(switcher.button(panel.panel));
    const button = screen.getByRole('button');
    expect(button.getAttribute('aria-label')).toBe(
      '2 vCPU + 4 GiB, nb-cpu · $0.05/h, working. Select instance'
    );
    expect(button.getAttribute('aria-haspopup')).toBe('dialog');
    expect(button.title).toContain('ml.t3.medium');
    panel.context.path = 'work/other.ipynb';
    server.sessions = [];
    await act(() => computes.read());
    expect(button.textContent).toBe('Select instanceno kernel');
  });

  it('has room for the type in the status bar', async () => {
    await answered();
    render(switcher.button(panel.panel, true));
    expect(screen.getByRole('button').textContent).toBe(
      '2 vCPU + 4 GiBml.t3.medium · nb-cpu · $0.05/h'
    );
  });

  it('has the session take up the kernel that the server gave it', async () => {
    await answered();
    expect(refreshRunning).not.toHaveBeenCalled();
    server.sessions = [session({ kernel_id: 'kernel-2' })];
    await computes.read();
    // The names are read before the kernel changes, which draws them.
    expect(refreshSpecs).toHaveBeenCalledTimes(1);
    await Promise.resolve();
    expect(refreshRunning).toHaveBeenCalledTimes(1);
  });

  it('reads the name of the new kernel before the notebook gets it', async () => {
    const { steps } = task();
    const started = step('Start the kernel', 'done', {
      id: 'kernel',
      ended: 9
    });
    server.switches = [task({ steps: [...steps, started] })];
    await computes.read();
    expect(refreshSpecs).toHaveBeenCalledTimes(1);
    await computes.read();
    expect(refreshSpecs).toHaveBeenCalledTimes(1);
  });

  it('names a kernel that JupyterLab found first', async () => {
    await answered();
    const { sessionContext } = panel;
    sessionContext.session.kernel = {
      id: 'kernel-2',
      name: 'smext.nb.python3'
    };
    sessionContext.kernelChanged.emit();
    expect(refreshSpecs).toHaveBeenCalledTimes(1);
  });

  it('has no cell wait for a kernel that is gone', async () => {
    await answered();
    const cell = { cell_type: 'code', executionState: 'running' };
    panel.content.widgets = [{ model: { sharedModel: cell } }];
    await computes.read();
    expect(cell.executionState).toBe('running');
    server.sessions = [session({ line: 'ended' })];
    await computes.read();
    expect(cell.executionState).toBe('idle');
  });

  it('says that a switch is over to who waited for it', async () => {
    server.switches = [task()];
    await computes.read();
    await switcher.computes.readSwitch('switch-1');
    const told = until(
      Notification.manager.changed,
      () => Notification.manager.notifications.length > 0
    );
    server.go(bus, { state: 'done', ended: 1220 });
    await told;
    expect(Notification.manager.notifications[0].message).toBe(
      'work/churn.ipynb: Switched to ml.g4dn.xlarge in 3 min 40 s.'
    );
    await computes.read();
    expect(Notification.manager.notifications).toHaveLength(1);
  });

  it('knows whose kernel is away', async () => {
    await answered();
    expect(switcher.isAway(panel.panel)).toBe(true);
    expect(switcher.isAway(null)).toBe(false);
    server.sessions = [session({ compute: local() })];
    await computes.read();
    expect(switcher.isAway(panel.panel)).toBe(false);
  });

  it('closes a notebook whose kernel goes on', async () => {
    await answered();
    panel.context.model.dirty = true;
    await switcher.keepRunning(panel.panel);
    expect(panel.context.save).toHaveBeenCalledTimes(1);
    expect(server.asked).toContain('detach');
    expect(refreshRunning.mock.invocationCallOrder[0]).toBeLessThan(
      panel.close.mock.invocationCallOrder[0]
    );
    expect(Notification.manager.notifications[0].message).toBe(
      'The kernel of work/churn.ipynb goes on running on nb-cpu.'
    );
  });

  it('leaves the notebook open when the kernel cannot be let go', async () => {
    await answered();
    server.down = { detach: problem('offline') };
    void switcher.keepRunning(panel.panel);
    await screen.findByText('It is offline');
    expect(panel.close).not.toHaveBeenCalled();
    fireEvent.click(screen.getByText('Close'));
  });
});

describe('the arguments of Select Instance', () => {
  it.each([
    [{}, { instanceType: undefined }],
    [
      { kind: 'local' },
      { at: { kind: 'local', id: '', connection: '', region: '' } }
    ],
    [
      { kind: 'notebook-instance', instanceType: 'ml.m5.large' },
      { at: null, instanceType: 'ml.m5.large' }
    ],
    [
      {
        kind: 'space',
        id: 'd-1,s',
        connection: 'local',
        region: 'us-east-1'
      },
      {
        at: {
          kind: 'space',
          id: 'd-1,s',
          connection: 'local',
          region: 'us-east-1'
        }
      }
    ]
  ])('%j choose %j', (args, preset) => {
    expect(presetOf(args)).toEqual(preset);
  });
});

describe('followKernel', () => {
  it('sets a name right that JupyterLab would keep', async () => {
    const services = {
      kernelspecs: {
        refreshSpecs: jest.fn(async () => undefined),
        specs: {
          kernelspecs: {
            'smext.nb.python3': { display_name: 'Python 3 (nb)' }
          }
        }
      },
      sessions: { refreshRunning: jest.fn(async () => undefined) }
    } as unknown as ServiceManager.IManager;
    const { sessionContext } = panel;
    sessionContext.session.kernel = { id: 'k2', name: 'smext.nb.python3' };
    const follow = () => followKernel(panel.panel, services);
    await follow();
    expect(panel.drawn).toHaveBeenCalled();
    expect(sessionContext.changeKernel).toHaveBeenCalledWith({
      id: 'k2',
      name: 'smext.nb.python3'
    });
    sessionContext.changeKernel.mockClear();
    sessionContext.kernelDisplayName = 'Python 3 (nb)';
    await follow();
    expect(sessionContext.changeKernel).not.toHaveBeenCalled();
  });
});

describe('the notebooks', () => {
  const tracker = (panels: Panel[]) =>
    ({
      forEach: (visit: (panel: Panel) => void) => panels.forEach(visit)
    }) as unknown as INotebookTracker;

  it('are saved where they changed, each once', async () => {
    const [changed, clean, locked] = [new Panel(), new Panel(), new Panel()];
    changed.context.model.dirty = true;
    locked.context.model = { dirty: true, readOnly: true };
    const notebook = notebookOf(
      panel.panel,
      tracker([changed, clean, locked]),
      path => path
    );
    const { count, seconds } = await notebook.saveAll();
    expect(count).toBe(1);
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(changed.context.save).toHaveBeenCalledTimes(1);
    expect(locked.context.save).not.toHaveBeenCalled();
  });

  it('stop the switch when one cannot be saved', async () => {
    const broken = new Panel();
    broken.context.model.dirty = true;
    broken.context.save.mockImplementation(async () => {
      broken.context.saveState.emit('failed');
      return undefined;
    });
    const notebook = notebookOf(panel.panel, tracker([broken]), path =>
      trans.__('%1 could not be saved', path)
    );
    await expect(notebook.saveAll()).rejects.toThrow(
      'work/churn.ipynb could not be saved'
    );
  });
});
