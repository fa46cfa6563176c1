import { JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { CommandIDs } from '../../commands';
import { jumpStartIcon } from '../../components/icons';
import { useStore } from '../../hooks';
import { IModelId, ISmext, PANEL_ID } from '../../tokens';
import { Catalogue } from './catalogue/catalogue';
import { createMarkdown } from './model/markdown';
import { ModelPage } from './model/page';

import '../../../style/shared.css';
import '../../../style/dialogs.css';
import '../../../style/resource.css';
import '../../../style/jumpstart.css';

/**
 * The tab of the catalogue.
 */
export function createCatalogueTab(
  smext: ISmext,
  app: JupyterFrontEnd
): MainAreaWidget {
  const { trans } = smext;
  const main = tabOf(
    smext,
    new JumpStartContent(
      () => (
        <JumpStart
          smext={smext}
          openPanel={() => app.shell.activateById(PANEL_ID)}
          openModel={model => openModel(app, model)}
        />
      ),
      '[role=searchbox]'
    )
  );
  main.title.label = trans.__('JumpStart');
  main.title.caption = trans.__('The models of SageMaker JumpStart');
  return main;
}

/**
 * The tab of a model.
 */
export function createModelTab(
  model: IModelId,
  smext: ISmext,
  app: JupyterFrontEnd
): MainAreaWidget {
  const markdown = createMarkdown(app);
  const main = tabOf(
    smext,
    new JumpStartContent(
      () => (
        <ModelPage
          id={model}
          smext={smext}
          markdown={markdown}
          openModel={other => openModel(app, other)}
        />
      ),
      'button, a'
    )
  );
  main.title.label = model.id;
  main.title.caption = smext.trans.__(
    '%1, version %2',
    model.id,
    model.version
  );
  return main;
}

function openModel(app: JupyterFrontEnd, model: IModelId): void {
  void app.commands.execute(CommandIDs.openJumpStart, { ...model });
}

function tabOf(smext: ISmext, content: Widget): MainAreaWidget {
  const main = new MainAreaWidget({ content });
  main.toolbar.hide();
  main.title.icon = jumpStartIcon;
  main.title.closable = true;
  // What can be done depends on the connection, which the store reads.
  const holder = smext.store.acquire();
  main.disposed.connect(() => holder.dispose());
  return main;
}

class JumpStartContent extends ReactWidget {
  constructor(
    private readonly _draw: () => React.ReactElement,
    private readonly _first: string
  ) {
    super();
    this.node.tabIndex = -1;
  }

  protected override render(): React.ReactElement {
    return this._draw();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    if (!this.node.contains(document.activeElement)) {
      (this.node.querySelector<HTMLElement>(this._first) ?? this.node).focus();
    }
  }
}

/**
 * What JumpStart offers through the chosen connection.
 */
export function JumpStart(props: {
  smext: ISmext;
  openPanel: () => void;
  openModel: (model: IModelId) => void;
}): React.ReactElement {
  const { smext, openPanel, openModel } = props;
  const { store, trans } = smext;
  const { connection } = useStore(store);
  const [chosen, setRegion] = React.useState<string | null>(null);
  const region =
    chosen !== null && store.regions.includes(chosen)
      ? chosen
      : store.regions[0];
  return (
    <div className="jp-smext-page jp-smext-jumpstart">
      <h1 className="jp-smext-sr">{trans.__('JumpStart')}</h1>
      {connection === null || !region ? (
        <div className="jp-smext-page-alone">
          <p>
            {trans.__(
              'Models are read and deployed through a connection: an AWS profile, or the local engine on this machine.'
            )}
          </p>
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            onClick={openPanel}
          >
            {trans.__('Choose a connection')}
          </button>
        </div>
      ) : (
        <Catalogue
          key={`${connection} ${region}`}
          smext={smext}
          connection={connection}
          region={region}
          onRegion={setRegion}
          onOpen={({ model }) =>
            openModel({
              connection,
              region,
              hub: model.hub,
              id: model.id,
              version: model.version
            })
          }
        />
      )}
    </div>
  );
}
