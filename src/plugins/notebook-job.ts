import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs, describedBy } from '../commands';

import { jobIcon } from '../components/start-icons';
import { ISmextLoader } from '../tokens';
import { FollowedIds } from './followed-ids';

const followed = new FollowedIds('jupyter_smext:notebook-jobs');

/**
 * A notebook as a training job. Nothing is loaded or asked before somebody runs one.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:notebook-job',
  description: 'Runs a notebook as a SageMaker training job.',
  autoStart: true,
  requires: [ISmextLoader],
  optional: [INotebookTracker, IFileBrowserFactory, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    tracker: INotebookTracker | null,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands, serviceManager } = app;
    const { trans } = loader;

    let jobs: ReturnType<typeof load> | null = null;
    const load = async () => {
      const [smext, { NotebookJobs }] = await Promise.all([
        loader.load(),
        import('../views/notebook-job')
      ]);
      return new NotebookJobs({
        smext,
        stream: serviceManager.events.stream,
        open: path => void commands.execute('docmanager:open', { path }),
        save: async path => {
          const context = tracker?.find(
            panel => panel.context.path === path
          )?.context;
          if (context?.model.dirty) {
            await context.save();
          }
        },
        remember: ids => followed.save(ids)
      });
    };

    const remembered = followed.load();
    if (remembered.length) {
      void app.restored.then(async () => {
        jobs ??= load();
        await (await jobs).resume(remembered);
      });
    }

    /** The notebook that is meant: named, selected in the file browser, or shown. */
    function pathOf(args: ReadonlyPartialJSONObject): string | null {
      if (typeof args.path === 'string') {
        return args.path;
      }
      if (args.isMenu) {
        const browser = browsers?.tracker.currentWidget;
        const selected = browser ? [...browser.selectedItems()] : [];
        return selected.length === 1 && selected[0].type === 'notebook'
          ? serviceManager.contents.localPath(selected[0].path)
          : null;
      }
      return tracker?.currentWidget?.context.localPath ?? null;
    }

    commands.addCommand(CommandIDs.runNotebookAsJob, {
      label: trans.__('Run Notebook as a Job…'),
      caption: trans.__('Run this notebook on an instance of its own'),
      icon: jobIcon,
      describedBy: describedBy(CommandIDs.runNotebookAsJob),
      isEnabled: args => pathOf(args) !== null,
      execute: async args => {
        const path = pathOf(args);
        if (path !== null) {
          jobs ??= load();
          await (await jobs).run(path);
        }
      }
    });

    commands.addCommand(CommandIDs.notebookJobs, {
      label: trans.__('Notebook Jobs'),
      caption: trans.__('The latest notebooks that were run as jobs'),
      describedBy: describedBy(CommandIDs.notebookJobs),
      execute: async () => {
        jobs ??= load();
        await (await jobs).list();
      }
    });

    tracker?.currentChanged.connect(() => {
      commands.notifyCommandChanged(CommandIDs.runNotebookAsJob);
    });

    const category = trans.__('SageMaker');
    for (const command of [
      CommandIDs.runNotebookAsJob,
      CommandIDs.notebookJobs
    ]) {
      palette?.addItem({ command, category });
    }
  }
};

export default plugin;
