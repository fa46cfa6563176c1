import { Group, IKind } from '../../protocol';
import { blockedBy, burnOf, IRowRef } from '../../store';
import { Branches } from './branches';
import { Families } from './families';
import { matches, wordsOf } from './filter';
import { IKindRows, isStale, rowsOf } from './kind-rows';
import { Lines, number, RUN } from './lines';
import { GROUPS, INode, ITree, ITreeOptions, rowKey, RUNNING } from './nodes';

/**
 * The tree as one list, in one pass over the rows.
 */
export function flatten(options: ITreeOptions): ITree {
  return new Flattening(options).run();
}

class Flattening {
  constructor(private readonly _options: ITreeOptions) {
    const { view, kinds, hidden } = _options;
    this._words = wordsOf(_options.query);
    for (const kind of kinds.values()) {
      if (kind.listed_by === 'inventory') {
        this._rows.set(kind.id, rowsOf(kind, view));
      }
    }
    this._unreadable = [...this._rows.values()].filter(({ problems }) =>
      problems.some(({ own }) => own)
    ).length;
    const families = new Families(view, kinds, this._rows, hidden);
    this._branches = new Branches(_options, this._words, families, this._lines);
  }

  run(): ITree {
    const { kinds, hidden } = this._options;
    this._running();
    for (const group of GROUPS) {
      this._section(
        group,
        [...kinds.values()].filter(
          kind => kind.group === group && !hidden.includes(kind.id)
        )
      );
    }
    this._lines.close();
    if (this._words.length && !this._shown) {
      this._lines.note(1, -1, 'note:none', { what: 'nothing-matches' });
    }
    return {
      nodes: this._lines.nodes,
      shown: this._shown,
      total: this._total,
      unreadable: this._unreadable
    };
  }

  private _running(): void {
    const { view, open } = this._options;
    const refs = this._words.length
      ? view.running.filter(ref => matches(ref, this._words))
      : view.running;
    const unread = view.regions.some(
      region => region.readAt === null && blockedBy(region) === null
    );
    const stale = new Map(
      view.regions.map(region => [region.region, region] as const)
    );
    const isOld = (ref: IRowRef) => {
      const region = stale.get(ref.region);
      const page = region?.pages.get(ref.kind.id);
      return region !== undefined && isStale(region, page);
    };
    const blocked = view.regions.some(region => blockedBy(region) !== null);
    const expanded = open.has(RUNNING);
    const at = this._lines.section({
      key: RUNNING,
      group: 'running',
      expanded: view.running.length || !blocked ? expanded : null,
      count: refs.length,
      total: this._words.length ? view.running.length : null,
      reading: unread && !view.running.length,
      failedToday: 0,
      problems: [],
      unread: blocked,
      asOf: blocked ? view.readAt : null,
      burn: this._words.length ? burnOf(refs, view.regions) : null
    });
    if (!expanded) {
      return;
    }
    if (!view.running.length && !unread && !blocked && !this._words.length) {
      this._lines.note(2, at, 'note:running', {
        what: 'nothing-runs',
        unreadable: this._unreadable
      });
    }
    refs.forEach((ref, index) => {
      this._lines.add({
        type: 'run',
        key: `run:${rowKey(ref)}`,
        level: 2,
        parent: at,
        expanded: null,
        size: RUN,
        setSize: refs.length,
        posInSet: index + 1,
        ref,
        stale: isOld(ref)
      });
    });
  }

  private _section(group: Group, kinds: ReadonlyArray<IKind>): void {
    const { open, today } = this._options;
    const all = kinds
      .map(kind => this._rows.get(kind.id))
      .filter((rows): rows is IKindRows => rows !== undefined);
    let total = 0;
    let count = 0;
    let failedToday = 0;
    for (const { refs } of all) {
      total += refs.length;
      for (const ref of refs) {
        if (!this._words.length || matches(ref, this._words)) {
          count += 1;
        }
        if (
          ref.row.tone === 'bad' &&
          (ref.row.modified ?? ref.row.created ?? 0) >= today
        ) {
          failedToday += 1;
        }
      }
    }
    this._shown += count;
    this._total += total;
    const expanded = this._words.length
      ? count > 0
      : open.has(`section:${group}`);
    const at = this._lines.section({
      key: `section:${group}`,
      group,
      expanded,
      count,
      total: this._words.length ? total : null,
      reading: all.some(rows => rows.reading),
      failedToday,
      problems: all.flatMap(rows =>
        rows.problems
          .filter(({ own }) => own)
          .slice(0, 1)
          .map(({ problem }) => problem)
      ),
      unread: all.some(rows => rows.problems.some(({ rows }) => !rows)),
      asOf: null,
      burn: null
    });
    if (!expanded) {
      return;
    }
    const siblings: INode[] = [];
    for (const rows of all) {
      const nested = this._rows.has(rows.kind.parent ?? '');
      const node = this._branches.add(rows, nested, at);
      if (node) {
        siblings.push(node);
      }
    }
    number(siblings);
  }

  private _branches: Branches;
  private _lines = new Lines();
  private _rows = new Map<string, IKindRows>();
  private _shown = 0;
  private _total = 0;
  private _unreadable: number;
  private _words: string[];
}
