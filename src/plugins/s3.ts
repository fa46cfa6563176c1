import {
  ILayoutRestorer,
  IRouter,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';

import { CommandIDs, describedBy } from '../commands';
import { ISmextLoader } from '../tokens';
import type { S3Tabs } from '../views/objects/tabs';
import { followAddress } from './address';

/** `?smext-s3=CONNECTION/REGION/URI`, each part percent-encoded. */
const QUERY = 'smext-s3';

/**
 * S3 as tabs of the main area: folders, and what their objects hold.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:s3',
  description: 'S3 as tabs of the main area.',
  autoStart: true,
  requires: [ISmextLoader],
  optional: [ILayoutRestorer, IRouter, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    restorer: ILayoutRestorer | null,
    router: IRouter | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands } = app;
    const { trans } = loader;
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyter_smext-s3'
    });
    let tabs: S3Tabs | null = null;
    const load = async (): Promise<S3Tabs> => {
      const [smext, { S3Tabs }] = await Promise.all([
        loader.load(),
        import('../views/objects/tabs')
      ]);
      return (tabs ??= new S3Tabs(app.shell, tracker, smext));
    };

    commands.addCommand(CommandIDs.openS3, {
      label: trans.__('Browse S3'),
      caption: trans.__('Buckets, folders, and what their objects hold'),
      describedBy: describedBy(CommandIDs.openS3),
      execute: async args => (await load()).open(args)
    });
    palette?.addItem({
      command: CommandIDs.openS3,
      category: trans.__('SageMaker')
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openS3,
        // What is in the tracker was put there by them.
        args: widget => ({ ...tabs?.shownBy(widget), tab: widget.id }),
        name: widget => widget.id
      });
    }

    followAddress(app, router, {
      query: QUERY,
      label: trans.__('Open the Place in S3 in the Address'),
      open: async search => (await load()).openAddress(search)
    });
  }
};

export default plugin;
