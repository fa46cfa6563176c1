import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRunningSessionManagers } from '@jupyterlab/running';

import { CommandIDs, describedBy } from '../commands';
import { chipIcon } from '../components/start-icons';
import { IInstanceKernels, ISmext, ISmextLoader } from '../tokens';
import type { KernelsView } from '../views/kernels';
import { RunningSection } from './running-section';

const VIEW_ID = 'jupyter-smext-kernels';

/**
 * The kernels that instances run, loaded for who asks for them.
 */
const kernels: JupyterFrontEndPlugin<IInstanceKernels> = {
  id: 'jupyter_smext:instance-kernels',
  description: 'Provides the kernels that instances run.',
  autoStart: false,
  provides: IInstanceKernels,
  requires: [ISmextLoader],
  optional: [INotebookTracker],
  activate: async (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    notebooks: INotebookTracker | null
  ): Promise<IInstanceKernels> => {
    const smext = await loader.load();
    const { InstanceKernels } = await import('../views/around');
    return new InstanceKernels(app, smext, notebooks);
  }
};

/**
 * A list of the kernels that instances run, and one in JupyterLab's Running panel. No instance is
 * asked, and so signed in to, before a person wants to see them.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:remote-kernels',
  description: 'Lists the kernels that instances run; attaches and ends them.',
  autoStart: true,
  requires: [ISmextLoader],
  optional: [IRunningSessionManagers, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    managers: IRunningSessionManagers | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands, shell } = app;
    const { trans } = loader;
    const tracker = new WidgetTracker<MainAreaWidget<KernelsView>>({
      namespace: 'jupyter_smext-kernels'
    });

    const open = async (
      smext: ISmext,
      kernels: IInstanceKernels
    ): Promise<KernelsView> => {
      const { KernelsView } = await import('../views/kernels');
      const known = tracker.find(widget => widget.id === VIEW_ID);
      if (known) {
        return known.content;
      }
      const content = new KernelsView(smext, kernels);
      const main = new MainAreaWidget({ content });
      main.id = VIEW_ID;
      main.toolbar.hide();
      main.title.label = trans.__('Kernels on Instances');
      main.title.icon = chipIcon;
      main.title.closable = true;
      shell.add(main, 'main', { type: 'SageMaker Kernels' });
      await tracker.add(main);
      return content;
    };

    commands.addCommand(CommandIDs.showRemoteKernels, {
      label: trans.__('Show Kernels on Instances'),
      caption: trans.__('Signs in to each instance that is up'),
      describedBy: describedBy(CommandIDs.showRemoteKernels),
      execute: async args => {
        const [smext, kernels] = await Promise.all([
          loader.load(),
          app.resolveRequiredService(IInstanceKernels)
        ]);
        const view = await open(smext, kernels);
        shell.activateById(VIEW_ID);
        await kernels.servers.read();
        if (typeof args.id === 'string') {
          view.reveal(args.id);
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.showRemoteKernels,
      category: trans.__('SageMaker')
    });

    if (managers) {
      const section = new RunningSection({
        trans,
        name: trans.__('Kernels on Instances'),
        question: trans.__(
          'Which kernels are shut down is listed before anything happens.'
        ),
        items: [
          {
            icon: () => chipIcon,
            label: () => trans.__('Sign in and list them…'),
            open: () => void commands.execute(CommandIDs.showRemoteKernels)
          }
        ]
      });
      managers.add(section);
      void loader.loaded.then(async smext => {
        const kernels = await app.resolveOptionalService(IInstanceKernels);
        if (kernels) {
          const { RunningKernels } = await import('../views/around');
          section.fill(new RunningKernels(smext, kernels));
        }
      });
    }
  }
};

export default [kernels, plugin];
