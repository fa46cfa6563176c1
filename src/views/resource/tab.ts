import { MainAreaWidget } from '@jupyterlab/apputils';
import { Event } from '@jupyterlab/services';

import { createResourceView, nameOf, ResourceModel } from '.';
import { chipIcon } from '../../components/icons';
import { IResourceId, ISmext } from '../../tokens';

/**
 * A resource's tab, and what it shows: nothing is read before its `start`.
 */
export function createResourceTab(
  resource: IResourceId,
  smext: ISmext,
  stream: Event.Stream
): { main: MainAreaWidget; model: ResourceModel } {
  const model = new ResourceModel({
    api: smext.api,
    id: resource,
    stream,
    isHidden: () => !main.isVisible
  });
  const main: MainAreaWidget = new MainAreaWidget({
    content: createResourceView(model, smext)
  });
  main.addClass('jp-smext-resource');
  // What can be done stands beside the name.
  main.toolbar.hide();
  main.title.icon = chipIcon;
  main.title.closable = true;
  const name = () => {
    const row = model.resource?.row;
    main.title.label = row?.name ?? nameOf(resource.id);
    main.title.caption = row?.arn ?? `${resource.kind} ${resource.id}`;
  };
  model.changed.connect(name);
  name();
  // The kinds are the store's; its regions are also what the server watches.
  const holder = smext.store.acquire();
  main.disposed.connect(() => {
    holder.dispose();
    model.dispose();
  });
  return { main, model };
}
