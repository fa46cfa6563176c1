import { NotebookPanel } from '@jupyterlab/notebook';
import * as React from 'react';

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
 * Render again whenever something of the kernels changes.
 */
export function useComputes(computes: SessionComputes): void {
  const [, render] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    computes.changed.connect(render);
    render();
    return () => {
      computes.changed.disconnect(render);
    };
  }, [computes]);
}

/**
 * {@link knownOf}, with a new rendering whenever it changes.
 */
export function useNotebook(
  panel: NotebookPanel,
  computes: SessionComputes
): IKnown {
  const [, render] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const { context, sessionContext } = panel;
    const signals = [
      computes.changed,
      sessionContext.sessionChanged,
      sessionContext.kernelChanged,
      context.pathChanged
    ];
    signals.forEach(signal => signal.connect(render));
    // It may have changed between the first rendering and this.
    render();
    return () => {
      signals.forEach(signal => signal.disconnect(render));
    };
  }, [panel, computes]);
  return knownOf(panel, computes);
}
