import { TranslationBundle } from '@jupyterlab/translation';

import { IKind, IProblem, IVerb } from '../../protocol';
import { IRowRef } from '../../store';

/**
 * The verb that ends a resource's bill.
 */
export function shutdownVerb(kind: IKind): IVerb | null {
  return kind.verbs.find(verb => verb.shutdown) ?? null;
}

/**
 * Why a verb cannot be done to a resource now; null when it can.
 */
export function whyNot(
  verb: IVerb,
  ref: IRowRef,
  blocked: IProblem | null,
  trans: TranslationBundle
): string | null {
  if (blocked?.cause === 'signed_out') {
    return trans.__('signed out');
  }
  if (blocked?.cause === 'offline') {
    return trans.__('offline');
  }
  if (!verb.when.length || verb.when.includes(ref.row.status)) {
    return null;
  }
  return verb.when.length > 3
    ? trans.__('not while %1', ref.row.status)
    : trans.__('only when %1', verb.when.join(trans.__(' or ')));
}

/**
 * Where AWS's own console shows a resource; null when the kind has no page there.
 */
export function consoleUrl(ref: IRowRef): string | null {
  const { kind, region, row } = ref;
  return (
    kind.console
      ?.split('{region}')
      .join(encodeURIComponent(region))
      .split('{name}')
      .join(encodeURIComponent(row.name)) ?? null
  );
}
