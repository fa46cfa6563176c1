import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  IRunningSessionManagers,
  IRunningSessionSidebar
} from '@jupyterlab/running';
import { Message, MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import { ISmext, ISmextLoader } from '../tokens';
import type { RunningResources } from '../views/around';
import { RunningSection } from './running-section';

/**
 * What is billed now, as a section of the Running panel. Nothing is loaded or asked for it before
 * that panel is looked at.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:running',
  description: "What runs on SageMaker, in JupyterLab's own Running panel.",
  autoStart: true,
  requires: [ISmextLoader, IRunningSessionManagers],
  optional: [IRunningSessionSidebar],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    managers: IRunningSessionManagers,
    sidebar: IRunningSessionSidebar | null
  ): void => {
    const { trans } = loader;
    const section = new RunningSection({
      trans,
      name: trans.__('SageMaker'),
      question: trans.__(
        'What will be shut down is listed before anything happens.'
      ),
      refresh: () =>
        void loader
          .load()
          .then(fill)
          .then(resources => resources.refreshRunning())
    });
    let filled: RunningResources | null = null;
    const fill = async (smext: ISmext): Promise<RunningResources> => {
      const { RunningResources } = await import('../views/around');
      if (!filled) {
        filled = new RunningResources(smext, () => {
          void app.commands.execute(CommandIDs.openPanel);
        });
        section.fill(filled);
      }
      return filled;
    };
    void loader.loaded.then(fill);
    managers.add(section);

    if (sidebar instanceof Widget) {
      let looking = false;
      const look = (now: boolean) => {
        looking = now;
        if (now) {
          void loader
            .load()
            .then(fill)
            .then(resources => resources.look(looking));
        } else {
          filled?.look(false);
        }
      };
      MessageLoop.installMessageHook(sidebar, (_, message: Message) => {
        if (message.type === 'after-show' || message.type === 'after-attach') {
          look(sidebar.isVisible);
        } else if (message.type === 'after-hide') {
          look(false);
        }
        return true;
      });
      look(sidebar.isVisible);
    }
  }
};

export default plugin;
