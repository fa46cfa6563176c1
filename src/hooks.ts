import { ISignal } from '@lumino/signaling';
import {
  useCallback,
  useEffect,
  useReducer,
  useSyncExternalStore
} from 'react';

import { IInventoryView, InventoryStore } from './store';

const TICK = 10_000;

/**
 * The store's view, with a new rendering whenever it changes.
 */
export function useStore(store: InventoryStore): IInventoryView {
  const subscribe = useCallback(
    (notify: () => void) => {
      // A view is replaced, never changed; connections and kinds come with a new one.
      store.changed.connect(notify);
      return () => {
        store.changed.disconnect(notify);
      };
    },
    [store]
  );
  return useSyncExternalStore(subscribe, () => store.view);
}

/**
 * Epoch seconds, from one clock that all views share and that stands still while the page is hidden.
 */
export function useNow(): number {
  return useSyncExternalStore(clock.subscribe, clock.now);
}

/**
 * Render again whenever one of `signals` is emitted; there are as many of them each time.
 */
export function useChanges(
  ...signals: ReadonlyArray<ISignal<unknown, unknown> | undefined>
): void {
  const render = useRender();
  useEffect(() => {
    signals.forEach(signal => signal?.connect(render));
    // It may have changed between the first rendering and this.
    render();
    return () => signals.forEach(signal => signal?.disconnect(render));
  }, signals);
}

/**
 * Render again every second while `on`.
 */
export function useSeconds(on = true): void {
  const render = useRender();
  useEffect(() => {
    if (!on) {
      return;
    }
    const timer = window.setInterval(render, 1000);
    return () => window.clearInterval(timer);
  }, [on]);
}

function useRender(): () => void {
  return useReducer((count: number) => count + 1, 0)[1];
}

const clock = (() => {
  const listeners = new Set<() => void>();
  let now = Date.now() / 1000;
  let timer: number | null = null;

  function tick(): void {
    now = Date.now() / 1000;
    listeners.forEach(listener => listener());
  }

  function run(): void {
    const wanted = listeners.size > 0 && !document.hidden;
    if (wanted && timer === null) {
      tick();
      timer = window.setInterval(tick, TICK);
    } else if (!wanted && timer !== null) {
      window.clearInterval(timer);
      timer = null;
    }
  }

  return {
    now: () => now,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      if (listeners.size === 1) {
        document.addEventListener('visibilitychange', run);
        now = Date.now() / 1000;
      }
      run();
      return () => {
        listeners.delete(listener);
        if (!listeners.size) {
          document.removeEventListener('visibilitychange', run);
        }
        run();
      };
    }
  };
})();
