import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';

import { CommandIDs } from '../commands';

import { LOCAL } from '../store/local';
import { ISmextLoader } from '../tokens';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:launcher',
  description: 'SageMaker in the Launcher and in the command palette.',
  autoStart: true,
  requires: [ISmextLoader],
  optional: [ILauncher, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    launcher: ILauncher | null,
    palette: ICommandPalette | null
  ): void => {
    const { trans } = loader;
    const category = trans.__('SageMaker');
    const notebook = { kind: 'notebook-instance' };

    launcher?.add({
      command: CommandIDs.openPanel,
      args: { isLauncher: true },
      category,
      rank: 0
    });
    launcher?.add({
      command: CommandIDs.create,
      args: { ...notebook, isLauncher: true },
      category,
      rank: 1
    });

    for (const [command, args] of [
      [CommandIDs.openPanel, {}],
      [CommandIDs.refresh, {}],
      [CommandIDs.create, {}],
      [CommandIDs.create, notebook],
      [CommandIDs.shutDownAll, { scope: 'all' }],
      [CommandIDs.selectConnection, { connection: LOCAL }]
    ] as const) {
      palette?.addItem({ command, args, category });
    }
  }
};

export default plugin;
