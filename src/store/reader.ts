import { Api, problemOf } from '../api';
import { InventoryRoutes } from '../api/inventory';
import { IRegionView, IStatusChange, mergeInventory } from './merge';
import { RegionViews } from './regions';

/** Seconds after which who we are is asked again, and after which when it was not known. */
const IDENTITY_AGE = 600;
const IDENTITY_RETRY = 30;

const NOBODY = {
  account: null,
  alias: null,
  arn: null,
  name: null,
  expires_at: null
};

/**
 * Asks our server what changed in a region, and who we are there.
 */
export class RegionReader {
  constructor(
    private readonly _api: Api,
    private readonly _views: RegionViews
  ) {}

  /** What changed in a region, into its view; the answer are rows of another status than before. */
  async read(
    connection: string,
    region: IRegionView
  ): Promise<ReadonlyArray<IStatusChange>> {
    const { generation } = this._views;
    const name = region.region;
    const asked = ++this._asked;
    const changes: IStatusChange[] = [];
    let since = region.answered ? region.rev : 0;
    try {
      let inventory = await this._api
        .of(InventoryRoutes)
        .inventory(connection, name, since);
      if (inventory.rev < since) {
        // A restarted server counts anew: what it calls unchanged is not what we have.
        since = 0;
        inventory = await this._api
          .of(InventoryRoutes)
          .inventory(connection, name);
      }
      this._views.update(generation, name, old => {
        if (asked < (this._answered.get(name) ?? 0)) {
          return old;
        }
        this._answered.set(name, asked);
        return mergeInventory(old, inventory, since, changes);
      });
    } catch (error) {
      const failure = problemOf(error);
      this._views.update(generation, name, old => ({
        ...old,
        reading: false,
        failure
      }));
    }
    return changes;
  }

  /** Ask who we are at the next reading, however short ago that was. */
  forgetIdentity(): void {
    this._identityAt = 0;
  }

  /** Who we are, where that is not known for a while. */
  async readIdentity(connection: string): Promise<void> {
    const { generation, all } = this._views;
    const first = all[0];
    const now = Date.now() / 1000;
    const recovered = first.identity?.problem && first.answered;
    const expired =
      first.identity?.expires_at && first.identity.expires_at < now;
    const age = recovered || expired ? IDENTITY_RETRY : IDENTITY_AGE;
    if (now - this._identityAt <= age) {
      return;
    }
    this._identityAt = now;
    try {
      const identity = await this._api
        .of(InventoryRoutes)
        .identity(connection, first.region);
      for (const { region } of this._views.all) {
        this._views.update(generation, region, old => ({ ...old, identity }));
      }
    } catch (error) {
      // Who we are is a courtesy; that it is unknown is said where it would stand.
      const identity = { ...NOBODY, connection, problem: problemOf(error) };
      this._views.update(generation, first.region, old => ({
        ...old,
        identity
      }));
    }
  }

  private _answered = new Map<string, number>();
  private _asked = 0;
  private _identityAt = 0;
}
