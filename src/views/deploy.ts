import { TranslationBundle } from '@jupyterlab/translation';

import { IKind, IRow } from '../protocol';
import { whyNotIn } from '../store';
import { IResourceId, INewResource } from '../tokens';

/**
 * Why no endpoint can be made of a resource now; null when it can. `nothing` is why nothing can.
 */
export function whyNotDeployed(
  kind: IKind,
  row: IRow,
  nothing: string | null,
  trans: TranslationBundle
): string | null {
  return nothing ?? whyNotIn(kind.deploys?.when ?? [], row.status, trans);
}

/**
 * The endpoint that a resource of a kind with `deploys` would be served by.
 */
export function deployment(
  kind: IKind,
  { connection, region }: Pick<IResourceId, 'connection' | 'region'>,
  row: IRow
): INewResource {
  const field = kind.deploys?.field ?? '';
  const changes = { source: field, [field]: row.name };
  return { connection, region, layout: 'endpoint', changes };
}
