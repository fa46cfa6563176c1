import {
  ICreation,
  ICreationCheck,
  ICreationRequest,
  IMetricFound,
  IMetricTrial
} from '../protocol';
import { Api } from './transport';

/**
 * What is created from a form.
 */
export class CreationRoutes {
  constructor(private readonly _api: Api) {}

  /** What metric definitions find in lines of a log. */
  metricTrial(request: IMetricTrial): Promise<IMetricFound[]> {
    return this._api.post(['creations', 'metric-trial'], {}, request);
  }

  /** What a creation would do, or what is wrong with it; nothing is created. */
  check(request: ICreationRequest): Promise<ICreationCheck> {
    return this._api.post(['creations', 'check'], {}, request);
  }

  start(request: ICreationRequest): Promise<ICreation> {
    return this._api.post(['creations'], {}, request);
  }

  creation(id: string): Promise<ICreation> {
    return this._api.get(['creations', id]);
  }

  cancel(id: string): Promise<ICreation> {
    return this._api.post(['creations', id, 'cancel']);
  }

  retry(id: string): Promise<ICreation> {
    return this._api.post(['creations', id, 'retry']);
  }
}
