import { IOrder } from '../../components/data-grid';
import { IInstanceType } from '../../protocol';

/**
 * A column of the table of types.
 */
export type Column =
  'name' | 'vcpu' | 'memory' | 'gpu' | 'fast' | 'quota' | 'price';

/**
 * What the table is sorted by.
 */
export type Order = IOrder<Column>;

const names = new Intl.Collator(undefined, { numeric: true });

const FIGURES: {
  readonly [column in Exclude<Column, 'name'>]: (
    type: IInstanceType
  ) => number | null;
} = {
  vcpu: type => type.vcpu,
  memory: type => type.memory_gib,
  gpu: type =>
    type.gpus === null ? null : 10_000 * type.gpus + (type.gpu_memory_gib ?? 0),
  fast: type => (type.fast_launch ? 0 : 1),
  quota: type => type.quota_left,
  price: type => type.price
};

/**
 * The types in an order; what is not known stands last, whichever way.
 */
export function sortedTypes(
  types: ReadonlyArray<IInstanceType>,
  order: Order
): IInstanceType[] {
  const { by, descending } = order;
  const way = descending ? -1 : 1;
  return [...types].sort((a, b) => {
    if (by !== 'name') {
      const [one, other] = [FIGURES[by](a), FIGURES[by](b)];
      if (one !== other) {
        if (one === null || other === null) {
          return one === null ? 1 : -1;
        }
        return way * (one - other);
      }
    }
    const size = by === 'name' ? 0 : (a.memory_gib ?? 0) - (b.memory_gib ?? 0);
    return size || (by === 'name' ? way : 1) * names.compare(a.name, b.name);
  });
}
