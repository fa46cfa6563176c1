import { MainAreaWidget } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { Event } from '@jupyterlab/services';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { plusIcon } from '../../components/icons';
import { PolicySource } from '../../components/policy';
import { ISmext } from '../../tokens';
import { browseSource } from './browse';
import { CreateModel, ICreateTarget } from './model';
import { CreatePage } from './page';

import '../../../style/shared.css';
import '../../../style/dialogs.css';
import '../../../style/resource.css';
import '../../../style/create.css';

/**
 * The tab of a new resource.
 */
export function createCreateTab(options: {
  target: ICreateTarget;
  smext: ISmext;
  stream: Event.Stream;
  browser: IDefaultFileBrowser | null;
}): { main: MainAreaWidget; model: CreateModel } {
  const { smext, target, stream, browser } = options;
  const { trans } = smext;
  const model = new CreateModel(target);
  const content = ReactWidget.create(
    <PolicySource.Provider value={smext.api}>
      <CreatePage
        smext={smext}
        stream={stream}
        model={model}
        browse={
          browser ? what => browseSource(browser, what, trans) : undefined
        }
        onDone={() => main.dispose()}
      />
    </PolicySource.Provider>
  );
  const main: MainAreaWidget = new MainAreaWidget({ content });
  main.addClass('jp-smext-resource');
  main.addClass('jp-smext-create-tab');
  main.toolbar.hide();
  main.title.icon = plusIcon;
  main.title.closable = true;
  const name = () => {
    const { kind, clone, layout, operation } = model.target;
    // A layout is called as what it creates.
    const id = kind ?? clone?.kind ?? layout ?? '';
    const label = smext.store.kinds.get(id)?.label;
    main.title.label = trans.__(
      'Create: %1',
      label ??
        layout ??
        operation?.replace(/^Create/, '') ??
        trans.__('resource')
    );
  };
  model.changed.connect(name);
  // What a kind is called is known once the kinds are.
  smext.store.changed.connect(name);
  name();
  const holder = smext.store.acquire();
  main.disposed.connect(() => {
    smext.store.changed.disconnect(name);
    holder.dispose();
    model.dispose();
  });
  return { main, model };
}
