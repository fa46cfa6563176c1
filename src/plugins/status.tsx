import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { CommandIDs } from '../commands';

import { chipIcon } from '../components/start-icons';
import { ISmext, ISmextLoader } from '../tokens';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:status',
  description: 'What runs on SageMaker, in the status bar.',
  autoStart: true,
  requires: [ISmextLoader, IStatusBar],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    statusBar: IStatusBar
  ): void => {
    const item = new StatusItem(loader, () =>
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
    private readonly _loader: ISmextLoader,
    private readonly _open: () => Promise<unknown>
  ) {
    super();
    this.addClass('jp-smext-status');
    // Nothing is loaded or read for the item alone: it says what others have read.
    void _loader.loaded.then(smext => this._follow(smext));
  }

  override dispose(): void {
    Signal.clearData(this);
    super.dispose();
  }

  override render(): React.ReactElement {
    const { trans } = this._loader;
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

  private async _follow(smext: ISmext): Promise<void> {
    const { statusOf } = await import('../views/around');
    if (!this.isDisposed) {
      this._text = () => statusOf(smext);
      smext.store.changed.connect(this._onChanged, this);
      this._onChanged();
    }
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
  private _text: () => string[] = () => [];
}

export default plugin;
