import * as React from 'react';

import { IResourceId, ISmext } from '../../tokens';
import { openModal } from '../modal';
import { CreateDialog, UpdateDialog } from './dialog';

import '../../../style/shared.css';
import '../../../style/dialogs.css';

const TITLE = 'jp-smext-create-title';

/**
 * Ask what to create, and with which parameters; then open what was made.
 */
export async function openCreate(smext: ISmext, kind?: string): Promise<void> {
  const holder = smext.store.acquire();
  const made = await openModal<IResourceId | null>({
    role: 'dialog',
    className: 'jp-smext-create',
    labelledBy: TITLE,
    dismissed: null,
    render: ({ close }) => (
      <CreateDialog smext={smext} kind={kind} titleId={TITLE} onClose={close} />
    )
  });
  if (made) {
    await smext.store.refetch();
    smext.openResource(made);
  }
  holder.dispose();
}

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
