import { NotebookPanel } from '@jupyterlab/notebook';

import { useChanges } from '../../hooks';
import { ISessionCompute, ISwitch } from '../../protocol';
import { SessionComputes } from '../../store/session-computes';

/**
 * What is known of a notebook's kernel.
 */
export interface IKnown {
  readonly session: ISessionCompute | null;
  readonly task: ISwitch | null;
}

/**
 * What is known of a notebook's kernel at this moment.
 */
export function knownOf(
  panel: NotebookPanel,
  computes: SessionComputes
): IKnown {
  const id = panel.sessionContext.session?.id;
  return {
    session: computes.ofSession(id),
    task: computes.switchOf(id, panel.context.path)
  };
}

/**
 * {@link knownOf}, with a new rendering whenever it changes.
 */
export function useNotebook(
  panel: NotebookPanel,
  computes: SessionComputes
): IKnown {
  const { context, sessionContext } = panel;
  useChanges(
    computes.changed,
    sessionContext.sessionChanged,
    sessionContext.kernelChanged,
    context.pathChanged
  );
  return knownOf(panel, computes);
}
