import { Dialog } from '@jupyterlab/apputils';
import { Session } from '@jupyterlab/services';
import {
  acceptDialog,
  dismissDialog,
  waitForDialog
} from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';

import { ApiError } from '../api';
import { KernelRoutes } from '../api/kernels';
import { IRemoteKernel } from '../protocol';
import { InventoryStore, RemoteServers } from '../store';
import { KernelActions } from '../views/kernels/actions';
import { answering, Bus, problem, REGION, World } from './world';

const trans = nullTranslator.load('jupyter_smext');

function kernel(id: string, path: string | null = null): IRemoteKernel {
  return {
    at: {
      kind: 'notebook-instance',
      id: 'nb',
      connection: 'local',
      region: REGION
    },
    id,
    name: 'python3',
    state: 'idle',
    connections: 0,
    last_activity: 1000,
    path,
    session_id: null
  };
}

describe('KernelActions', () => {
  let store: InventoryStore;
  let servers: RemoteServers;
  let attach: jest.Mock;
  let shutDown: jest.Mock;
  let running: Session.IModel[];
  let opened: string[];
  let ended: string[];
  let actions: KernelActions;

  beforeEach(() => {
    window.sessionStorage.clear();
    attach = jest.fn();
    shutDown = jest.fn(async () => undefined);
    const api = answering(new World().api, KernelRoutes, {
      remoteServers: async () => ({ servers: [], problems: [] }),
      attach,
      shutDown
    });
    store = new InventoryStore({ api, events: new Bus(), standby: 'never' });
    store.setConnection('local');
    servers = new RemoteServers(api, store);
    running = [];
    opened = [];
    ended = [];
    actions = new KernelActions({
      servers,
      sessions: {
        refreshRunning: async () => undefined,
        running: () => running.values()
      },
      trans,
      notebook: () => 'open.ipynb',
      open: path => opened.push(path),
      shutDownLocal: async id => {
        ended.push(id);
      }
    });
  });

  afterEach(() => store.dispose());

  it('re-attach to the notebook that is named, and open it', async () => {
    const done = actions.reattach(kernel('a'));
    await waitForDialog();
    const input = document.querySelector<HTMLInputElement>('.jp-Dialog input');
    expect(input?.value).toBe('open.ipynb');
    await acceptDialog();
    await done;
    expect(attach.mock.calls).toEqual([
      [{ at: kernel('').at, id: 'a', path: 'open.ipynb' }]
    ]);
    expect(opened).toEqual(['open.ipynb']);
    expect(ended).toEqual([]);
  });

  it('ask what becomes of the kernel that the notebook has', async () => {
    running = [{ path: 'mine.ipynb', kernel: { id: 'old' } } as Session.IModel];
    const mine = kernel('a', 'mine.ipynb');
    const cancelled = actions.reattach(mine);
    await waitForDialog();
    await acceptDialog();
    await waitForDialog();
    await dismissDialog();
    await cancelled;
    expect(attach).not.toHaveBeenCalled();

    const done = actions.reattach(mine);
    await waitForDialog();
    await acceptDialog();
    await waitForDialog();
    const dialog = Dialog.tracker.currentWidget as Dialog<unknown>;
    dialog.resolve(2);
    await done;
    expect(ended).toEqual(['old']);
    expect(opened).toEqual(['mine.ipynb']);
  });

  it('shut down only after a question that names them, Cancel first', async () => {
    const both = [kernel('a', 'x.ipynb'), kernel('b')];
    const cancelled = actions.shutDown(both);
    await waitForDialog();
    expect(document.querySelector('.jp-Dialog')?.textContent).toContain(
      'x.ipynb, python3 (b).'
    );
    await acceptDialog();
    await cancelled;
    expect(shutDown).not.toHaveBeenCalled();
    const done = actions.shutDown(both);
    await waitForDialog();
    (Dialog.tracker.currentWidget as Dialog<unknown>).resolve(1);
    await done;
    expect(shutDown).toHaveBeenCalledTimes(2);
    expect(servers.readAt).not.toBeNull();
  });

  it('say what went wrong, each reason once', async () => {
    for (const title of ['You may not', 'It is gone', 'You may not']) {
      shutDown.mockRejectedValueOnce(
        new ApiError(problem('denied', { title }))
      );
    }
    const done = actions.shutDown(['a', 'b', 'c', 'd'].map(id => kernel(id)));
    await waitForDialog();
    const next = () =>
      new Promise<void>(resolve => {
        Dialog.tracker.widgetAdded.connect(() => resolve());
      });
    let shown = next();
    (Dialog.tracker.currentWidget as Dialog<unknown>).resolve(1);
    for (const title of ['You may not', 'It is gone']) {
      await shown;
      await waitForDialog();
      expect(document.querySelector('.jp-Dialog')?.textContent).toContain(
        title
      );
      shown = next();
      await dismissDialog();
    }
    await done;
    expect(shutDown).toHaveBeenCalledTimes(4);
  });
});
