import * as React from 'react';

import { problemOf } from '../../api';
import { IProblem } from '../../protocol';
import { whyNothing } from '../../store';
import { IViewProps } from '../../tokens';

/**
 * A change that is sent: once at a time, and what came of it.
 */
export interface IChange {
  readonly sending: boolean;
  readonly problem: IProblem | null;
  /** What was done, in words; empty before that. */
  readonly said: string;
  /** Send it; `said` once it is done. False: it was refused, or another one is on its way. */
  send(change: () => Promise<void>, said: string): Promise<boolean>;
  /** Nothing was sent, or it is of no interest any more. */
  clear(): void;
}

const NOTHING: Pick<IChange, 'sending' | 'problem' | 'said'> = {
  sending: false,
  problem: null,
  said: ''
};

/**
 * Send changes, one at a time.
 */
export function useChange(): IChange {
  const [state, setState] = React.useState(NOTHING);
  const sending = React.useRef(false);
  return {
    ...state,
    clear: () => setState(NOTHING),
    send: async (change, said) => {
      if (sending.current) {
        return false;
      }
      sending.current = true;
      setState({ ...NOTHING, sending: true });
      try {
        await change();
        setState({ ...NOTHING, said });
        return true;
      } catch (error) {
        setState({ ...NOTHING, problem: problemOf(error) });
        return false;
      } finally {
        sending.current = false;
      }
    }
  };
}

/**
 * Why nothing of a resource can be changed through its connection; null when it can.
 */
export function whyFixed(props: IViewProps): string | null {
  const { store, trans } = props.smext;
  return whyNothing(store.connectionOf(props.connection), null, trans);
}
