import { JupyterFrontEnd } from '@jupyterlab/application';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import { CommandIDs } from '../commands';
import plugin from '../plugins/notebook-job';
import { ISmext } from '../tokens';
import { loaderOf } from './loading';

const run = jest.fn();
const resume = jest.fn();

jest.mock('../views/notebook-job', () => ({
  NotebookJobs: class {
    run = run;
    resume = resume;
  }
}));

describe('the commands of notebook jobs', () => {
  let commands: CommandRegistry;
  let current: string | null;
  let selected: { type: string; path: string }[];

  beforeEach(() => {
    run.mockReset();
    resume.mockReset();
    commands = new CommandRegistry();
    current = null;
    selected = [];
  });

  async function activate(): Promise<void> {
    const app = {
      commands,
      restored: Promise.resolve(),
      serviceManager: {
        events: { stream: null },
        contents: { localPath: (path: string) => path.replace('drive:', '') }
      }
    } as unknown as JupyterFrontEnd;
    const tracker = {
      currentChanged: new Signal({}),
      find: () => undefined,
      get currentWidget() {
        return current && { context: { localPath: current } };
      }
    } as unknown as INotebookTracker;
    const browsers = {
      tracker: { currentWidget: { selectedItems: () => selected.values() } }
    } as unknown as IFileBrowserFactory;
    const smext = {
      trans: nullTranslator.load('jupyter_smext')
    } as unknown as ISmext;
    await plugin.activate(app, loaderOf(smext), tracker, browsers, null);
  }

  it('run the notebook that is named, shown, or selected', async () => {
    await activate();
    const id = CommandIDs.runNotebookAsJob;
    expect(commands.isEnabled(id)).toBe(false);
    current = 'shown.ipynb';
    expect(commands.isEnabled(id)).toBe(true);
    await commands.execute(id);
    await commands.execute(id, { path: 'named.ipynb' });
    expect(commands.isEnabled(id, { isMenu: true })).toBe(false);
    selected = [{ type: 'notebook', path: 'drive:selected.ipynb' }];
    await commands.execute(id, { isMenu: true });
    expect(run.mock.calls).toEqual([
      ['shown.ipynb'],
      ['named.ipynb'],
      ['selected.ipynb']
    ]);
    selected.push({ type: 'notebook', path: 'b.ipynb' });
    expect(commands.isEnabled(id, { isMenu: true })).toBe(false);
    selected = [{ type: 'file', path: 'a.txt' }];
    expect(commands.isEnabled(id, { isMenu: true })).toBe(false);
  });

  it('follow again after a reload what this window was following', async () => {
    window.sessionStorage.setItem('jupyter_smext:notebook-jobs', '["job-1"]');
    await activate();
    await new Promise(resolve => window.setTimeout(resolve));
    expect(resume.mock.calls).toEqual([[['job-1']]]);
    window.sessionStorage.clear();
    commands = new CommandRegistry();
    await activate();
    await new Promise(resolve => window.setTimeout(resolve));
    expect(resume).toHaveBeenCalledTimes(1);
  });
});
