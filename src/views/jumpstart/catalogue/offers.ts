import { IInstanceTypes, IJumpStartModel } from '../../../protocol';

/**
 * What the account says to hosting a model on the instance types that its row names.
 */
export interface IOffer {
  /** The cheapest of them that has a price; null where none is known. */
  readonly from: { readonly type: string; readonly price: number } | null;

  /** Whether the quota has an instance of one of them, less what runs now where that is known. */
  readonly withinQuota: boolean;
}

const NOTHING: IOffer = { from: null, withinQuota: false };

/**
 * The offer for a model; nothing is known while the types are not read.
 */
export function offersBy(
  types: IInstanceTypes | null
): (model: IJumpStartModel) => IOffer {
  if (!types?.charged) {
    return () => NOTHING;
  }
  const byName = new Map(types.types.map(type => [type.name, type]));
  return model => {
    let from: IOffer['from'] = null;
    let withinQuota = false;
    for (const name of supportedBy(model)) {
      const type = byName.get(name);
      const price = type?.price ?? null;
      if (price !== null && (from === null || price < from.price)) {
        from = { type: name, price };
      }
      // What runs now may not be known.
      withinQuota ||= (type?.quota_left ?? type?.quota ?? 0) > 0;
    }
    return { from, withinQuota };
  };
}

/**
 * The instance types for inference that a model's row names.
 */
export function supportedBy(model: IJumpStartModel): ReadonlyArray<string> {
  const { instance_type: first, instance_types: all } = model;
  return all.length ? all : first === null ? [] : [first];
}

/**
 * Whether any quota could be read at all.
 */
export function knowsQuota(types: IInstanceTypes | null): boolean {
  return types?.types.some(type => type.quota !== null) ?? false;
}
