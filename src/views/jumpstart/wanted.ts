import { ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';

/**
 * What pages are to show that was asked for elsewhere: each takes it once, also where it is opened
 * only then.
 */
export class Wanted<P, T> {
  constructor(private readonly _keyOf: (page: P) => string) {}

  /** Something is asked for. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Ask a page for something. */
  ask(page: P, what: T): void {
    this._asked.set(this._keyOf(page), what);
    this._changed.emit();
  }

  /** What a page was asked for and has not shown yet; null for nothing. */
  take(page: P): T | null {
    const key = this._keyOf(page);
    const what = this._asked.get(key) ?? null;
    this._asked.delete(key);
    return what;
  }

  private readonly _asked = new Map<string, T>();
  private readonly _changed = new Signal<this, void>(this);
}

/**
 * Show what a page is asked for, as long as it is there.
 */
export function useWanted<P, T>(
  wanted: Wanted<P, T>,
  page: P,
  show: (what: T) => void
): void {
  React.useEffect(() => {
    const look = () => {
      const what = wanted.take(page);
      if (what !== null) {
        show(what);
      }
    };
    wanted.changed.connect(look);
    look();
    return () => {
      wanted.changed.disconnect(look);
    };
  }, [wanted, page]);
}
