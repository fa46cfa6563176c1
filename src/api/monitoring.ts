import { IFailure, IMetrics, ITimeline, ITrainingEpochs } from '../protocol';
import type { IPlace, IResourceId } from '../tokens';
import { Api } from './transport';

/**
 * What became of a resource: its states, its metrics, and why it failed.
 */
export class MonitoringRoutes {
  constructor(private readonly _api: Api) {}

  timeline({ connection, region, kind, id }: IResourceId): Promise<ITimeline> {
    return this._api.get(['resources', kind, id, 'timeline'], {
      connection,
      region
    });
  }

  /** What CloudWatch has measured of a resource; null for its own time, and for now. */
  metrics(
    of: IResourceId,
    { start, end }: { start: number | null; end: number | null }
  ): Promise<IMetrics> {
    const { connection, region } = of;
    return this._api.get(['resources', of.kind, of.id, 'metrics'], {
      connection,
      region,
      ...(start === null ? {} : { start: String(start) }),
      ...(end === null ? {} : { end: String(end) })
    });
  }

  /** How far a training job is, by the epochs that its log tells of. */
  epochs(
    { connection, region }: IPlace,
    job: string
  ): Promise<ITrainingEpochs> {
    return this._api.get(['training-jobs', job, 'epochs'], {
      connection,
      region
    });
  }

  /** Why a resource failed, or that it did not. */
  failure({ connection, region, kind, id }: IResourceId): Promise<IFailure> {
    return this._api.get(['resources', kind, id, 'failure'], {
      connection,
      region
    });
  }
}
