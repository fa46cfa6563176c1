import * as React from 'react';

import { ISwitch } from '../../../protocol';
import { SessionComputes } from '../../../store/session-computes';
import { ISmext } from '../../../tokens';
import { openModal } from '../../modal';
import { INotebook } from '../notebook';
import { SelectInstance } from './dialog';
import { IPreset } from './offers';

import '../../../../style/shared.css';
import '../../../../style/dialogs.css';
import '../../../../style/switcher.css';

export { type IPreset } from './offers';

const TITLE = 'jp-smext-switcher-title';

/**
 * Ask where a notebook's kernel shall run, and begin the switch; null when it was dismissed.
 */
export async function selectInstance(
  smext: ISmext,
  computes: SessionComputes,
  notebook: INotebook,
  preset: IPreset = {}
): Promise<ISwitch | null> {
  const holder = smext.store.acquire();
  const made = await openModal<ISwitch | null>({
    api: smext.api,
    role: 'dialog',
    className: 'jp-smext-switcher',
    labelledBy: TITLE,
    dismissed: null,
    render: ({ close }) => (
      <SelectInstance
        smext={smext}
        computes={computes}
        notebook={notebook}
        preset={preset}
        titleId={TITLE}
        onClose={close}
      />
    )
  });
  holder.dispose();
  return made;
}
