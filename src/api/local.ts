import { IDemo, ILocalEngine } from '../protocol';
import { Api } from './transport';

/**
 * The local engine and its demo.
 */
export class LocalRoutes {
  constructor(private readonly _api: Api) {}

  local(): Promise<ILocalEngine> {
    return this._api.get(['local']);
  }

  start(): Promise<ILocalEngine> {
    return this._api.post(['local', 'start']);
  }

  /** The demo of the local engine: what it makes, and how far it is. */
  demo(): Promise<IDemo> {
    return this._api.get(['local', 'demo']);
  }

  startDemo(region: string): Promise<IDemo> {
    return this._api.post(['local', 'demo'], { region });
  }

  stopDemo(): Promise<IDemo> {
    return this._api.post(['local', 'demo', 'stop']);
  }
}
