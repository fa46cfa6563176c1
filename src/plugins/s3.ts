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
import { UUID } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

import { CommandIDs, describedBy } from '../commands';
import { ISmextLoader } from '../tokens';
import type { S3Model } from '../views/objects/s3-model';

/** `?smext-s3=CONNECTION/REGION/URI`, each part percent-encoded. */
const QUERY = 'smext-s3';
const ROUTE = 'smext:route-s3';

/** What a tab shows, and the arguments of its command: by default the chosen connection's buckets. */
interface IShown {
  readonly connection?: string;
  readonly region?: string;
  readonly uri?: string;
}

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
    const { commands, shell } = app;
    const { trans } = loader;
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyter_smext-s3'
    });
    const models = new WeakMap<Widget, S3Model>();
    // A widget of the tracker has its model before it is there.
    const shownBy = (widget: Widget) => {
      const { place, uri } = models.get(widget)!;
      return { connection: place.connection, region: place.region, uri };
    };

    const open = async (asked: IShown): Promise<void> => {
      const [smext, { createS3Tab }] = await Promise.all([
        loader.load(),
        import('../views/objects/tab')
      ]);
      const chosen = await smext.store.chosen();
      const shown = {
        connection: asked.connection ?? chosen.connection ?? 'local',
        region: asked.region ?? chosen.regions[0] ?? 'us-east-1',
        uri: asked.uri || 's3://'
      };
      const wanted = nameOf(shown);
      let main = tracker.find(widget => nameOf(shownBy(widget)) === wanted);
      if (!main) {
        const { connection, region, uri } = shown;
        const made = createS3Tab({ connection, region }, smext);
        main = made.main;
        main.id = `jupyter-smext-s3-${UUID.uuid4()}`;
        models.set(main, made.model);
        // It is there from here on, so that a double click finds it.
        const opened = made.model.open(uri);
        shell.add(main, 'main', { type: 'SageMaker S3' });
        await tracker.add(main);
        shell.activateById(main.id);
        await opened;
        let before = shown;
        const moved = () => {
          const now = shownBy(made.main);
          follow(before, now);
          before = now;
          return tracker.save(made.main);
        };
        made.model.changed.connect(() => void moved());
        await moved();
        return;
      }
      shell.activateById(main.id);
    };

    commands.addCommand(CommandIDs.openS3, {
      label: trans.__('Browse S3'),
      caption: trans.__('Buckets, folders, and what their objects hold'),
      describedBy: describedBy(CommandIDs.openS3),
      execute: args => open(args)
    });
    palette?.addItem({
      command: CommandIDs.openS3,
      category: trans.__('SageMaker')
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openS3,
        args: shownBy,
        name: widget => nameOf(shownBy(widget))
      });
    }

    if (router) {
      commands.addCommand(ROUTE, {
        label: trans.__('Open the Place in S3 in the Address'),
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

/** What the address names; the buckets where that is not whole. */
function fromQuery(search: string): IShown {
  const text = new URLSearchParams(search).get(QUERY) ?? '';
  const found = /^([^/]+)\/([^/]+)\/(.+)$/s.exec(text);
  return found
    ? {
        connection: decodeURIComponent(found[1]),
        region: decodeURIComponent(found[2]),
        // A URI has slashes and may have any sign; it is encoded or not.
        uri: found[3].startsWith('s3://')
          ? found[3]
          : decodeURIComponent(found[3])
      }
    : {};
}

/** Let an address that names where a tab was lead to where it is now. */
function follow(before: Required<IShown>, now: Required<IShown>): void {
  const address = new URL(window.location.href);
  const { connection, region, uri } = fromQuery(address.search);
  if (
    connection === before.connection &&
    region === before.region &&
    uri === before.uri &&
    uri !== now.uri
  ) {
    address.searchParams.set(QUERY, nameOf(now));
    window.history.replaceState(window.history.state, '', address);
  }
}

function nameOf({ connection, region, uri }: Required<IShown>): string {
  return [connection, region, uri].map(encodeURIComponent).join('/');
}

export default plugin;
