import { Api, problemOf } from '../api';
import { LocalRoutes } from '../api/local';
import { ILocalEngine } from '../protocol';
import { LOCAL } from './local';
import { IRegionView } from './merge';

const STOPPED: ILocalEngine = {
  running: false,
  starting: false,
  version: null,
  problem: null,
  kernels_without: null
};

/**
 * Whether the local engine runs; null until that is asked for.
 */
export class LocalEngine {
  constructor(
    private readonly _api: Api,
    private readonly _changed: () => void
  ) {}

  get state(): ILocalEngine | null {
    return this._state;
  }

  get starting(): boolean {
    return this._state?.starting ?? false;
  }

  /** Another connection is looked at. */
  forget(): void {
    this._state = null;
    this._generation += 1;
  }

  async start(): Promise<void> {
    this._set({ ...STOPPED, starting: true });
    try {
      this._set(await this._api.of(LocalRoutes).start());
    } catch (error) {
      this._set({ ...STOPPED, problem: problemOf(error) });
    }
  }

  /** Ask how it is: once, and where the regions read through it tell that it may be down. */
  async readAfter(
    connection: string,
    regions: ReadonlyArray<IRegionView>
  ): Promise<void> {
    const silent = regions.some(
      region => region.problem?.cause === 'offline' && region.failure === null
    );
    const sure = this._state?.running === true && !silent;
    if (connection !== LOCAL || this.starting || sure) {
      return;
    }
    const generation = this._generation;
    const state = await this._api.of(LocalRoutes).local();
    if (generation === this._generation) {
      this._set(state);
    }
  }

  private _set(state: ILocalEngine): void {
    this._state = state;
    this._changed();
  }

  private _generation = 0;
  private _state: ILocalEngine | null = null;
}
