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
import { ILauncher } from '@jupyterlab/launcher';
import { Widget } from '@lumino/widgets';

import { CommandIDs, describedBy } from '../commands';

import { jumpStartIcon } from '../components/start-icons';
import { IModelId, ISmextLoader } from '../tokens';
import { FollowedIds } from './followed-ids';

/** `?smext-jumpstart`, for a model `=CONNECTION/REGION/HUB/ID/VERSION`, each percent-encoded. */
const QUERY = 'smext-jumpstart';
const ROUTE = 'smext:route-jumpstart';

const followed = new FollowedIds('jupyter_smext:launches');

/** Stands in the address for the hub of a model that is in none, as in the server's routes. */
const NO_HUB = '-';

/**
 * JumpStart's catalogue and the pages of its models, as tabs of the main area. Nothing is loaded
 * or asked before the first one is opened.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:jumpstart',
  description: "JumpStart's models as tabs of the main area.",
  autoStart: true,
  requires: [ISmextLoader],
  optional: [
    ILayoutRestorer,
    IRouter,
    ILauncher,
    ICommandPalette,
    IDefaultFileBrowser
  ],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    restorer: ILayoutRestorer | null,
    router: IRouter | null,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    browser: IDefaultFileBrowser | null
  ): void => {
    const { commands, shell } = app;
    const { trans } = loader;
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyter_smext-jumpstart'
    });
    const models = new WeakMap<Widget, IModelId>();

    let jumpStart: ReturnType<typeof load> | null = null;
    const load = async () => {
      const [smext, { JumpStartTabs }] = await Promise.all([
        loader.load(),
        import('../views/jumpstart')
      ]);
      return new JumpStartTabs({
        app,
        smext,
        browser,
        remember: ids => followed.save(ids)
      });
    };

    const remembered = followed.load();
    if (remembered.length) {
      void app.restored.then(async () => {
        jumpStart ??= load();
        const { launches } = await jumpStart;
        await launches.resume(remembered);
      });
    }

    const open = async (model: IModelId | null): Promise<void> => {
      const id = widgetId(model);
      const isOpen = () =>
        tracker.find(widget => widget.id === id) !== undefined;
      if (!isOpen()) {
        jumpStart ??= load();
        const tabs = await jumpStart;
        // A double click asks twice before the first one has its views.
        if (!isOpen()) {
          const main = model ? tabs.model(model) : tabs.catalogue();
          main.id = id;
          if (model) {
            models.set(main, model);
          }
          shell.add(main, 'main', { type: 'SageMaker JumpStart' });
          await tracker.add(main);
        }
      }
      shell.activateById(id);
    };

    commands.addCommand(CommandIDs.openJumpStart, {
      label: args =>
        args.isLauncher ? trans.__('JumpStart') : trans.__('Open JumpStart'),
      icon: args => (args.isLauncher ? jumpStartIcon : undefined),
      caption: trans.__(
        'Models to deploy, to try and to train on data of your own'
      ),
      describedBy: describedBy(CommandIDs.openJumpStart),
      execute: args =>
        open(typeof args.id === 'string' ? (args as unknown as IModelId) : null)
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openJumpStart,
        args: widget => ({ ...models.get(widget) }),
        name: widget => widget.id
      });
    }

    const category = trans.__('SageMaker');
    launcher?.add({
      command: CommandIDs.openJumpStart,
      args: { isLauncher: true },
      category,
      rank: 2
    });
    palette?.addItem({ command: CommandIDs.openJumpStart, category });

    if (router) {
      commands.addCommand(ROUTE, {
        label: trans.__('Open the JumpStart Model in the Address'),
        describedBy: {
          args: {
            type: 'object',
            properties: { search: { type: 'string' } },
            required: ['search']
          }
        },
        execute: async args => {
          await app.restored;
          await open(fromQuery((args as unknown as Location).search));
        }
      });
      router.register({
        command: ROUTE,
        pattern: new RegExp(`[?&]${QUERY}(=|&|$)`)
      });
    }
  }
};

/** The model in the address; null for the catalogue, also where the model is not whole. */
function fromQuery(search: string): IModelId | null {
  const parts = new URLSearchParams(search).get(QUERY)?.split('/') ?? [];
  if (parts.length !== 5 || parts.includes('')) {
    return null;
  }
  const [connection, region, hub, id, version] = parts.map(decodeURIComponent);
  return { connection, region, hub: hub === NO_HUB ? null : hub, id, version };
}

function widgetId(model: IModelId | null): string {
  if (!model) {
    return 'jupyter-smext-jumpstart';
  }
  const { connection, region, hub, id, version } = model;
  return ['jupyter-smext-model', connection, region, hub ?? NO_HUB, id, version]
    .map(encodeURIComponent)
    .join('/');
}

export default plugin;
