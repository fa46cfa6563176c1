import { useCallback, useSyncExternalStore } from 'react';

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
