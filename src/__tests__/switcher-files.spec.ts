import { Dialog, Notification } from '@jupyterlab/apputils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { dismissDialog, waitForDialog } from '@jupyterlab/testing';

import { ApiError } from '../api';
import { KernelRoutes } from '../api/kernels';
import { IFilesCopied } from '../protocol';
import { SessionComputes } from '../store/session-computes';
import { copyFiles, outcomeOfCopy } from '../views/switcher/files';
import { smextOf, SwitchServer, trans } from './switching';
import { answering, Bus, problem } from './world';

function copied(more: Partial<IFilesCopied> = {}): IFilesCopied {
  return {
    folder: 'jupyter_smext/work-1a2b3c4d',
    files: 0,
    bytes: 0,
    beside: {},
    without: {},
    left: '',
    ...more
  };
}

const panel = {
  sessionContext: { session: { id: 'session-1' } },
  context: { path: 'work/churn.ipynb' }
} as unknown as NotebookPanel;

describe('what came of copied files', () => {
  const fetched = (more: Partial<IFilesCopied>) =>
    outcomeOfCopy(copied(more), 'nb-cpu', 'fetch', trans);
  const sent = (more: Partial<IFilesCopied>) =>
    outcomeOfCopy(copied(more), 'nb-cpu', 'send', trans);

  it('says how much, and names what is beside', () => {
    expect(
      fetched({ files: 2, beside: { 'data/a.csv': 'a (from nb-cpu).csv' } })
    ).toBe(
      '2 files came back from nb-cpu, 1 beside yours: a (from nb-cpu).csv'
    );
    expect(sent({ files: 1, bytes: 12 })).toBe(
      '1 file (12 B) was sent to nb-cpu, into jupyter_smext/work-1a2b3c4d'
    );
  });

  it('calls nothing a success that left something out', () => {
    expect(fetched({})).toBe('Nothing has changed on nb-cpu');
    expect(sent({})).toBe('nb-cpu has all of it already');
    expect(fetched({ without: { 'model.bin': 'over the limit' } })).toBe(
      'Nothing came back from nb-cpu, 1 not fetched: model.bin'
    );
    expect(sent({ without: { 'a.txt': 'it could not be read' } })).toBe(
      'Nothing was sent to nb-cpu, 1 not sent: a.txt'
    );
  });
});

describe('copying files', () => {
  let server: SwitchServer;
  let computes: SessionComputes;
  let bus: Bus;
  const ask = jest.fn();

  const copy = (direction: 'send' | 'fetch') =>
    copyFiles(
      smextOf(answering(server.api, KernelRoutes, { copyFiles: ask }), bus),
      computes,
      panel,
      direction
    );
  const shown = () => Notification.manager.notifications;
  const press = (label: string) =>
    shown()[0]
      .options.actions!.find(action => action.label === label)!
      .callback(new MouseEvent('click'));

  beforeEach(async () => {
    server = new SwitchServer();
    bus = new Bus();
    ask.mockReset();
    computes = new SessionComputes({ api: server.api, stream: bus.stream });
    await computes.read();
    Notification.dismiss();
  });

  afterEach(() => computes.dispose());

  it('is said while it goes on, and turns into its result', async () => {
    let end!: (result: IFilesCopied) => void;
    ask.mockReturnValue(new Promise(resolve => (end = resolve)));
    const done = copy('fetch');
    expect(shown()).toMatchObject([
      { type: 'in-progress', message: 'Fetching changed files from nb-cpu…' }
    ]);
    end(copied({ files: 2 }));
    await done;
    expect(ask).toHaveBeenCalledWith('session-1', 'fetch');
    expect(shown()).toMatchObject([
      { type: 'success', message: '2 files came back from nb-cpu' }
    ]);
  });

  it('comes back with its result when it was closed', async () => {
    ask.mockImplementation(async () => {
      Notification.dismiss();
      return copied();
    });
    await copy('send');
    expect(shown()).toMatchObject([
      { type: 'success', message: 'nb-cpu has all of it already' }
    ]);
  });

  it('stays and tells of each file where something is to be known', async () => {
    ask.mockResolvedValue(
      copied({
        files: 1,
        beside: { 'data/a.csv': 'a (from nb-cpu).csv' },
        without: { 'model.bin': '300 MiB, over the limit' }
      })
    );
    await copy('fetch');
    expect(shown()[0].type).toBe('warning');
    expect(shown()[0].options.autoClose).toBe(false);
    press('Details');
    await waitForDialog();
    const said = document.querySelector('.jp-Dialog')?.textContent;
    expect(said).toContain('data/a.csv');
    expect(said).toContain('a (from nb-cpu).csv');
    expect(said).toContain('300 MiB, over the limit');
    await dismissDialog();
  });

  it('says why it could not be done', async () => {
    ask.mockRejectedValue(
      new ApiError(problem('conflict', { title: 'It is copied already' }))
    );
    await copy('send');
    expect(shown()).toMatchObject([
      { type: 'error', message: 'Files were not sent: It is copied already' }
    ]);
    press('Details');
    await waitForDialog();
    expect(Dialog.tracker.currentWidget).not.toBeNull();
    await dismissDialog();
  });

  it('asks nothing for a notebook without a session', async () => {
    server.sessions = [];
    await computes.read();
    await copy('send');
    expect(ask).not.toHaveBeenCalled();
    expect(shown()).toEqual([]);
  });
});
