import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ReactWidget } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { IDisposable } from '@lumino/disposable';
import { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { IInstanceKernels, ISmext } from '../../tokens';
import { Panel } from './panel';
import { Preferences } from './preferences';

import '../../../style/shared.css';
import '../../../style/panel.css';

/**
 * The panel's contents. While they can be seen, and only then, the inventory is kept current.
 */
class PanelContent extends ReactWidget {
  constructor(
    private readonly _smext: ISmext,
    settings: ISettingRegistry.ISettings | null,
    private readonly _commands: CommandRegistry,
    private readonly _kernels: IInstanceKernels | null
  ) {
    super();
    this.addClass('jp-smext-content');
    this._preferences = new Preferences(settings);
  }

  override dispose(): void {
    this._hold?.dispose();
    this._preferences.dispose();
    super.dispose();
  }

  protected override render(): React.ReactElement {
    return (
      <Panel
        smext={this._smext}
        preferences={this._preferences}
        commands={this._commands}
        kernels={this._kernels}
      />
    );
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    const first =
      this.node.querySelector<HTMLElement>('[role="row"][tabindex="0"]') ??
      this.node.querySelector<HTMLElement>('.jp-mod-accept, button');
    first?.focus();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._look();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._look();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._look();
  }

  protected override onBeforeDetach(message: Message): void {
    this._hold?.dispose();
    this._hold = null;
    super.onBeforeDetach(message);
  }

  private _look(): void {
    if (this.isVisible) {
      this._hold ??= this._smext.store.acquire();
    } else {
      this._hold?.dispose();
      this._hold = null;
    }
  }

  private _hold: IDisposable | null = null;
  private _preferences: Preferences;
}

/**
 * The panel's contents, made when it is first shown.
 */
export function createPanel(
  smext: ISmext,
  settings: ISettingRegistry.ISettings | null,
  commands: CommandRegistry,
  kernels: IInstanceKernels | null
): Widget {
  return new PanelContent(smext, settings, commands, kernels);
}
