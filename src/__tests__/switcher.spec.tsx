import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ServiceManager } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';
import {
  act,
  configure,
  fireEvent,
  render,
  screen
} from '@testing-library/react';

import { SessionComputes } from '../store/session-computes';
import { ISmext } from '../tokens';
import { presetOf, Switcher } from '../views/switcher';
import { followKernel } from '../views/switcher/follow';
import { notebookOf } from '../views/switcher/notebook';
import { OpenNotebook, Panel } from './open-notebook';
import { local, session, step, SwitchServer, task, trans } from './switching';
import { problem, until } from './world';

configure({ asyncUtilTimeout: 8000 });

let server: SwitchServer;
let smext: ISmext;
let computes: SessionComputes;
let panel: Panel;
let notebook: OpenNotebook;

beforeEach(() => {
  window.localStorage.clear();
  window.sessionStorage.clear();
  notebook = new OpenNotebook();
  ({ server, smext, computes, panel } = notebook);
});

afterEach(() => notebook.close());

const answered = () => notebook.answered();

describe('Switcher', () => {
  let switcher: Switcher;
  const refreshSpecs = jest.fn(async () => undefined);
  const refreshRunning = jest.fn(async () => undefined);

  beforeEach(() => {
    refreshSpecs.mockClear();
    refreshRunning.mockClear();
    const services = {
      events: notebook.bus,
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
    server.go(notebook.bus, { state: 'done', ended: 1220 });
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
    let moves = true;
    const follow = () => followKernel(panel.panel, services, () => moves);
    await follow();
    expect(sessionContext.changeKernel).not.toHaveBeenCalled();
    moves = false;
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
    const one = notebookOf(
      panel.panel,
      tracker([changed, clean, locked]),
      path => path
    );
    const { count, seconds } = await one.saveAll();
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
    const one = notebookOf(panel.panel, tracker([broken]), path =>
      trans.__('%1 could not be saved', path)
    );
    await expect(one.saveAll()).rejects.toThrow(
      'work/churn.ipynb could not be saved'
    );
  });
});
