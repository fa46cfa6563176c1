import * as React from 'react';

import { IResourceId, ISmext } from '../../tokens';
import { openModal } from '../modal';
import { UpdateDialog } from './update-dialog';

import '../../../style/shared.css';
import '../../../style/dialogs.css';

const TITLE = 'jp-smext-create-title';

/**
 * Ask for the parameters of a verb that changes a resource, and do it.
 */
export async function openUpdate(
  smext: ISmext,
  target: IResourceId,
  operation: string
): Promise<void> {
  const holder = smext.store.acquire();
  const done = await openModal<boolean>({
    api: smext.api,
    role: 'dialog',
    className: 'jp-smext-create',
    labelledBy: TITLE,
    dismissed: false,
    render: ({ close }) => (
      <UpdateDialog
        smext={smext}
        target={target}
        operation={operation}
        titleId={TITLE}
        onClose={close}
      />
    )
  });
  if (done) {
    await smext.store.refetch();
  }
  holder.dispose();
}
