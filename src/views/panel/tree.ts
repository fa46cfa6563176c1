import { Group, IKind, IPage, IProblem, IRow } from '../../protocol';
import { childrenKey, IInventoryView, IRegionView, IRowRef } from '../../store';
import { DEFAULT_COLUMNS, ISort, NEWEST_FIRST, sorted } from './columns';
import { IKindNode, INode, INote, ISectionNode } from './nodes';

export * from './nodes';

export const GROUPS: ReadonlyArray<Group> = [
  'prepare',
  'build',
  'train',
  'deploy',
  'govern'
];

/** The key of the section that is open from the start. */
export const RUNNING = 'section:running';

const LINE = 24;
const RUN = 40;
const NOTE = 60;

/**
 * What the tree is made of.
 */
export interface ITreeOptions {
  readonly view: IInventoryView;
  readonly kinds: ReadonlyMap<string, IKind>;
  /** Keys of the open nodes. */
  readonly open: ReadonlySet<string>;
  readonly query: string;
  readonly hidden: ReadonlyArray<string>;
  readonly columns: { readonly [kind: string]: ReadonlyArray<string> };
  readonly sort: { readonly [kind: string]: ISort };
  /** Epoch seconds of the last midnight. */
  readonly today: number;
}

export interface ITree {
  readonly nodes: ReadonlyArray<INode>;
  /** How many resources match the filter, and how many there are. */
  readonly shown: number;
  readonly total: number;
  /** How many kinds could not be read. */
  readonly unreadable: number;
}

/**
 * The key of a resource's row, for {@link ITreeOptions.open}.
 */
export function rowKey(ref: IRowRef): string {
  return `row:${ref.region}\n${ref.kind.id}\n${ref.row.id}`;
}

/**
 * Whether a resource matches all words of the filter, each in its name, status, kind, instance or region.
 */
export function matches(ref: IRowRef, words: ReadonlyArray<string>): boolean {
  const { row, kind, region } = ref;
  return words.every(
    word =>
      row.name.toLowerCase().includes(word) ||
      row.status.toLowerCase().includes(word) ||
      kind.label.toLowerCase().includes(word) ||
      kind.plural.toLowerCase().includes(word) ||
      (row.instance?.toLowerCase().includes(word) ?? false) ||
      region.includes(word)
  );
}

/**
 * The tree as one list, in one pass over the rows.
 */
export function flatten(options: ITreeOptions): ITree {
  return new Flattening(options).run();
}

interface IKindProblem {
  readonly region: string;
  readonly problem: IProblem;
  readonly own: boolean;
  readonly readAt: number | null;
  readonly rows: number;
}

/** The rows of one kind over all regions, and what was in their way. */
interface IKindRows {
  readonly kind: IKind;
  readonly refs: ReadonlyArray<IRowRef>;
  readonly stale: ReadonlySet<string>;
  /** `own` problems are the kind's; the others are said once for the whole region. */
  readonly problems: ReadonlyArray<IKindProblem>;
  readonly reading: boolean;
  readonly asOf: number | null;
}

class Flattening {
  constructor(private readonly _options: ITreeOptions) {
    this._words = _options.query.toLowerCase().split(/\s+/).filter(Boolean);
    for (const kind of _options.kinds.values()) {
      if (kind.parent !== null) {
        const under = this._childKinds.get(kind.parent) ?? [];
        this._childKinds.set(kind.parent, [...under, kind]);
      }
    }
  }

  run(): ITree {
    const { kinds, hidden } = this._options;
    for (const kind of kinds.values()) {
      if (kind.listed_by === 'inventory') {
        this._rows.set(kind.id, this._read(kind));
      }
    }
    this._indexChildren();
    this._running();
    for (const group of GROUPS) {
      this._section(
        group,
        [...kinds.values()].filter(
          kind => kind.group === group && !hidden.includes(kind.id)
        )
      );
    }
    this._number(this._sections);
    if (this._words.length && !this._shown) {
      this._note(1, -1, 'note:none', { what: 'nothing-matches' });
    }
    return {
      nodes: this._nodes,
      shown: this._shown,
      total: this._total,
      unreadable: this._unreadable.size
    };
  }

  private _read(kind: IKind): IKindRows {
    const { connection, regions } = this._options.view;
    const refs: IRowRef[] = [];
    const stale = new Set<string>();
    const problems: IKindProblem[] = [];
    let reading = false;
    let asOf: number | null = null;
    for (const region of regions) {
      const page = region.pages.get(kind.id);
      const blocked = blockedBy(region);
      const unread = !page || page.read_at === null;
      const problem = page?.problem ?? (unread ? blocked : null);
      if (problem) {
        const own = problem.cause !== blocked?.cause;
        problems.push({
          region: region.region,
          problem,
          own,
          readAt: page?.read_at ?? null,
          rows: page?.rows.length ?? 0
        });
        if (own) {
          this._unreadable.add(kind.id);
        }
      }
      if (!page || (unread && !problem)) {
        reading ||= blocked === null;
        continue;
      }
      if (isStale(region, page)) {
        stale.add(region.region);
        asOf =
          page.read_at === null
            ? asOf
            : Math.min(asOf ?? page.read_at, page.read_at);
      }
      for (const row of page.rows) {
        refs.push({
          connection: connection ?? '',
          region: region.region,
          kind,
          row
        });
      }
    }
    return { kind, refs, stale, problems, reading, asOf };
  }

  /** Rows that stand under another row, and those whose parent is not there to stand under. */
  private _indexChildren(): void {
    const { hidden } = this._options;
    for (const [id, { kind, refs }] of this._rows) {
      const parent =
        kind.parent === null ? undefined : this._rows.get(kind.parent);
      if (!parent || !refs.length) {
        continue;
      }
      const parents = new Set(
        hidden.includes(parent.kind.id)
          ? []
          : parent.refs.map(ref => `${ref.region}\n${ref.row.id}`)
      );
      const orphans: IRowRef[] = [];
      for (const ref of refs) {
        const at = `${ref.region}\n${ref.row.parent}`;
        if (parents.has(at)) {
          const key = `${id}\n${at}`;
          const under = this._under.get(key);
          if (under) {
            under.push(ref);
          } else {
            this._under.set(key, [ref]);
          }
        } else {
          orphans.push(ref);
        }
      }
      this._orphans.set(id, orphans);
    }
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
    const at = this._sectionNode({
      key: RUNNING,
      group: 'running',
      expanded: view.running.length || !blocked ? expanded : null,
      count: refs.length,
      total: this._words.length ? view.running.length : null,
      reading: unread && !view.running.length,
      failedToday: 0,
      problems: [],
      unread: blocked,
      asOf: blocked ? view.readAt : null
    });
    if (!expanded) {
      return;
    }
    if (!view.running.length && !unread && !blocked && !this._words.length) {
      this._note(2, at, 'note:running', {
        what: 'nothing-runs',
        unreadable: this._unreadable.size
      });
    }
    refs.forEach((ref, index) => {
      this._nodes.push({
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
    const at = this._sectionNode({
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
      asOf: null
    });
    if (!expanded) {
      return;
    }
    const siblings: INode[] = [];
    for (const rows of all) {
      const node = this._kind(rows, at);
      if (node) {
        siblings.push(node);
      }
    }
    this._number(siblings);
  }

  private _kind(rows: IKindRows, parent: number): INode | null {
    const { kind, problems } = rows;
    const nested = this._rows.has(kind.parent ?? '');
    const own = nested ? (this._orphans.get(kind.id) ?? []) : rows.refs;
    const refs = this._words.length ? own.filter(this._keeps) : own;
    if (
      (this._words.length && !refs.length) ||
      (nested && !own.length && !problems.length)
    ) {
      return null;
    }
    const key = `kind:${kind.id}`;
    const expanded = this._words.length > 0 || this._options.open.has(key);
    const at = this._nodes.length;
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
    this._nodes.push(node);
    if (!expanded) {
      return node;
    }
    for (const { region, problem, own: ofKind, readAt, rows } of problems) {
      if (ofKind || !rows) {
        this._note(3, at, `note:${region}\n${kind.id}`, {
          what: 'problem',
          kind,
          region,
          problem,
          readAt,
          rows
        });
      }
    }
    if (!own.length && !problems.length) {
      this._note(
        3,
        at,
        `note:${kind.id}`,
        rows.reading
          ? { what: 'reading' }
          : { what: 'none', kind, asOf: rows.asOf }
      );
    }
    this._list(kind, refs, 3, at, rows.stale);
    return node;
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
      this._nodes.push({
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
    const kinds = this._childKinds.get(ref.kind.id) ?? NO_KINDS;
    const has = kinds.some(
      kind => kind.listed_by === 'parent' || this._childrenOf(ref, kind).length
    );
    const expanded = has
      ? this._options.open.has(key) ||
        (this._words.length > 0 && this._hasMatchingChild(ref))
      : null;
    const at = this._nodes.length;
    this._nodes.push({
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
    const shown = kinds.filter(
      kind => kind.listed_by === 'parent' || this._childrenOf(ref, kind).length
    );
    for (const kind of shown) {
      this._children(ref, kind, shown.length > 1, level + 1, at);
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
    const all = this._childrenOf(ref, kind);
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
      at = this._nodes.length;
      depth = level + 1;
      this._nodes.push({
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
      this._note(depth, at, `note:${key}`, {
        what: 'problem',
        kind,
        region: ref.region,
        problem: lazy.problem,
        readAt: lazy.page?.read_at ?? null,
        rows: refs.length
      });
    } else if (kind.listed_by === 'parent' && !all.length) {
      this._note(
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

  private _childrenOf(ref: IRowRef, kind: IKind): ReadonlyArray<IRowRef> {
    if (kind.listed_by === 'inventory') {
      return (
        this._under.get(`${kind.id}\n${ref.region}\n${ref.row.id}`) ?? NO_REFS
      );
    }
    const { connection, regions } = this._options.view;
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

  private _hasMatchingChild(ref: IRowRef): boolean {
    return (this._childKinds.get(ref.kind.id) ?? NO_KINDS).some(kind =>
      this._childrenOf(ref, kind).some(this._keeps)
    );
  }

  /** Whether the filter leaves a row in: for itself, or for what is under it. */
  private _keeps = (ref: IRowRef): boolean =>
    matches(ref, this._words) || this._hasMatchingChild(ref);

  private _sectionNode(
    facts: Pick<
      ISectionNode,
      | 'key'
      | 'group'
      | 'expanded'
      | 'count'
      | 'total'
      | 'reading'
      | 'failedToday'
      | 'problems'
      | 'unread'
      | 'asOf'
    >
  ): number {
    const node: ISectionNode = {
      type: 'section',
      level: 1,
      parent: -1,
      size: LINE,
      setSize: null,
      posInSet: null,
      ...facts
    };
    this._sections.push(node);
    return this._nodes.push(node) - 1;
  }

  private _note(level: number, parent: number, key: string, note: INote): void {
    this._nodes.push({
      type: 'note',
      key,
      level,
      parent,
      expanded: null,
      size: NOTE,
      setSize: null,
      posInSet: null,
      note
    });
  }

  private _number(siblings: ReadonlyArray<INode>): void {
    siblings.forEach((node, index) => {
      node.setSize = siblings.length;
      node.posInSet = index + 1;
    });
  }

  private _childKinds = new Map<string, IKind[]>();
  private _nodes: INode[] = [];
  private _orphans = new Map<string, IRowRef[]>();
  private _rows = new Map<string, IKindRows>();
  private _sections: INode[] = [];
  private _shown = 0;
  private _total = 0;
  private _under = new Map<string, IRowRef[]>();
  private _unreadable = new Set<string>();
  private _words: string[];
}

const NO_KINDS: ReadonlyArray<IKind> = [];
const NO_REFS: ReadonlyArray<IRowRef> = [];
const FRESH: ReadonlySet<string> = new Set();

/** What keeps a whole region from being read. */
export function blockedBy(region: IRegionView): IProblem | null {
  return region.failure ?? region.problem;
}

/** Whether the rows of a page are only the last good ones. */
export function isStale(region: IRegionView, page?: IPage): boolean {
  return (
    blockedBy(region) !== null ||
    (page !== undefined && (page.stale || page.problem !== null))
  );
}

/** A row that is at rest and costs nothing has a grey mark. */
export function isOff(row: IRow): boolean {
  return row.tone === 'idle' && !row.running;
}
