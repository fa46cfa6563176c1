import { TranslationBundle } from '@jupyterlab/translation';

import { IConnection, IKind, IProblem, IRow, IVerb } from '../protocol';
import { InventoryStore } from './inventory-store';
import { blockedBy, IRowRef } from './merge';

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
 * The store tells what else carries the resource's identity: a space has its app.
 */
export function whyNot(
  verb: IVerb,
  ref: IRowRef,
  nothing: string | null,
  trans: TranslationBundle,
  store?: InventoryStore
): string | null {
  return (
    nothing ??
    whyNotIn(verb.when, ref.row.status, trans) ??
    (store ? whyNotOn(verb, ref, store, trans) : null)
  );
}

function whyNotOn(
  verb: IVerb,
  ref: IRowRef,
  store: InventoryStore,
  trans: TranslationBundle
): string | null {
  const runs = carriers(verb, ref, store)?.some(row => row.running);
  if (runs === undefined) {
    return null;
  }
  if (verb.danger) {
    return runs ? null : trans.__('does not run');
  }
  return runs ? trans.__('runs already') : null;
}

/**
 * The resources that a verb is really done to, as far as they are listed; null when they are not.
 */
export function carriers(
  verb: IVerb,
  ref: IRowRef,
  store: InventoryStore
): ReadonlyArray<IRow> | null {
  const other = store.kinds.get(verb.on ?? '');
  const page = store.view.regions
    .find(one => one.region === ref.region)
    ?.pages.get(verb.on ?? '');
  if (!other || !page || page.read_at === null) {
    return null;
  }
  const own = [...partsOf(ref.kind, ref.row.id)];
  return page.rows.filter(row => {
    const its = partsOf(other, row.id);
    return own.every(([name, value]) => its.get(name) === value);
  });
}

/**
 * What a row id is made of, percent-encoded, by the names of its parts.
 */
export function partsOf(kind: IKind, id: string): Map<string, string> {
  const values = id.split(',');
  return new Map(kind.identity.map((name, index) => [name, values[index]]));
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

/**
 * Why something that needs one of some states cannot be done in another; null when it can.
 */
export function whyNotIn(
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
  ref: {
    readonly kind: Pick<IKind, 'console'>;
    readonly region: string;
    readonly row: Pick<IRow, 'name'>;
  },
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
