import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs, describedBy } from '../commands';
import { jobIcon } from '../components/start-icons';
import { ISmextLoader } from '../tokens';

/**
 * The form of a training job, for a script of the file browser. Nothing is loaded before somebody asks.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:train-script',
  description: 'Trains a model on SageMaker with a script.',
  autoStart: true,
  requires: [ISmextLoader],
  optional: [IFileBrowserFactory],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    browsers: IFileBrowserFactory | null
  ): void => {
    const { commands, serviceManager } = app;
    const { trans } = loader;

    /** The script that is meant: named, or the one that is selected in the file browser. */
    function pathOf(args: ReadonlyPartialJSONObject): string | null {
      if (typeof args.path === 'string') {
        return args.path;
      }
      const selected = [
        ...(browsers?.tracker.currentWidget?.selectedItems() ?? [])
      ];
      return args.isMenu &&
        selected.length === 1 &&
        selected[0].path.endsWith('.py')
        ? serviceManager.contents.localPath(selected[0].path)
        : null;
    }

    commands.addCommand(CommandIDs.trainWithScript, {
      label: trans.__('Train with this Script…'),
      caption: trans.__('Train a model on SageMaker with this script'),
      icon: jobIcon,
      describedBy: describedBy(CommandIDs.trainWithScript),
      isEnabled: args => pathOf(args) !== null,
      execute: args => {
        const script = pathOf(args);
        return (
          script !== null &&
          commands.execute(CommandIDs.create, {
            layout: 'training-job',
            changes: { source: 'script', script }
          })
        );
      }
    });
  }
};

export default plugin;
