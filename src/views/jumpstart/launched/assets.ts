import { IDisposable } from '@lumino/disposable';
import { Throttler } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, problemOf } from '../../../api';
import { JumpStartRoutes } from '../../../api/jumpstart';
import { ILaunchedAssets, IProblem } from '../../../protocol';
import { InventoryStore } from '../../../store';

/** Milliseconds between two readings, whatever changes meanwhile. */
const PACE = 2000;

/** The kinds of which JumpStart makes some: of any, there may be a new one. */
const MADE = [
  'endpoint',
  'endpoint-config',
  'inference-component',
  'model',
  'training-job'
];

/**
 * What JumpStart or this extension made in a region: read when somebody looks, and again when a
 * launch, a stack or a row of the panel's changes.
 */
export class Assets implements IDisposable {
  constructor(private readonly _options: Assets.IOptions) {
    const { store, changes } = _options;
    store.changed.connect(this._onStore, this);
    changes.forEach(signal => signal.connect(this.readSoon, this));
  }

  /** It was read, could not be, or is being read. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The last answer for the region that is looked at. */
  get value(): ILaunchedAssets | null {
    return this._value;
  }

  /** Why there is none, or none that is newer. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get isReading(): boolean {
    return this._reading > 0;
  }

  get isDisposed(): boolean {
    return this._throttler.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._throttler.dispose();
      Signal.clearData(this);
    }
  }

  /** Look at a region, or at nothing while that is hidden. */
  look(connection: string | null, region: string | null, shown: boolean): void {
    const same = connection === this._connection && region === this._region;
    if (!same) {
      this._connection = connection;
      this._region = region;
      this._value = null;
      this._problem = null;
      this._isOld = true;
    }
    this._shown = shown;
    if (shown && this._isOld) {
      void this.read();
    }
  }

  /** Read now. */
  async read(): Promise<void> {
    const [connection, region] = [this._connection, this._region];
    if (connection === null || region === null || this.isDisposed) {
      return;
    }
    this._isOld = false;
    this._seen = this._revisions();
    this._reading += 1;
    this._changed.emit();
    let value = this._value;
    let problem: IProblem | null = null;
    try {
      value = await this._options.api
        .of(JumpStartRoutes)
        .assets(connection, region);
    } catch (error) {
      problem = problemOf(error);
    }
    this._reading -= 1;
    // Another region may be looked at by now.
    if (connection === this._connection && region === this._region) {
      this._value = value;
      this._problem = problem;
    }
    this._changed.emit();
  }

  /** Read in a moment, or once it is shown again. */
  readSoon(): void {
    this._isOld = true;
    if (this._shown && !this.isDisposed) {
      void this._throttler.invoke();
    }
  }

  private _onStore(): void {
    const now = this._revisions();
    const found = this._value?.assets.map(({ kind }) => kind) ?? [];
    const kinds = new Set([...MADE, ...found]);
    const changed = [...kinds].some(kind => {
      const seen = this._seen.get(kind);
      return seen !== undefined && seen !== now.get(kind);
    });
    // A page that comes for the first time tells nothing newer than what was read.
    this._seen = now;
    if (changed) {
      this.readSoon();
    }
  }

  /** The revisions of the panel's pages, in which the assets are. */
  private _revisions(): Map<string, number> {
    const { store } = this._options;
    const view = store.view.regions.find(one => one.region === this._region);
    const ours = store.connection === this._connection;
    return new Map(
      ours && view ? [...view.pages].map(([kind, { rev }]) => [kind, rev]) : []
    );
  }

  private _connection: string | null = null;
  private _region: string | null = null;
  private _value: ILaunchedAssets | null = null;
  private _problem: IProblem | null = null;
  private _reading = 0;
  private _shown = false;
  private _isOld = true;
  private _seen = new Map<string, number>();
  private readonly _throttler = new Throttler(() => this.read(), PACE);
  private readonly _changed = new Signal<this, void>(this);
}

/**
 * A namespace for Assets statics.
 */
export namespace Assets {
  /**
   * The options of what was launched.
   */
  export interface IOptions {
    readonly api: Api;
    readonly store: InventoryStore;
    /** Emitted when a launch or a stack is as it was not before. */
    readonly changes: ReadonlyArray<ISignal<unknown, unknown>>;
  }
}
