import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { CommandIDs, describedBy, LOG_EVENT } from '../commands';
import { ISmextLoader } from '../tokens';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:log',
  description: 'The keys of logs, as commands.',
  autoStart: true,
  requires: [ISmextLoader],
  activate: (app: JupyterFrontEnd, loader: ISmextLoader): void => {
    const { trans } = loader;
    const labels = {
      [CommandIDs.logSearch]: trans.__('Search the Log'),
      [CommandIDs.logNextMatch]: trans.__('Next Match in the Log'),
      [CommandIDs.logPreviousMatch]: trans.__('Previous Match in the Log'),
      [CommandIDs.logFirstError]: trans.__('First Error of the Log'),
      [CommandIDs.logFollow]: trans.__('Follow the Log')
    };
    for (const [id, label] of Object.entries(labels)) {
      app.commands.addCommand(id, {
        label,
        describedBy: describedBy(id),
        execute: () => {
          document.activeElement?.dispatchEvent(
            new CustomEvent(LOG_EVENT, { bubbles: true, detail: id })
          );
        }
      });
    }
  }
};

export default plugin;
