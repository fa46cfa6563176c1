import {
  IRouter,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, IToolbarWidgetRegistry } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { CommandIDs, describedBy } from '../commands';
import type { IFilesRequest } from '../protocol';
import { ISmextLoader } from '../tokens';
import type { Switcher } from '../views/switcher';
import { followAddress } from './address';

/** The button's name in the settings of the notebook's toolbar. */
const TOOLBAR_ITEM = 'smextInstance';

/** `?smext-switch=ID`: the notebook of a switch, with its progress. */
const QUERY = 'smext-switch';

/**
 * Where the kernel of each notebook runs, in its toolbar and in the status bar, and its way to
 * another instance. Nothing is loaded or asked before a notebook is open.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:switcher',
  description: 'Moves the kernel of a notebook to an instance, and back.',
  autoStart: true,
  requires: [ISmextLoader, INotebookTracker],
  optional: [IToolbarWidgetRegistry, IStatusBar, ICommandPalette, IRouter],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    tracker: INotebookTracker,
    toolbars: IToolbarWidgetRegistry | null,
    statusBar: IStatusBar | null,
    palette: ICommandPalette | null,
    router: IRouter | null
  ): void => {
    const { commands, serviceManager: services } = app;
    const { trans } = loader;

    let loaded: Switcher | null = null;
    let loading: Promise<Switcher> | null = null;
    const load = () =>
      (loading ??= Promise.all([
        loader.load(),
        import('../views/switcher')
      ]).then(([smext, { Switcher }]) => {
        loaded = new Switcher({ smext, services, tracker });
        loaded.computes.changed.connect(() => {
          commands.notifyCommandChanged(CommandIDs.switchBack);
          commands.notifyCommandChanged(CommandIDs.keepKernelRunning);
          commands.notifyCommandChanged(CommandIDs.fetchFiles);
          commands.notifyCommandChanged(CommandIDs.sendFiles);
        });
        return loaded;
      }));

    const attach = (panel: NotebookPanel) => {
      void panel.context.ready.then(async () => (await load()).attach(panel));
    };
    tracker.forEach(attach);
    tracker.widgetAdded.connect((_, panel) => attach(panel));

    toolbars?.addFactory<NotebookPanel>('Notebook', TOOLBAR_ITEM, panel => {
      const item = new ComputeItem(() => loaded?.button(panel) ?? null);
      void load().then(() => item.update());
      return item;
    });

    if (statusBar) {
      const item = new ComputeItem(() => {
        const panel = tracker.currentWidget;
        return panel && (loaded?.button(panel, true) ?? null);
      });
      item.addClass('jp-smext-status');
      const shown = new Signal<object, void>(item);
      (app.shell.currentChanged ?? tracker.currentChanged).connect(() =>
        shown.emit()
      );
      tracker.currentChanged.connect((_, panel) => {
        item.update();
        if (panel) {
          void load().then(() => item.update());
        }
      });
      statusBar.registerStatusItem(plugin.id, {
        item,
        align: 'right',
        rank: 39,
        isActive: () =>
          tracker.currentWidget !== null &&
          tracker.currentWidget === app.shell.currentWidget,
        activeStateChanged: shown
      });
    }

    function panelOf(args: ReadonlyPartialJSONObject): NotebookPanel | null {
      const { path } = args;
      return typeof path === 'string'
        ? (tracker.find(panel => panel.context.path === path) ?? null)
        : tracker.currentWidget;
    }

    const isAway = (args: ReadonlyPartialJSONObject) =>
      loaded?.isAway(panelOf(args)) ?? false;
    const withPanel =
      (
        act: (
          switcher: Switcher,
          panel: NotebookPanel,
          args: ReadonlyPartialJSONObject
        ) => Promise<void>
      ) =>
      async (args: ReadonlyPartialJSONObject) => {
        const panel = panelOf(args);
        if (panel) {
          await act(await load(), panel, args);
        }
      };

    commands.addCommand(CommandIDs.selectInstance, {
      label: trans.__('Select Instance…'),
      caption: trans.__('Move the kernel to an instance, or to another type'),
      describedBy: describedBy(CommandIDs.selectInstance),
      isEnabled: args => panelOf(args) !== null,
      execute: withPanel((switcher, panel, args) =>
        switcher.selectBy(panel, args)
      )
    });

    commands.addCommand(CommandIDs.switchBack, {
      label: trans.__('Switch Back to This Machine…'),
      describedBy: describedBy(CommandIDs.switchBack),
      isEnabled: isAway,
      execute: withPanel((switcher, panel) =>
        switcher.selectBy(panel, { kind: 'local' })
      )
    });

    commands.addCommand(CommandIDs.keepKernelRunning, {
      label: trans.__('Close Notebook and Keep Its Kernel Running'),
      caption: trans.__(
        'The kernel goes on on its instance, and can be taken up again.'
      ),
      describedBy: describedBy(CommandIDs.keepKernelRunning),
      isEnabled: isAway,
      execute: withPanel((switcher, panel) => switcher.keepRunning(panel))
    });

    const awayOn = (args: ReadonlyPartialJSONObject) =>
      loaded?.awayOn(panelOf(args)) ?? trans.__('Instance');
    const copyFiles = (direction: IFilesRequest['direction']) =>
      withPanel(async ({ computes }, panel) => {
        const { copyFiles } = await import('../views/switcher/files');
        await copyFiles(await loader.load(), computes, panel, direction);
      });

    commands.addCommand(CommandIDs.fetchFiles, {
      label: args => trans.__('Fetch Changed Files from %1', awayOn(args)),
      caption: trans.__(
        'What changed there in the notebook’s folder; what changed here too is kept'
      ),
      describedBy: describedBy(CommandIDs.fetchFiles),
      isEnabled: isAway,
      execute: copyFiles('fetch')
    });

    commands.addCommand(CommandIDs.sendFiles, {
      label: args => trans.__('Send Changed Files to %1', awayOn(args)),
      caption: trans.__(
        'What is saved in the notebook’s folder and not there yet'
      ),
      describedBy: describedBy(CommandIDs.sendFiles),
      isEnabled: isAway,
      execute: copyFiles('send')
    });

    tracker.currentChanged.connect(() => commands.notifyCommandChanged());
    for (const command of [
      CommandIDs.selectInstance,
      CommandIDs.switchBack,
      CommandIDs.fetchFiles,
      CommandIDs.sendFiles,
      CommandIDs.keepKernelRunning
    ]) {
      palette?.addItem({ command, category: trans.__('SageMaker') });
    }

    followAddress(app, router, {
      query: QUERY,
      label: trans.__('Open the Notebook of the Switch in the Address'),
      open: async search => {
        const id = new URLSearchParams(search).get(QUERY);
        if (id) {
          const { request } = await (await load()).readSwitch(id);
          await commands.execute('docmanager:open', { path: request.path });
        }
      }
    });
  }
};

/**
 * A place for the button, which comes with the first notebook.
 */
class ComputeItem extends ReactWidget {
  constructor(private readonly _button: () => React.ReactElement | null) {
    super();
    this.addClass('jp-smext-compute-item');
  }

  override render(): React.ReactElement | null {
    return this._button();
  }
}

export default plugin;
