import { IOrder } from '../../../components/data-grid';
import { IEntry } from './selection';

/**
 * What the models can be sorted by.
 */
export type Column =
  | 'name'
  | 'task'
  | 'source'
  | 'tune'
  | 'instance'
  | 'price'
  | 'version'
  | 'origin';

/**
 * By what, and which way; null: what runs on this machine first, what AWS gave up last, by name.
 */
export type Order = IOrder<Column> | null;

const KEYS: {
  readonly [column in Column]: (entry: IEntry) => string | number | null;
} = {
  name: ({ model }) => model.id,
  task: ({ model }) => model.task || null,
  source: ({ model }) => model.provider || null,
  tune: ({ model }) =>
    model.fine_tunable === null ? null : model.fine_tunable ? 0 : 1,
  instance: ({ model }) => model.instance_type,
  price: ({ offer }) => offer.from?.price ?? null,
  version: ({ model }) => model.version,
  origin: ({ model }) => model.origin
};

// Made once: to compare by it is ten times as fast as localeCompare.
const words = new Intl.Collator(undefined, { numeric: true });

/**
 * The entries in an order; what has no value is last in either direction.
 */
export function ordered(
  entries: ReadonlyArray<IEntry>,
  order: Order
): IEntry[] {
  const byName = (a: IEntry, b: IEntry) =>
    words.compare(a.model.id, b.model.id);
  if (order === null) {
    return [...entries].sort((a, b) => rank(a) - rank(b) || byName(a, b));
  }
  const key = KEYS[order.by];
  const sign = order.descending ? -1 : 1;
  return [...entries].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) {
      return Number(x === null) - Number(y === null) || byName(a, b);
    }
    const difference =
      typeof x === 'number' && typeof y === 'number'
        ? x - y
        : words.compare(String(x), String(y));
    return sign * difference || byName(a, b);
  });
}

/** The order after a click on a column's header: up, down, and back to the usual one. */
export function turned<C extends string>(
  order: IOrder<C> | null,
  by: C
): IOrder<C> | null {
  if (order?.by !== by) {
    return { by, descending: false };
  }
  return order.descending ? null : { by, descending: true };
}

function rank({ model }: IEntry): number {
  return model.runs_here ? 0 : model.deprecated ? 2 : 1;
}
