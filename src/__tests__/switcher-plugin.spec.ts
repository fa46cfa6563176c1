import { IRouter, JupyterFrontEnd } from '@jupyterlab/application';
import { IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { IStatusBar } from '@jupyterlab/statusbar';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';

import { ARGUMENTS } from '../command-arguments';
import { CommandIDs } from '../commands';
import plugin from '../plugins/switcher';
import schema from '../../schema/switcher.json';
import { loaderOf } from './loading';
import { smextOf, SwitchServer, task } from './switching';
import { Bus } from './world';

describe('the plugin of the switcher', () => {
  let server: SwitchServer;
  let commands: CommandRegistry;
  const addFactory = jest.fn();
  const register = jest.fn();
  const registerStatusItem = jest.fn();
  const tracker = {
    currentWidget: null as NotebookPanel | null,
    find: () => undefined,
    forEach: () => undefined
  };

  beforeEach(() => {
    server = new SwitchServer();
    const bus = new Bus();
    commands = new CommandRegistry();
    addFactory.mockClear();
    register.mockClear();
    registerStatusItem.mockClear();
    void plugin.activate(
      {
        commands,
        shell: { currentWidget: null, currentChanged: new Signal({}) },
        restored: Promise.resolve(),
        serviceManager: { events: bus }
      } as unknown as JupyterFrontEnd,
      loaderOf(smextOf(server.api, bus)),
      Object.assign(tracker, {
        widgetAdded: new Signal({}),
        currentChanged: new Signal({})
      }) as unknown as INotebookTracker,
      { addFactory } as unknown as IToolbarWidgetRegistry,
      { registerStatusItem } as unknown as IStatusBar,
      null,
      { register } as unknown as IRouter
    );
  });

  it('asks nothing before a notebook is open', () => {
    expect(server.asked).toEqual([]);
    expect(registerStatusItem.mock.calls[0][1].isActive()).toBe(false);
  });

  it('has the button that the settings of the toolbar name', () => {
    const [item] = schema['jupyter.lab.toolbars'].Notebook;
    expect(addFactory).toHaveBeenCalledTimes(1);
    expect(addFactory.mock.calls[0].slice(0, 2)).toEqual([
      'Notebook',
      item.name
    ]);
  });

  it('has the commands of the menus, off without a notebook', async () => {
    const named = [
      ...schema['jupyter.lab.menus'].main.flatMap(({ items }) => items),
      ...schema['jupyter.lab.menus'].context
    ].flatMap(item => item.command ?? []);
    expect(new Set(named)).toEqual(
      new Set([
        CommandIDs.selectInstance,
        CommandIDs.switchBack,
        CommandIDs.fetchFiles,
        CommandIDs.sendFiles,
        CommandIDs.keepKernelRunning
      ])
    );
    for (const id of named) {
      expect(commands.isEnabled(id)).toBe(false);
      expect((await commands.describedBy(id)).args).toBe(ARGUMENTS[id]);
      expect(commands.label(id)).not.toBe('');
    }
  });

  it('opens the notebook of a switch from its address', async () => {
    server.switches = [task()];
    const open = jest.fn();
    commands.addCommand('docmanager:open', {
      describedBy: { args: null },
      execute: open
    });
    const [{ command, pattern }] = register.mock.calls[0];
    expect(pattern.test('/lab?smext-switch=switch-1')).toBe(true);
    await commands.execute(command, { search: '?smext-switch=switch-1' });
    expect(open).toHaveBeenCalledWith({ path: 'work/churn.ipynb' });
  });
});
