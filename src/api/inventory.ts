import { IConnection, IIdentity, IInventory, IKind } from '../protocol';
import { Api } from './transport';

/**
 * The ways into AWS, and what is known of what they lead to.
 */
export class InventoryRoutes {
  constructor(private readonly _api: Api) {}

  kinds(): Promise<IKind[]> {
    return this._api.get(['kinds']);
  }

  connections(): Promise<IConnection[]> {
    return this._api.get(['connections']);
  }

  identity(connection: string, region: string): Promise<IIdentity> {
    return this._api.get(['identity'], { connection, region });
  }

  /** The pages that changed after revision `since`; 0 for all. */
  inventory(
    connection: string,
    region: string,
    since = 0
  ): Promise<IInventory> {
    return this._api.get(['inventory'], {
      connection,
      region,
      since: String(since)
    });
  }

  /** Start a full reading now; its pages arrive through {@link inventory}. */
  refresh(connection: string, region: string): Promise<void> {
    return this._api.post(['inventory', 'refresh'], { connection, region });
  }
}
