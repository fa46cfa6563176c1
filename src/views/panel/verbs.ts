import { TranslationBundle } from '@jupyterlab/translation';

import { IConnection, IKind, IProblem, IVerb } from '../../protocol';
import { InventoryStore, IRowRef } from '../../store';
import { blockedBy } from './kind-rows';

/**
 * The verb that ends a resource's bill.
 */
export function shutdownVerb(kind: IKind): IVerb | null {
  return kind.verbs.find(verb => verb.shutdown) ?? null;
}

/**
 * Why nothing can be changed through a connection now, whatever it is; null when it can.
 */
export function whyNothing(
  connection: IConnection | null,
  problem: IProblem | null,
  trans: TranslationBundle
): string | null {
  if (connection?.read_only) {
    return trans.__('read-only connection');
  }
  switch (problem?.cause) {
    case 'signed_out':
      return trans.__('signed out');
    case 'offline':
      return trans.__('offline');
    default:
      return null;
  }
}

/**
 * {@link whyNothing} of the store's connection, in one of its regions or in all of them.
 */
export function whyNothingIn(
  store: InventoryStore,
  region: string | undefined,
  trans: TranslationBundle
): string | null {
  const { view } = store;
  const problems = view.regions
    .filter(one => region === undefined || one.region === region)
    .map(blockedBy);
  return whyNothing(
    store.connectionOf(view.connection),
    problems.every(problem => problem !== null) ? (problems[0] ?? null) : null,
    trans
  );
}

/**
 * Why a verb cannot be done to a resource now; null when it can. `nothing` is {@link whyNothing}.
 */
export function whyNot(
  verb: IVerb,
  ref: IRowRef,
  nothing: string | null,
  trans: TranslationBundle
): string | null {
  return nothing ?? whyNotIn(verb.when, ref.row.status, trans);
}

/**
 * Why a resource cannot be opened in a tab of its own now; null when it can.
 */
export function whyNotOpen(
  ref: IRowRef,
  nothing: string | null,
  trans: TranslationBundle
): string | null {
  return nothing ?? whyNotIn(ref.kind.open_when, ref.row.status, trans);
}

function whyNotIn(
  when: ReadonlyArray<string>,
  status: string,
  trans: TranslationBundle
): string | null {
  if (!when.length || when.includes(status)) {
    return null;
  }
  return when.length > 3
    ? trans.__('not while %1', status)
    : trans.__('only when %1', when.join(trans.__(' or ')));
}

/**
 * Where AWS's own console shows a resource; null when the kind has no page there.
 */
export function consoleUrl(
  ref: IRowRef,
  connection: IConnection | null
): string | null {
  const { kind, region, row } = ref;
  if (connection === null) {
    return null;
  }
  return (
    kind.console
      ?.split('{domain}')
      .join(connection.console)
      .split('{region}')
      .join(encodeURIComponent(region))
      .split('{name}')
      .join(encodeURIComponent(row.name)) ?? null
  );
}
