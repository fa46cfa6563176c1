import { IComputeName } from '../protocol';

/**
 * What distinguishes a place from all others, also in another session.
 */
export function keyOfName(at: IComputeName): string {
  return [at.kind, at.connection, at.region, at.id].join('/');
}

/** Whether two names are of one place. */
export function isSame(a: IComputeName, b: IComputeName): boolean {
  return keyOfName(a) === keyOfName(b);
}
