import {
  ICost,
  ICosts,
  IIdentity,
  IInventory,
  IKind,
  IPage,
  IProblem,
  IRow
} from '../protocol';
import { burnOf, dearestFirst, IBurn, IRunning } from './burn';

/**
 * One resource as the panel, the commands and the other views hand it around.
 */
export interface IRowRef {
  readonly connection: string;
  readonly region: string;
  readonly kind: IKind;
  readonly row: IRow;
}

/**
 * A row whose status is not what it was.
 */
export interface IStatusChange {
  readonly kind: string;
  readonly row: IRow;
  readonly was: string;
}

/**
 * Rows that are read when their parent is opened. `page` is the last good answer.
 */
export interface IChildren {
  readonly kind: string;
  readonly parent: string;
  readonly page: IPage | null;
  readonly problem: IProblem | null;
  readonly reading: boolean;
}

/**
 * All that is known of one region of a connection. Parts that did not change keep their identity.
 * `failure` is why our own server could not be asked; `problem` why it could not ask AWS.
 */
export interface IRegionView {
  readonly region: string;
  readonly rev: number;
  readonly answered: boolean;
  readonly reading: boolean;
  readonly kinds: number;
  readonly kindsRead: number;
  readonly readAt: number | null;
  readonly nextReadAt: number | null;
  readonly problem: IProblem | null;
  readonly failure: IProblem | null;
  readonly identity: IIdentity | null;
  readonly costs: ICosts | null;
  readonly pages: ReadonlyMap<string, IPage>;
  readonly children: ReadonlyMap<string, IChildren>;
}

/**
 * The inventory of the chosen connection, immutable.
 */
export interface IInventoryView {
  readonly connection: string | null;
  readonly regions: ReadonlyArray<IRegionView>;
  /** What is billed now, dearest first, then newest. */
  readonly running: ReadonlyArray<IRunning>;
  /** What all that runs takes together. */
  readonly burn: IBurn;
  readonly busyCount: number;
  /** Whether a reading is going on somewhere. */
  readonly reading: boolean;
  /** When the oldest of the regions was read. */
  readonly readAt: number | null;
  /** What stands in the way of everything, if something does. */
  readonly problem: IProblem | null;
}

/**
 * A region of which nothing is known yet.
 */
export function unreadRegion(region: string): IRegionView {
  return {
    region,
    rev: 0,
    answered: false,
    reading: false,
    kinds: 0,
    kindsRead: 0,
    readAt: null,
    nextReadAt: null,
    problem: null,
    failure: null,
    identity: null,
    costs: null,
    pages: new Map(),
    children: new Map()
  };
}

/**
 * What keeps a whole region from being read.
 */
export function blockedBy(region: IRegionView): IProblem | null {
  return region.failure ?? region.problem;
}

/**
 * Where the children of one row are kept in {@link IRegionView.children}.
 */
export function childrenKey(kind: string, parent: string): string {
  return `${kind}\n${parent}`;
}

function sameRow(a: IRow, b: IRow): boolean {
  return (
    a.name === b.name &&
    a.status === b.status &&
    a.tone === b.tone &&
    a.running === b.running &&
    a.arn === b.arn &&
    a.created === b.created &&
    a.modified === b.modified &&
    a.instance === b.instance &&
    a.parent === b.parent &&
    a.cells.length === b.cells.length &&
    a.cells.every((cell, index) => cell === b.cells[index])
  );
}

/**
 * The new page, with the rows of the old one wherever they say the same.
 */
export function mergePage(
  old: IPage | undefined,
  page: IPage,
  changes: IStatusChange[] = []
): IPage {
  if (!old || !old.rows.length) {
    return page;
  }
  const known = new Map(old.rows.map(row => [row.id, row]));
  let same = old.rows.length === page.rows.length;
  const rows = page.rows.map((row, index) => {
    const before = known.get(row.id);
    if (before && sameRow(before, row)) {
      same &&= old.rows[index] === before;
      return before;
    }
    same = false;
    if (before && before.status !== row.status) {
      changes.push({ kind: page.kind, row, was: before.status });
    }
    return row;
  });
  return { ...page, rows: same ? old.rows : rows };
}

/**
 * A region after an answer to a question for what changed `since`; 0 asked for all.
 */
export function mergeInventory(
  old: IRegionView,
  inventory: IInventory,
  since: number,
  changes: IStatusChange[] = []
): IRegionView {
  let pages = old.pages;
  if (inventory.pages.length || since === 0) {
    const merged = new Map(since === 0 ? [] : old.pages);
    for (const page of inventory.pages) {
      merged.set(page.kind, mergePage(old.pages.get(page.kind), page, changes));
    }
    pages = merged;
  }
  return {
    ...old,
    rev: inventory.rev,
    answered: true,
    reading: inventory.reading,
    kinds: inventory.kinds,
    kindsRead: inventory.kinds_read,
    readAt: inventory.read_at,
    nextReadAt: inventory.next_read_at,
    problem: inventory.problem,
    failure: null,
    costs: inventory.costs,
    pages
  };
}

/**
 * Every page of a region, those of opened parents included.
 */
export function* pagesOf(region: IRegionView): IterableIterator<IPage> {
  yield* region.pages.values();
  for (const children of region.children.values()) {
    if (children.page) {
      yield children.page;
    }
  }
}

/**
 * The view of a connection over its regions. Kinds that the browser was not told of are left out.
 */
export function summarise(
  connection: string | null,
  regions: ReadonlyArray<IRegionView>,
  kinds: ReadonlyMap<string, IKind>,
  failure: IProblem | null = null
): IInventoryView {
  const running: IRunning[] = [];
  let busyCount = 0;
  let readAt: number | null = null;
  for (const region of regions) {
    const costs = new Map<string, ICost>(
      region.costs?.rows.map(cost => [childrenKey(cost.kind, cost.id), cost])
    );
    for (const page of pagesOf(region)) {
      const kind = kinds.get(page.kind);
      if (!kind || connection === null) {
        continue;
      }
      for (const row of page.rows) {
        if (row.tone === 'busy') {
          busyCount += 1;
        }
        if (row.running) {
          const cost = costs.get(childrenKey(kind.id, row.id)) ?? null;
          running.push({ connection, region: region.region, kind, row, cost });
        }
      }
    }
    if (region.readAt !== null) {
      readAt = Math.min(readAt ?? region.readAt, region.readAt);
    }
  }
  running.sort(
    (a, b) => dearestFirst(a, b) || (b.row.created ?? 0) - (a.row.created ?? 0)
  );
  return {
    connection,
    regions,
    running,
    burn: burnOf(running, regions),
    busyCount,
    reading: regions.some(region => region.reading),
    readAt,
    problem:
      failure ??
      regions
        .map(region => region.failure ?? region.problem)
        .find(problem => problem !== null) ??
      null
  };
}
