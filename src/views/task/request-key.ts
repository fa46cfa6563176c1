import { UUID } from '@lumino/coreutils';
import * as React from 'react';

/**
 * The keys of what a form sends.
 */
export interface IRequestKey {
  /**
   * The key of a request: the same as before while the request is the same. Sent again after an
   * answer that was lost, it is then what was begun already, and not begun twice.
   */
  of(request: object): string;

  /** Take the same request for another one from now on. */
  renew(): void;
}

/**
 * The keys of what a form sends, as long as it is there.
 */
export function useRequestKey(): IRequestKey {
  return React.useState(() => {
    let last: { what: string; key: string } | null = null;
    return {
      of: (request: object) => {
        const what = JSON.stringify(request);
        if (last?.what !== what) {
          last = { what, key: UUID.uuid4() };
        }
        return last.key;
      },
      renew: () => {
        last = null;
      }
    };
  })[0];
}
