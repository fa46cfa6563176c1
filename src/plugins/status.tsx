import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { CommandIDs } from '../commands';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- shown from the start
import { burnWords } from '../components/burn';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- shown from the start
import { chipIcon } from '../components/icons';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- loaded with the token
import { IInventoryView, LOCAL } from '../store';
import { ISmext } from '../tokens';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:status',
  description: 'What runs on SageMaker, in the status bar.',
  autoStart: true,
  requires: [ISmext, IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    smext: ISmext,
    statusBar: IStatusBar
  ): void => {
    const item = new StatusItem(smext, () =>
      app.commands.execute(CommandIDs.openPanel)
    );
    statusBar.registerStatusItem(plugin.id, {
      item,
      align: 'right',
      rank: 40
    });
  }
};

/**
 * `research · us-east-1  7 running  $7.09/h`; only the product's name until it is used.
 */
export class StatusItem extends ReactWidget {
  constructor(
    private readonly _smext: ISmext,
    private readonly _open: () => Promise<unknown>
  ) {
    super();
    this.addClass('jp-smext-status');
    // Nothing is read for the item alone: it says what others have read.
    _smext.store.changed.connect(this._onChanged, this);
  }

  override dispose(): void {
    this._smext.store.changed.disconnect(this._onChanged, this);
    super.dispose();
  }

  override render(): React.ReactElement {
    const { trans } = this._smext;
    const text = this._text();
    return (
      <button
        type="button"
        className="jp-smext-compute"
        aria-label={
          text.length
            ? trans.__('SageMaker: %1. Open the panel', text.join(', '))
            : trans.__('SageMaker. Open the panel')
        }
        title={trans.__('Open the SageMaker panel')}
        onClick={() => void this._open()}
      >
        <chipIcon.react tag="span" className="jp-smext-icon" />
        {text.length ? (
          text.map((part, index) => <span key={index}>{part}</span>)
        ) : (
          <span>{trans.__('SageMaker')}</span>
        )}
      </button>
    );
  }

  private _text(): string[] {
    const { store, trans } = this._smext;
    const view = store.view;
    if (view.connection === null || !view.regions.some(one => one.answered)) {
      return [];
    }
    const connection =
      view.connection === LOCAL
        ? trans.__('Local engine')
        : (store.connections?.find(one => one.id === view.connection)?.label ??
          view.connection);
    const where = `${connection} · ${this._regions(view)}`;
    return view.readAt === null
      ? [where]
      : [
          where,
          trans._n('%1 running', '%1 running', view.running.length),
          ...(view.running.length ? [burnWords(view.burn, trans) ?? ''] : []),
          ...(view.problem ? [trans.__('not current')] : [])
        ].filter(Boolean);
  }

  private _regions(view: IInventoryView): string {
    const [first] = view.regions;
    return view.regions.length === 1
      ? first.region
      : this._smext.trans._n('%1 region', '%1 regions', view.regions.length);
  }

  private _onChanged(): void {
    // The store tells of every answer; the bar is drawn when its words change.
    const text = this._text().join('\n');
    if (text !== this._drawn) {
      this._drawn = text;
      this.update();
    }
  }

  private _drawn = '';
}

export default plugin;
