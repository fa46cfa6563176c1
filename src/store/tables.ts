import { Api } from '../api';
import { InventoryRoutes } from '../api/inventory';
import { IConnection, IKind } from '../protocol';

/**
 * What does not depend on the connection: the kinds, and the connections there are.
 */
export class Tables {
  constructor(private readonly _api: Api) {}

  /** In the order of the server's table; empty until they are read. */
  get kinds(): ReadonlyMap<string, IKind> {
    return this._kinds;
  }

  /** Null until they are read. */
  get connections(): ReadonlyArray<IConnection> | null {
    return this._connections;
  }

  connectionOf(id: string | null): IConnection | null {
    return this._connections?.find(one => one.id === id) ?? null;
  }

  /** Read what is not known yet; the connections `anew` where one of them must be chosen. */
  async read(anew: boolean): Promise<void> {
    if (!this._kinds.size) {
      const kinds = await this._api.of(InventoryRoutes).kinds();
      this._kinds = new Map(kinds.map(kind => [kind.id, kind]));
    }
    if (this._connections === null || anew) {
      await this.readConnections();
    }
  }

  async readConnections(): Promise<void> {
    this._connections = await this._api.of(InventoryRoutes).connections();
  }

  private _connections: ReadonlyArray<IConnection> | null = null;
  private _kinds: ReadonlyMap<string, IKind> = new Map();
}
