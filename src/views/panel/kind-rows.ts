import { IKind, IPage, IProblem } from '../../protocol';
import { blockedBy, IInventoryView, IRegionView, IRowRef } from '../../store';

interface IKindProblem {
  readonly region: string;
  readonly problem: IProblem;
  readonly own: boolean;
  readonly readAt: number | null;
  readonly rows: number;
}

/**
 * The rows of one kind over all regions, and what was in their way.
 */
export interface IKindRows {
  readonly kind: IKind;
  readonly refs: ReadonlyArray<IRowRef>;
  /** The regions whose rows are only the last good ones. */
  readonly stale: ReadonlySet<string>;
  /** `own` problems are the kind's; the others are said once for the whole region. */
  readonly problems: ReadonlyArray<IKindProblem>;
  readonly reading: boolean;
  readonly asOf: number | null;
}

/**
 * Gather the rows of a kind.
 */
export function rowsOf(kind: IKind, view: IInventoryView): IKindRows {
  const { connection, regions } = view;
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

/** Whether the rows of a page are only the last good ones. */
export function isStale(region: IRegionView, page?: IPage): boolean {
  return (
    blockedBy(region) !== null ||
    (page !== undefined && (page.stale || page.problem !== null))
  );
}
