import * as React from 'react';

import { useNow } from '../../hooks';
import { IDLE_AFTER, IInventoryView, IRowRef } from '../../store';
import { IInstanceKernels, ISmext } from '../../tokens';
import { IPreferences, Preferences } from './preferences';

/**
 * What the user made of the panel, with a new rendering whenever it changes.
 */
export function usePreferences(preferences: Preferences): IPreferences {
  return React.useSyncExternalStore(
    React.useCallback(
      notify => {
        preferences.changed.connect(notify);
        return () => {
          preferences.changed.disconnect(notify);
        };
      },
      [preferences]
    ),
    () => preferences.value
  );
}

/**
 * How long a resource was not used, in seconds, when its own Jupyter server was last asked; null
 * where that is not known, or not long.
 */
export function useIdle(
  ref: IRowRef | null,
  kernels: IInstanceKernels | null
): number | null {
  const servers = kernels?.servers;
  React.useSyncExternalStore(
    React.useCallback(
      notify => {
        servers?.changed.connect(notify);
        return () => {
          servers?.changed.disconnect(notify);
        };
      },
      [servers]
    ),
    () => servers?.readAt
  );
  // Of one that was stopped since, nothing is known any more.
  const idle =
    ref && ref.row.status === 'InService' ? servers?.idleOf(ref) : null;
  const seconds = idle ? idle.readAt - idle.since : 0;
  return seconds >= IDLE_AFTER ? seconds : null;
}

/**
 * Epoch seconds of the last midnight.
 */
export function useToday(): number {
  const now = useNow();
  return new Date(1000 * now).setHours(0, 0, 0, 0) / 1000;
}

/**
 * Rows that are listed under a parent are read while their parent is open.
 */
export function useOpenChildren(
  smext: ISmext,
  { open }: IPreferences,
  { regions, connection }: IInventoryView
): void {
  const { store } = smext;
  const wanted = React.useMemo(() => {
    const lazy = [...store.kinds.values()].filter(
      kind => kind.listed_by === 'parent'
    );
    return [...open]
      .filter(key => key.startsWith('row:'))
      .flatMap(key => {
        const [region, parentKind, parent] = key.slice(4).split('\n');
        const page = regions.find(one => one.region === region);
        // Only what is there can be open: a deleted parent has nothing to list.
        const there = page?.pages
          .get(parentKind)
          ?.rows.some(row => row.id === parent);
        return there
          ? lazy
              .filter(kind => kind.parent === parentKind)
              .map(kind => `${region}\n${kind.id}\n${parent}`)
          : [];
      })
      .join('\t');
  }, [open, regions, store.kinds]);
  React.useEffect(() => {
    const held = wanted
      .split('\t')
      .filter(Boolean)
      .map(key => {
        const [region, kind, parent] = key.split('\n');
        return store.watchChildren(region, kind, parent);
      });
    return () => held.forEach(one => one.dispose());
  }, [store, connection, wanted]);
}
