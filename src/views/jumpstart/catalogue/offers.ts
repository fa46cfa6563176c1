import {
  IInstanceType,
  IInstanceTypes,
  IJumpStartModel
} from '../../../protocol';

/**
 * What the account says to hosting a model on the instance types that its row names.
 */
export interface IOffer {
  /** US dollars an hour of its default instance type; null where either is not known. */
  readonly price: number | null;

  /** Whether the quota leaves an instance of a type that it supports. */
  readonly withinQuota: boolean;
}

const NOTHING: IOffer = { price: null, withinQuota: false };

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
    const { instance_type: first, instance_types: all } = model;
    const supported = all.length ? all : first === null ? [] : [first];
    return {
      price: first === null ? null : (byName.get(first)?.price ?? null),
      withinQuota: supported.some(name => isLeft(byName.get(name)))
    };
  };
}

/** Whether any quota could be read at all. */
export function knowsQuota(types: IInstanceTypes | null): boolean {
  return types?.types.some(type => type.quota_left !== null) ?? false;
}

function isLeft(type: IInstanceType | undefined): boolean {
  return (type?.quota_left ?? 0) > 0;
}
