import { TranslationBundle } from '@jupyterlab/translation';

import {
  ICosts,
  IKind,
  ILaunchedAsset,
  ILaunchedAssets
} from '../../../protocol';
import { whyNotIn } from '../../../store';
import { IModelId } from '../../../tokens';

/** Stands for the kind of a CloudFormation stack. */
export const STACK = 'stack';

/** Stands for the kind of an archive that a launch put into S3. */
export const ARCHIVE = 'archive';

/**
 * An asset with all that hangs on it, directly or not.
 */
export interface IGroup {
  readonly asset: ILaunchedAsset;
  readonly parts: ReadonlyArray<ILaunchedAsset>;
  /** Whether any of it is billed now. */
  readonly running: boolean;
  /** US dollars an hour, or bytes in use on this machine; null where nothing tells it. */
  readonly cost: number | null;
  /** Whether the cost holds all that runs of it; else it is more. */
  readonly complete: boolean;
}

type Kinds = ReadonlyMap<string, IKind>;

const nameOf = ({ kind, id }: ILaunchedAsset) => `${kind}/${id}`;

/**
 * What stands alone, each with what hangs on it: what runs first, then the dearest, the newest.
 */
export function groupsOf(
  assets: ReadonlyArray<ILaunchedAsset>,
  charged: boolean,
  kinds: Kinds
): IGroup[] {
  const there = new Set(assets.map(nameOf));
  const isPart = ({ part_of }: ILaunchedAsset) =>
    part_of !== null && there.has(part_of);
  return assets
    .filter(asset => !isPart(asset))
    .map(asset => {
      const parts = partsOf(asset, assets);
      const members = [asset, ...parts];
      // A component runs on what its endpoint is paid for.
      const paid = members.filter(
        ({ running, kind }) => running && !kinds.get(kind)?.paid_by
      );
      const costs = paid.map(one => (charged ? one.price : one.memory));
      const known = costs.flatMap(cost => cost ?? []);
      return {
        asset,
        parts,
        running: members.some(({ running }) => running),
        cost: known.length ? known.reduce((sum, one) => sum + one, 0) : null,
        complete: known.length === costs.length
      };
    })
    .sort(
      (a, b) =>
        Number(b.running) - Number(a.running) ||
        (b.cost ?? -1) - (a.cost ?? -1) ||
        (b.asset.created ?? 0) - (a.asset.created ?? 0)
    );
}

/**
 * Whether what an asset hangs on is still there, as far as was read.
 */
export function isNeeded(
  { part_of }: ILaunchedAsset,
  found: ILaunchedAssets | null
): boolean {
  return !found || found.assets.some(one => nameOf(one) === part_of);
}

/**
 * The page of the model that an asset was made of; null where that is not told.
 */
export function modelOf(
  { model, version, hub }: ILaunchedAsset,
  place: { readonly connection: string; readonly region: string }
): IModelId | null {
  const { connection, region } = place;
  return model === null || version === null
    ? null
    : { connection, region, hub, id: model, version };
}

/**
 * The assets with what each takes by now, as far as the panel knows it.
 */
export function priced(
  assets: ReadonlyArray<ILaunchedAsset>,
  costs: ICosts | null
): ILaunchedAsset[] {
  const known = new Map(
    costs?.rows.map(cost => [`${cost.kind}/${cost.id}`, cost])
  );
  return assets.map(asset => {
    const cost = asset.running ? known.get(nameOf(asset)) : undefined;
    return cost === undefined
      ? asset
      : {
          ...asset,
          price: cost.price ?? asset.price,
          memory: cost.memory ?? asset.memory
        };
  });
}

function partsOf(
  asset: ILaunchedAsset,
  assets: ReadonlyArray<ILaunchedAsset>
): ILaunchedAsset[] {
  const found: ILaunchedAsset[] = [];
  let names = new Set([nameOf(asset)]);
  while (names.size) {
    const next = assets.filter(
      one =>
        one.part_of !== null && names.has(one.part_of) && !found.includes(one)
    );
    found.push(...next);
    names = new Set(next.map(nameOf));
  }
  return found.filter(one => one !== asset);
}

/**
 * Why an asset cannot be deleted now; null when it can.
 */
export function whyNotDeleted(
  { asset }: IGroup,
  kinds: Kinds,
  nothing: string | null,
  trans: TranslationBundle
): string | null {
  if (nothing !== null) {
    return nothing;
  }
  if (asset.kind === STACK) {
    return asset.solution === null
      ? trans.__('no solution’s launch made it: delete it in CloudFormation')
      : asset.status.startsWith('DELETE_IN')
        ? trans.__('it is being deleted')
        : null;
  }
  if (asset.under_way) {
    return trans.__('it is still being made: stop that first');
  }
  if (asset.kind === ARCHIVE) {
    return null;
  }
  const verbs = kinds.get(asset.kind)?.verbs ?? [];
  const verb = verbs.find(
    ({ operation, form }) => operation.startsWith('Delete') && !form
  );
  if (!verb) {
    return trans.__('nothing here can delete it');
  }
  const why = whyNotIn(verb.when, asset.status, trans);
  // What runs is stopped first, where it can be.
  const stop = verbs.find(({ shutdown }) => shutdown);
  const stoppable =
    stop && stop !== verb && whyNotIn(stop.when, asset.status, trans) === null;
  return stoppable ? null : why;
}
