import {
  ILayoutRestorer,
  IRouter,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { ARGUMENTS, CommandIDs } from '../commands';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the tab's icon
import { chipIcon } from '../components/icons';
import { IResourceId, ISmext } from '../tokens';

/** `?smext-resource=CONNECTION/REGION/KIND/ID`, each part percent-encoded. */
const QUERY = 'smext-resource';
const ROUTE = 'smext:route-resource';

const Overview = React.lazy(() => import('../views/resource/overview'));
const Definition = React.lazy(() => import('../views/resource/definition'));

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:resource',
  description: 'SageMaker resources as tabs of the main area.',
  autoStart: true,
  requires: [ISmext],
  optional: [ILayoutRestorer, IRouter],
  activate: (
    app: JupyterFrontEnd,
    smext: ISmext,
    restorer: ILayoutRestorer | null,
    router: IRouter | null
  ): void => {
    const { commands, serviceManager, shell } = app;
    const { api, store, trans, views } = smext;
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyter_smext-resource'
    });
    const resources = new WeakMap<Widget, IResourceId>();

    views.add({
      id: 'overview',
      label: trans.__('Overview'),
      rank: 0,
      render: props => <Overview {...props} />
    });
    views.add({
      id: 'definition',
      label: trans.__('Definition'),
      rank: 900,
      render: props => <Definition {...props} />
    });

    const open = async (resource: IResourceId): Promise<void> => {
      const id = widgetId(resource);
      const isOpen = () =>
        tracker.find(widget => widget.id === id) !== undefined;
      if (isOpen()) {
        shell.activateById(id);
        return;
      }
      const { createResourceView, nameOf, ResourceModel } =
        await import('../views/resource');
      // A double click asks twice before the first one has its views.
      if (isOpen()) {
        shell.activateById(id);
        return;
      }
      const model = new ResourceModel({
        api,
        id: resource,
        stream: serviceManager.events.stream,
        isHidden: () => !main.isVisible
      });
      const content = createResourceView(model, smext);
      const main = new MainAreaWidget({ content });
      main.id = id;
      main.addClass('jp-smext-resource');
      // What can be done stands beside the name.
      main.toolbar.hide();
      main.title.label = nameOf(resource.id);
      main.title.icon = chipIcon;
      main.title.closable = true;
      resources.set(main, resource);
      const name = () => {
        const row = model.resource?.row;
        main.title.label = row?.name ?? nameOf(resource.id);
        main.title.caption = row?.arn ?? `${resource.kind} ${resource.id}`;
      };
      model.changed.connect(name);
      name();
      // The kinds are the store's; its regions are also what the server watches.
      const holder = store.acquire();
      main.disposed.connect(() => {
        holder.dispose();
        model.dispose();
      });
      shell.add(main, 'main', { type: 'SageMaker Resource' });
      await tracker.add(main);
      shell.activateById(id);
      model.start();
    };

    commands.addCommand(CommandIDs.openResource, {
      label: trans.__('Open SageMaker Resource'),
      describedBy: { args: ARGUMENTS[CommandIDs.openResource] },
      execute: args => open(args as unknown as IResourceId)
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openResource,
        args: widget => ({ ...resources.get(widget) }),
        name: widget => widget.id
      });
    }

    if (router) {
      commands.addCommand(ROUTE, {
        label: trans.__('Open the SageMaker Resource in the Address'),
        describedBy: {
          args: {
            type: 'object',
            properties: { search: { type: 'string' } },
            required: ['search']
          }
        },
        execute: async args => {
          const resource = fromQuery((args as unknown as Location).search);
          if (resource) {
            await app.restored;
            await open(resource);
          }
        }
      });
      router.register({
        command: ROUTE,
        pattern: new RegExp(`[?&]${QUERY}=`)
      });
    }
  }
};

function fromQuery(search: string): IResourceId | null {
  const parts = new URLSearchParams(search).get(QUERY)?.split('/') ?? [];
  if (parts.length !== 4 || parts.includes('')) {
    return null;
  }
  const [connection, region, kind, id] = parts.map(decodeURIComponent);
  return { connection, region, kind, id };
}

function widgetId(resource: IResourceId): string {
  const { connection, region, kind, id } = resource;
  return ['jupyter-smext', connection, region, kind, id]
    .map(encodeURIComponent)
    .join('/');
}

export default plugin;
