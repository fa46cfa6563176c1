import { IKind } from '../../protocol';
import { childrenKey, IInventoryView, IRowRef } from '../../store';
import { matches } from './filter';
import { IKindRows } from './kind-rows';

const NO_KINDS: ReadonlyArray<IKind> = [];
const NO_REFS: ReadonlyArray<IRowRef> = [];

/**
 * Which rows stand under which, and which have no parent to stand under.
 */
export class Families {
  constructor(
    private readonly _view: IInventoryView,
    kinds: ReadonlyMap<string, IKind>,
    rows: ReadonlyMap<string, IKindRows>,
    hidden: ReadonlyArray<string>
  ) {
    for (const kind of kinds.values()) {
      if (kind.parent !== null) {
        const under = this._kinds.get(kind.parent) ?? [];
        this._kinds.set(kind.parent, [...under, kind]);
      }
    }
    for (const { kind, refs } of rows.values()) {
      const parent = rows.get(kind.parent ?? '');
      if (parent && refs.length) {
        const shown = hidden.includes(parent.kind.id) ? NO_REFS : parent.refs;
        this._index(kind, refs, shown);
      }
    }
  }

  /** The kinds that have rows under this one, or may have once they are read. */
  kindsUnder(ref: IRowRef): ReadonlyArray<IKind> {
    const kinds = this._kinds.get(ref.kind.id);
    return kinds
      ? kinds.filter(
          kind =>
            kind.listed_by === 'parent' || this.childrenOf(ref, kind).length
        )
      : NO_KINDS;
  }

  childrenOf(ref: IRowRef, kind: IKind): ReadonlyArray<IRowRef> {
    if (kind.listed_by === 'inventory') {
      return (
        this._under.get(`${kind.id}\n${ref.region}\n${ref.row.id}`) ?? NO_REFS
      );
    }
    const { connection, regions } = this._view;
    const page = regions
      .find(region => region.region === ref.region)
      ?.children.get(childrenKey(kind.id, ref.row.id))?.page;
    return (
      page?.rows.map(row => ({
        connection: connection ?? '',
        region: ref.region,
        kind,
        row
      })) ?? NO_REFS
    );
  }

  /** The rows of a nested kind whose parent is not there, or not shown. */
  orphansOf(kind: IKind): ReadonlyArray<IRowRef> {
    return this._orphans.get(kind.id) ?? NO_REFS;
  }

  /** Whether the filter leaves a row in: for itself, or for what is under it. */
  keeps(ref: IRowRef, words: ReadonlyArray<string>): boolean {
    return matches(ref, words) || this.keepsChild(ref, words);
  }

  keepsChild(ref: IRowRef, words: ReadonlyArray<string>): boolean {
    return (this._kinds.get(ref.kind.id) ?? NO_KINDS).some(kind =>
      this.childrenOf(ref, kind).some(child => this.keeps(child, words))
    );
  }

  private _index(
    kind: IKind,
    refs: ReadonlyArray<IRowRef>,
    parents: ReadonlyArray<IRowRef>
  ): void {
    const there = new Set(parents.map(ref => `${ref.region}\n${ref.row.id}`));
    const orphans: IRowRef[] = [];
    for (const ref of refs) {
      const at = `${ref.region}\n${ref.row.parent}`;
      if (!there.has(at)) {
        orphans.push(ref);
        continue;
      }
      const key = `${kind.id}\n${at}`;
      const under = this._under.get(key);
      if (under) {
        under.push(ref);
      } else {
        this._under.set(key, [ref]);
      }
    }
    this._orphans.set(kind.id, orphans);
  }

  private _kinds = new Map<string, ReadonlyArray<IKind>>();
  private _orphans = new Map<string, ReadonlyArray<IRowRef>>();
  private _under = new Map<string, IRowRef[]>();
}
