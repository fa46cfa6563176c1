import { IKind } from '../../protocol';
import { childrenKey, IRowRef } from '../../store';
import { DEFAULT_COLUMNS, NEWEST_FIRST, sorted } from './columns';
import { Families } from './families';
import { matches } from './filter';
import { IKindRows, isStale } from './kind-rows';
import { LINE, Lines } from './lines';
import { IKindNode, INode, ITreeOptions, rowKey } from './nodes';

const FRESH: ReadonlySet<string> = new Set();

/**
 * The lines of a kind: its own, its rows, and what is under those.
 */
export class Branches {
  constructor(
    private readonly _options: ITreeOptions,
    private readonly _words: ReadonlyArray<string>,
    private readonly _families: Families,
    private readonly _lines: Lines
  ) {}

  /** Add the lines of a kind; `nested` where its rows stand under those of another one. */
  add(rows: IKindRows, nested: boolean, parent: number): INode | null {
    const { kind, problems } = rows;
    const own = nested ? this._families.orphansOf(kind) : rows.refs;
    const refs = this._words.length ? own.filter(this._keeps) : own;
    if (
      (this._words.length && !refs.length) ||
      (nested && !own.length && !problems.length)
    ) {
      return null;
    }
    const key = `kind:${kind.id}`;
    const expanded = this._words.length > 0 || this._options.open.has(key);
    const node: IKindNode = {
      type: 'kind',
      key,
      level: 2,
      parent,
      expanded,
      size: LINE,
      setSize: null,
      posInSet: null,
      kind,
      count: refs.length,
      total: this._words.length ? own.length : null,
      reading: rows.reading,
      problem: problems[0]?.problem ?? null,
      asOf: rows.asOf
    };
    const at = this._lines.add(node);
    if (expanded) {
      this._notes(rows, own.length, at);
      this._list(kind, refs, 3, at, rows.stale);
    }
    return node;
  }

  private _notes(rows: IKindRows, count: number, at: number): void {
    const { kind, problems } = rows;
    for (const { region, problem, own, readAt, rows } of problems) {
      if (own || !rows) {
        this._lines.note(3, at, `note:${region}\n${kind.id}`, {
          what: 'problem',
          kind,
          region,
          problem,
          readAt,
          rows
        });
      }
    }
    if (!count && !problems.length) {
      this._lines.note(
        3,
        at,
        `note:${kind.id}`,
        rows.reading
          ? { what: 'reading' }
          : { what: 'none', kind, asOf: rows.asOf }
      );
    }
  }

  private _list(
    kind: IKind,
    refs: ReadonlyArray<IRowRef>,
    level: number,
    parent: number,
    stale: ReadonlySet<string>
  ): void {
    if (!refs.length) {
      return;
    }
    const columns = this._options.columns[kind.id] ?? DEFAULT_COLUMNS;
    const sort = this._options.sort[kind.id] ?? NEWEST_FIRST;
    if (level === 3 && this._options.columns[kind.id]) {
      this._lines.add({
        type: 'header',
        key: `header:${kind.id}`,
        level,
        parent,
        expanded: null,
        size: LINE,
        setSize: null,
        posInSet: null,
        kind,
        columns,
        sort
      });
    }
    const list = sorted(refs, kind, sort);
    list.forEach((ref, index) => {
      this._row(ref, index + 1, list.length, level, parent, columns, stale);
    });
  }

  private _row(
    ref: IRowRef,
    posInSet: number,
    setSize: number,
    level: number,
    parent: number,
    columns: ReadonlyArray<string>,
    stale: ReadonlySet<string>
  ): void {
    const key = rowKey(ref);
    const under = this._families.kindsUnder(ref);
    const expanded = under.length
      ? this._options.open.has(key) ||
        (this._words.length > 0 && this._families.keepsChild(ref, this._words))
      : null;
    const at = this._lines.add({
      type: 'row',
      key,
      level,
      parent,
      expanded,
      size: LINE,
      setSize,
      posInSet,
      ref,
      stale: stale.has(ref.region),
      columns
    });
    if (!expanded) {
      return;
    }
    for (const kind of under) {
      this._children(ref, kind, under.length > 1, level + 1, at);
    }
  }

  /** The rows of one kind under a row, below a line of their own where there are several kinds. */
  private _children(
    ref: IRowRef,
    kind: IKind,
    titled: boolean,
    level: number,
    parent: number
  ): void {
    const all = this._families.childrenOf(ref, kind);
    const refs =
      this._words.length && !matches(ref, this._words)
        ? all.filter(this._keeps)
        : all;
    const region = this._options.view.regions.find(
      one => one.region === ref.region
    );
    const lazy = region?.children.get(childrenKey(kind.id, ref.row.id));
    const key = `${rowKey(ref)}\n${kind.id}`;
    let at = parent;
    let depth = level;
    if (titled) {
      const expanded = !this._options.open.has(`closed:${key}`);
      depth = level + 1;
      at = this._lines.add({
        type: 'kind',
        key: `closed:${key}`,
        level,
        parent,
        expanded,
        size: LINE,
        setSize: null,
        posInSet: null,
        kind,
        count: refs.length,
        total: null,
        reading: lazy ? lazy.page === null && lazy.reading : false,
        problem: lazy?.problem ?? null,
        asOf: null
      });
      if (!expanded) {
        return;
      }
    }
    if (lazy?.problem) {
      this._lines.note(depth, at, `note:${key}`, {
        what: 'problem',
        kind,
        region: ref.region,
        problem: lazy.problem,
        readAt: lazy.page?.read_at ?? null,
        rows: refs.length
      });
    } else if (kind.listed_by === 'parent' && !all.length) {
      this._lines.note(
        depth,
        at,
        `note:${key}`,
        lazy?.page ? { what: 'none', kind, asOf: null } : { what: 'reading' }
      );
    }
    this._list(
      kind,
      refs,
      Math.max(depth, 4),
      at,
      region && isStale(region, lazy?.page ?? region.pages.get(kind.id))
        ? new Set([ref.region])
        : FRESH
    );
  }

  private _keeps = (ref: IRowRef): boolean =>
    this._families.keeps(ref, this._words);
}
