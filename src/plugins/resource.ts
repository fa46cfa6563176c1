import {
  ILayoutRestorer,
  IRouter,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  MainAreaWidget,
  Notification,
  WidgetTracker
} from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { CommandIDs, describedBy } from '../commands';
import { IResourceId, ISmextLoader } from '../tokens';
import type { ResourceModel } from '../views/resource';
import { followAddress } from './address';

/**
 * `?smext-resource=CONNECTION/REGION/KIND/ID`, each part percent-encoded, and where it is not the
 * first view `&smext-view=` and `&smext-place=`: what `linkOf` writes.
 */
const QUERY = 'smext-resource';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:resource',
  description: 'SageMaker resources as tabs of the main area.',
  autoStart: true,
  requires: [ISmextLoader],
  optional: [ILayoutRestorer, IRouter],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    restorer: ILayoutRestorer | null,
    router: IRouter | null
  ): void => {
    const { commands, serviceManager, shell } = app;
    const { trans } = loader;
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyter_smext-resource'
    });
    const resources = new WeakMap<Widget, IResourceId>();
    const models = new WeakMap<Widget, ResourceModel>();

    const open = async (
      resource: IResourceId,
      view?: string,
      place?: string
    ): Promise<void> => {
      const id = widgetId(resource);
      const isOpen = () => {
        const widget = tracker.find(widget => widget.id === id);
        if (widget && view !== undefined) {
          models.get(widget)?.choose(view, place);
        }
        return widget !== undefined;
      };
      if (isOpen()) {
        shell.activateById(id);
        return;
      }
      const [smext, { createResourceTab }] = await Promise.all([
        loader.load(),
        import('../views/resource/tab')
      ]);
      // A double click asks twice before the first one has its views.
      if (isOpen()) {
        shell.activateById(id);
        return;
      }
      const { main, model } = createResourceTab(
        resource,
        smext,
        serviceManager.events.stream
      );
      if (view !== undefined) {
        model.choose(view, place);
      }
      main.id = id;
      resources.set(main, resource);
      models.set(main, model);
      shell.add(main, 'main', { type: 'SageMaker Resource' });
      await tracker.add(main);
      model.moved.connect(() => {
        void tracker.save(main);
        follow(resource, model);
      });
      shell.activateById(id);
      model.start();
    };

    commands.addCommand(CommandIDs.openResource, {
      label: trans.__('Open SageMaker Resource'),
      describedBy: describedBy(CommandIDs.openResource),
      execute: args => {
        const { view, place, ...resource } = args;
        return open(
          resource as unknown as IResourceId,
          typeof view === 'string' ? view : undefined,
          typeof place === 'string' ? place : undefined
        );
      }
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openResource,
        args: widget => {
          const model = models.get(widget);
          const view = model?.view ?? null;
          return {
            ...resources.get(widget),
            ...(view === null ? {} : { view, place: model?.place(view) })
          };
        },
        name: widget => widget.id
      });
    }

    followAddress(app, router, {
      query: QUERY,
      label: trans.__('Open the SageMaker Resource in the Address'),
      open: async search => {
        const query = new URLSearchParams(search);
        const resource = fromQuery(query);
        if (resource) {
          await open(
            resource,
            query.get('smext-view') ?? undefined,
            query.get('smext-place') ?? undefined
          );
        } else {
          Notification.error(
            trans.__(
              'The address names no SageMaker resource. One is CONNECTION/REGION/KIND/ID, as “Copy link” of its tab has it.'
            )
          );
        }
      }
    });
  }
};

function fromQuery(query: URLSearchParams): IResourceId | null {
  const parts = query.get(QUERY)?.split('/') ?? [];
  if (parts.length !== 4 || parts.includes('')) {
    return null;
  }
  const [connection, region, kind, id] = parts.map(decodeURIComponent);
  return { connection, region, kind, id };
}

/** Let an address that names the resource lead to where one is in it now. */
function follow(resource: IResourceId, model: ResourceModel): void {
  const address = new URL(window.location.href);
  const query = address.searchParams;
  const named = fromQuery(query);
  if (model.view && named && widgetId(named) === widgetId(resource)) {
    query.set('smext-view', model.view);
    query.set('smext-place', model.place(model.view));
    window.history.replaceState(window.history.state, '', address);
  }
}

function widgetId(resource: IResourceId): string {
  const { connection, region, kind, id } = resource;
  return ['jupyter-smext', connection, region, kind, id]
    .map(encodeURIComponent)
    .join('/');
}

export default plugin;
