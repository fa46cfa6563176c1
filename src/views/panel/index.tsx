import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ReactWidget } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { ISmext } from '../../tokens';

/**
 * The panel's contents.
 */
export function createPanel(
  smext: ISmext,
  settings: ISettingRegistry.ISettings | null,
  commands: CommandRegistry
): Widget {
  return ReactWidget.create(<div className="jp-smext-panel" />);
}
