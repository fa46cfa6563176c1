import { ICost, IProblem } from '../protocol';
import { IRegionView, IRowRef } from './merge';

/**
 * A resource that runs, and what it takes; null while that is not known.
 */
export interface IRunning extends IRowRef {
  readonly cost: ICost | null;
}

/**
 * What some of what runs takes together.
 */
export interface IBurn {
  /** False until prices were read, or could not be. */
  readonly known: boolean;
  /** False where running costs nothing: the local engine tells memory instead. */
  readonly charged: boolean;
  /** US dollars an hour of all that has a price; null when it runs and nothing has one. */
  readonly price: number | null;
  /** Bytes in use on this machine; null when it is not told. */
  readonly memory: number | null;
  /** Whether the sum holds all of it; else it is more. */
  readonly complete: boolean;
  /** When AWS published the oldest of the price lists. */
  readonly pricesOf: number | null;
  /** Why prices are missing or old. */
  readonly problem: IProblem | null;
}

/**
 * What these take together, of the regions they are in.
 */
export function burnOf(
  running: ReadonlyArray<IRunning>,
  regions: ReadonlyArray<IRegionView>
): IBurn {
  const own = running.filter(({ kind }) => kind.paid_by === null);
  const costs = regions.flatMap(region => region.costs ?? []);
  const charged = !costs.length || costs.some(one => one.charged);
  const price = sum(own.map(({ cost }) => cost?.price ?? null));
  const memory = sum(own.map(({ cost }) => cost?.memory ?? null));
  const dates = costs.flatMap(one => one.prices_of ?? []);
  return {
    known: costs.some(
      one => !one.charged || one.prices_read_at !== null || one.problem !== null
    ),
    charged,
    price: price.of,
    memory: memory.of,
    complete: (charged ? price : memory).complete && regions.every(isRead),
    pricesOf: dates.length ? Math.min(...dates) : null,
    problem: costs.find(one => one.problem)?.problem ?? null
  };
}

function sum(parts: ReadonlyArray<number | null>): {
  of: number | null;
  complete: boolean;
} {
  const known = parts.filter((part): part is number => part !== null);
  return {
    of:
      known.length || !parts.length
        ? known.reduce((total, part) => total + part, 0)
        : null,
    complete: known.length === parts.length
  };
}

/** Whether everything in a region that may run was read. */
function isRead(region: IRegionView): boolean {
  return (
    region.readAt !== null &&
    region.kindsRead >= region.kinds &&
    [...region.pages.values()].every(page => page.problem === null)
  );
}

/** What costs more comes first, what has no price last; else as it was. */
export function dearestFirst(a: IRunning, b: IRunning): number {
  return (b.cost?.price ?? -1) - (a.cost?.price ?? -1);
}
