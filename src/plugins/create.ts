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
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ReadonlyPartialJSONObject, UUID } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

import { CommandIDs, describedBy } from '../commands';
import { IResourceId, ISmextLoader } from '../tokens';
import type { CreateModel, ICreateTarget } from '../views/create/model';
import { followAddress } from './address';

/**
 * `?smext-create`, with what is created `=WHAT`, with where `=CONNECTION/REGION/WHAT`, each part
 * percent-encoded: a kind, or an operation of AWS. `&smext-clone=KIND/ID` begins with a resource's
 * parameters.
 */
const QUERY = 'smext-create';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:create',
  description: 'New SageMaker resources as tabs of the main area.',
  autoStart: true,
  requires: [ISmextLoader],
  optional: [ILayoutRestorer, IRouter, IDefaultFileBrowser, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    restorer: ILayoutRestorer | null,
    router: IRouter | null,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands, serviceManager, shell } = app;
    const { trans } = loader;
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyter_smext-create'
    });
    const models = new WeakMap<Widget, CreateModel>();

    const open = async (target: ICreateTarget): Promise<void> => {
      const [smext, { createCreateTab }] = await Promise.all([
        loader.load(),
        import('../views/create/tab')
      ]);
      const same = JSON.stringify(target);
      let main = tracker.find(
        widget => JSON.stringify(models.get(widget)?.target) === same
      );
      if (!main) {
        const made = createCreateTab({
          target,
          smext,
          stream: serviceManager.events.stream,
          browser
        });
        main = made.main;
        main.id = `jupyter-smext-create-${UUID.uuid4()}`;
        models.set(main, made.model);
        shell.add(main, 'main', { type: 'SageMaker Creation' });
        await tracker.add(main);
        made.model.changed.connect(() => void tracker.save(made.main));
      } else if (!main.isAttached) {
        // One that was opened just before the page was closed is remembered, and has no place.
        shell.add(main, 'main', { type: 'SageMaker Creation' });
      }
      shell.activateById(main.id);
    };

    commands.addCommand(CommandIDs.openCreation, {
      label: trans.__('Open the Form of a SageMaker Resource'),
      describedBy: describedBy(CommandIDs.openCreation),
      execute: args => open(args as ICreateTarget)
    });

    /** The resource whose tab is shown. */
    const shown = () => resourceOf(shell.currentWidget?.id ?? '');
    commands.addCommand(CommandIDs.clone, {
      label: trans.__('Clone the SageMaker Resource…'),
      caption: trans.__('Create another one like that of the current tab'),
      describedBy: describedBy(CommandIDs.clone),
      isEnabled: () => shown() !== null,
      execute: () =>
        commands.execute(CommandIDs.create, { clone: { ...shown() } })
    });
    palette?.addItem({
      command: CommandIDs.clone,
      category: trans.__('SageMaker')
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openCreation,
        args: widget => models.get(widget)!.target as ReadonlyPartialJSONObject,
        // What is restored is found again by its name: the id is made anew.
        name: widget => JSON.stringify(models.get(widget)!.target)
      });
    }

    followAddress(app, router, {
      query: QUERY,
      label: trans.__('Open the Form that the Address Names'),
      open: search => open(fromQuery(search))
    });
  }
};

function fromQuery(search: string): ICreateTarget {
  const query = new URLSearchParams(search);
  const parts = (name: string) =>
    (query.get(name) ?? '').split('/').map(decodeURIComponent);
  const all = parts(QUERY);
  const [what, region, connection] = all.reverse();
  const [kind, id] = parts('smext-clone');
  return {
    ...(connection && region ? { connection, region } : {}),
    ...(!what
      ? {}
      : /^[A-Z]/.test(what)
        ? { operation: what }
        : { kind: what }),
    ...(connection && region && id
      ? { clone: { connection, region, kind, id } }
      : {})
  };
}

/** What a resource's tab is of, by the tab's own id; null for any other. */
function resourceOf(tab: string): IResourceId | null {
  const [own, ...names] = tab.split('/');
  if (own !== 'jupyter-smext' || names.length !== 4) {
    return null;
  }
  const [connection, region, kind, id] = names.map(decodeURIComponent);
  return { connection, region, kind, id };
}

export default plugin;
