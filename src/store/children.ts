import { DisposableDelegate, IDisposable } from '@lumino/disposable';

import { Api, problemOf } from '../api';
import { ResourceRoutes } from '../api/resources';
import { childrenKey, IChildren, mergePage } from './merge';
import { RegionViews } from './regions';

interface IWatched {
  readonly region: string;
  readonly kind: string;
  readonly parent: string;
  readonly count: number;
}

/**
 * Reads the rows that are listed under a parent, while someone looks at them.
 */
export class ChildrenReader {
  constructor(
    private readonly _api: Api,
    private readonly _views: RegionViews
  ) {}

  /** Read children now, if `connection` is known, and at each {@link readAll} until disposed. */
  watch(
    connection: string | null,
    region: string,
    kind: string,
    parent: string
  ): IDisposable {
    const key = `${region}\n${childrenKey(kind, parent)}`;
    const count = this._watched.get(key)?.count ?? 0;
    const watched = { region, kind, parent, count: count + 1 };
    this._watched.set(key, watched);
    if (count === 0 && connection !== null) {
      void this._read(connection, watched);
    }
    return new DisposableDelegate(() => {
      const watched = this._watched.get(key);
      if (watched && watched.count > 1) {
        this._watched.set(key, { ...watched, count: watched.count - 1 });
      } else {
        this._watched.delete(key);
      }
    });
  }

  readAll(connection: string): void {
    for (const watched of this._watched.values()) {
      void this._read(connection, watched);
    }
  }

  private async _read(
    connection: string,
    { region, kind, parent }: IWatched
  ): Promise<void> {
    const { generation } = this._views;
    const asked = [generation, region, kind, parent].join('\n');
    if (this._asked.has(asked)) {
      return;
    }
    this._asked.add(asked);
    const set = (change: (old: IChildren) => IChildren) =>
      this._views.update(generation, region, old => {
        const key = childrenKey(kind, parent);
        const known = old.children.get(key) ?? {
          kind,
          parent,
          page: null,
          problem: null,
          reading: true
        };
        const children = new Map(old.children).set(key, change(known));
        return { ...old, children };
      });
    set(old => ({ ...old, reading: true }));
    try {
      const page = await this._api
        .of(ResourceRoutes)
        .page(connection, region, kind, parent);
      set(old => ({
        ...old,
        page: mergePage(old.page ?? undefined, page),
        problem: page.problem,
        reading: false
      }));
    } catch (error) {
      const problem = problemOf(error);
      set(old => ({ ...old, problem, reading: false }));
    } finally {
      this._asked.delete(asked);
    }
  }

  private _asked = new Set<string>();
  private _watched = new Map<string, IWatched>();
}
