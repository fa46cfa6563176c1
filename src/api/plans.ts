import { IPlan, IPlanRequest } from '../protocol';
import { Api } from './transport';

/**
 * Plans: what is to be shut down or deleted, in which order.
 */
export class PlanRoutes {
  constructor(private readonly _api: Api) {}

  /** Propose a shut-down: nothing happens until {@link run}. */
  propose(request: IPlanRequest): Promise<IPlan> {
    return this._api.post(['plans'], {}, request);
  }

  plan(id: string): Promise<IPlan> {
    return this._api.get(['plans', id]);
  }

  run(id: string): Promise<IPlan> {
    return this._api.post(['plans', id, 'run']);
  }

  retry(id: string): Promise<IPlan> {
    return this._api.post(['plans', id, 'retry']);
  }

  stop(id: string): Promise<IPlan> {
    return this._api.post(['plans', id, 'stop']);
  }
}
