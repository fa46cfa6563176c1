import {
  IEndpointScaling,
  IScalingChange,
  ITagChanges,
  ITags
} from '../protocol';
import type { IResourceId } from '../tokens';
import { Api } from './transport';

/**
 * The tags of a resource, and how the variants of an endpoint scale.
 */
export class EditRoutes {
  constructor(private readonly _api: Api) {}

  tags({ connection, region, kind, id }: IResourceId): Promise<ITags> {
    return this._api.get(['resources', kind, id, 'tags'], {
      connection,
      region
    });
  }

  /** Set and take away tags; the answer is what there is then. */
  changeTags(of: IResourceId, changes: ITagChanges): Promise<ITags> {
    const { connection, region, kind, id } = of;
    const path = ['resources', kind, id, 'tags'];
    return this._api.post(path, { connection, region }, changes);
  }

  /** How the variants of an endpoint scale. */
  scaling({ connection, region, id }: IResourceId): Promise<IEndpointScaling> {
    return this._api.get(['endpoints', id, 'scaling'], { connection, region });
  }

  /** Let a variant scale so; null: not at all. */
  changeScaling(
    { connection, region, id }: IResourceId,
    variant: string,
    change: IScalingChange | null
  ): Promise<IEndpointScaling> {
    const path = ['endpoints', id, 'scaling', variant];
    const place = { connection, region };
    return change === null
      ? this._api.delete(path, place)
      : this._api.post(path, place, change);
  }
}
