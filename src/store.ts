import { Event } from '@jupyterlab/services';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { Debouncer, IPoll, Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, ApiError } from './api';
import { IChoice, isChoice, WindowMemory } from './choice';
import {
  childrenKey,
  IChildren,
  IInventoryView,
  IRegionView,
  IStatusChange,
  mergeInventory,
  mergePage,
  summarise,
  unreadRegion
} from './merge';
import {
  CHANGED_EVENT,
  IChanged,
  IConnection,
  IKind,
  ILocalEngine,
  IProblem
} from './protocol';

export * from './merge';

/** The id of the connection to the local engine. */
export const LOCAL = 'local';

const DEFAULT_REGION = 'us-east-1';
/** Seconds between two questions to our own server, which itself decides when to ask AWS. */
const CALM = 30;
const SOON = 5;
const READING = 1;
const IDENTITY_AGE = 600;

/**
 * What the browser knows of the chosen connection and regions. It asks nothing before the first
 * {@link acquire}, nothing after the last release, and nothing while the page is hidden.
 */
export class InventoryStore implements IDisposable {
  constructor(options: InventoryStore.IOptions) {
    this.api = options.api;
    this._stream = options.events.stream;
    this._defaults = options.defaults ?? (() => Promise.resolve(null));
    this._memory =
      options.memory ??
      new WindowMemory<IChoice>(
        `jupyter_smext:choice:${new URL(options.api.settings.baseUrl).pathname}`,
        isChoice
      );
    this._choice = this._memory.load() ?? NO_CHOICE;
    this._regions = this._choice.regions.map(unreadRegion);
    this._view = summarise(this._choice.connection, this._regions, this._kinds);
    this._poll = new Poll({
      name: 'jupyter_smext:inventory',
      auto: false,
      factory: () => this._tick(),
      frequency: { interval: 1000 * CALM, backoff: true, max: 60_000 },
      standby: options.standby ?? 'when-hidden'
    });
    this._soon = new Debouncer(() => this.refetch(), options.debounce ?? 100);
  }

  readonly api: Api;

  /** Something of {@link view}, {@link connections}, {@link kinds} or {@link local} changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Rows whose status is another one than at the last reading. */
  get statusChanged(): ISignal<this, ReadonlyArray<IStatusChange>> {
    return this._statusChanged;
  }

  get view(): IInventoryView {
    return this._view;
  }

  get connection(): string | null {
    return this._choice.connection;
  }

  get regions(): ReadonlyArray<string> {
    return this._choice.regions;
  }

  /** All kinds, in the order of the server's table; empty until they are read. */
  get kinds(): ReadonlyMap<string, IKind> {
    return this._kinds;
  }

  /** The ways into AWS; null until they are read. */
  get connections(): ReadonlyArray<IConnection> | null {
    return this._connections;
  }

  /** One of {@link connections}; null while it is not known. */
  connectionOf(id: string | null): IConnection | null {
    return this._connections?.find(one => one.id === id) ?? null;
  }

  /** The local engine; null until it was asked for. */
  get local(): ILocalEngine | null {
    return this._local;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._holders.clear();
    this._soon.dispose();
    this._poll.dispose();
    Signal.clearData(this);
  }

  /**
   * Keep the inventory current until the answer is disposed: one call per view that shows it.
   */
  acquire(): IDisposable {
    const holder = new DisposableDelegate(() => {
      if (this._holders.delete(holder) && !this._holders.size) {
        this._stream.disconnect(this._onEvent, this);
        void this._poll.stop();
      }
    });
    if (this._isDisposed) {
      return holder;
    }
    this._holders.add(holder);
    if (this._holders.size === 1) {
      this._stream.connect(this._onEvent, this);
      void this._poll.start();
    }
    return holder;
  }

  /**
   * Look at another connection, in the regions last seen with it, else its own.
   */
  setConnection(
    connection: string | null,
    regions?: ReadonlyArray<string>
  ): void {
    const chosen =
      connection === null
        ? []
        : (regions ??
          this._regionsOf.get(connection) ?? [this._ownRegion(connection)]);
    this._choose({ connection, regions: chosen });
  }

  setRegions(regions: ReadonlyArray<string>): void {
    if (this.connection !== null && regions.length) {
      this._choose({ connection: this.connection, regions });
    }
  }

  /** Ask our server now for what changed. */
  async refetch(): Promise<void> {
    if (this._isDisposed || !this._holders.size) {
      return;
    }
    if (this._inFlight) {
      // What is being read may already be older than what the caller knows of.
      this._again = true;
    } else {
      await this._poll.refresh();
    }
  }

  /** Have AWS read again, now. */
  async refresh(): Promise<void> {
    const { connection, regions } = this._choice;
    if (connection === null) {
      return this.refetch();
    }
    const generation = this._generation;
    await Promise.all(
      regions.map(async region => {
        try {
          await this.api.refresh(connection, region);
        } catch (error) {
          this._update(generation, region, old => ({
            ...old,
            failure: problemOf(error)
          }));
        }
      })
    );
    this._identityAt = 0;
    await this.refetch();
  }

  /** Read the connections again: profiles come and go with the user's files. */
  async refreshConnections(): Promise<void> {
    const connections = await this.api.connections();
    if (!this._isDisposed) {
      this._connections = connections;
      this._publish();
    }
  }

  /** Start the local engine; {@link local} tells how it goes. */
  async startLocal(): Promise<void> {
    this._setLocal({
      running: false,
      starting: true,
      version: null,
      problem: null
    });
    try {
      this._setLocal(await this.api.startLocal());
    } catch (error) {
      this._setLocal({
        running: false,
        starting: false,
        version: null,
        problem: problemOf(error)
      });
    }
    this._identityAt = 0;
    await this.refresh();
  }

  /**
   * Read the rows of a kind that is listed under a parent, and keep them current until disposed.
   */
  watchChildren(region: string, kind: string, parent: string): IDisposable {
    const key = `${region}\n${childrenKey(kind, parent)}`;
    const count = this._watched.get(key)?.count ?? 0;
    this._watched.set(key, { region, kind, parent, count: count + 1 });
    if (count === 0) {
      void this._readChildren(this._generation, region, kind, parent);
    }
    return new DisposableDelegate(() => {
      const watched = this._watched.get(key);
      if (watched && watched.count > 1) {
        this._watched.set(key, { ...watched, count: watched.count - 1 });
      } else {
        this._watched.delete(key);
      }
    });
  }

  /** How many ran in other regions of this connection when this window last looked. */
  get elsewhere(): ReadonlyArray<{ region: string; running: number }> {
    return [...this._seen]
      .filter(
        ([key, running]) =>
          running > 0 &&
          key.startsWith(`${this.connection}\n`) &&
          !this.regions.includes(key.split('\n')[1])
      )
      .map(([key, running]) => ({ region: key.split('\n')[1], running }));
  }

  private _ownRegion(connection: string): string {
    const found = this.connectionOf(connection);
    return (
      found?.region ??
      (found && !found.regions.includes(DEFAULT_REGION)
        ? (found.regions[0] ?? DEFAULT_REGION)
        : DEFAULT_REGION)
    );
  }

  private _choose(choice: IChoice, remember = true): void {
    const same = choice.connection === this._choice.connection;
    const known = new Map(
      (same ? this._regions : []).map(region => [region.region, region])
    );
    this._choice = choice;
    this._generation += 1;
    this._regions = choice.regions.map(
      region => known.get(region) ?? unreadRegion(region)
    );
    if (!same) {
      this._local = null;
    }
    this._identityAt = 0;
    if (choice.connection !== null) {
      this._regionsOf.set(choice.connection, choice.regions);
    }
    if (remember) {
      this._memory.save(choice);
    }
    this._publish();
    void this.refetch();
  }

  private async _tick(): Promise<void> {
    this._inFlight = true;
    try {
      do {
        this._again = false;
        try {
          await this._read();
        } catch (error) {
          if (!this._again) {
            // Rejected, the poll backs off.
            throw error;
          }
        }
      } while (this._again && !this._isDisposed && this._holders.size);
    } finally {
      this._inFlight = false;
    }
  }

  /** The tables once, then what changed in each region. */
  private async _read(): Promise<void> {
    await this._readTables();
    const { connection } = this._choice;
    if (this._isDisposed || connection === null) {
      return;
    }
    const generation = this._generation;
    // These wait for AWS, and must not hold up what our server answers at once.
    void this._readIdentity(generation, connection);
    for (const { region, kind, parent } of this._watched.values()) {
      void this._readChildren(generation, region, kind, parent);
    }
    await Promise.all(
      this._regions.map(region =>
        this._readRegion(generation, connection, region)
      )
    );
    if (generation !== this._generation || this._isDisposed) {
      return;
    }
    await this._readLocal(generation);
    this._poll.frequency = this._frequency();
    const failed = this._regions.find(region => region.failure);
    if (failed?.failure) {
      throw new ApiError(failed.failure);
    }
  }

  private async _readTables(): Promise<void> {
    try {
      if (!this._kinds.size) {
        const kinds = await this.api.kinds();
        this._kinds = new Map(kinds.map(kind => [kind.id, kind]));
      }
      if (this._connections === null || this.connection === null) {
        this._connections = await this.api.connections();
      }
      this._failure = null;
    } catch (error) {
      this._failure = problemOf(error);
      this._publish();
      throw error;
    }
    if (this.connection === null) {
      const choice = await this._defaults();
      if (choice?.connection && this.connection === null) {
        const { connection, regions } = choice;
        this._choose(
          {
            connection,
            regions: regions.length ? regions : [this._ownRegion(connection)]
          },
          false
        );
      }
    }
    this._publish();
  }

  private async _readRegion(
    generation: number,
    connection: string,
    region: IRegionView
  ): Promise<void> {
    const asked = ++this._asked;
    let since = region.answered ? region.rev : 0;
    try {
      let inventory = await this.api.inventory(
        connection,
        region.region,
        since
      );
      if (inventory.rev < since) {
        // A restarted server counts anew: what it calls unchanged is not what we have.
        since = 0;
        inventory = await this.api.inventory(connection, region.region);
      }
      const changes: IStatusChange[] = [];
      this._update(generation, region.region, old => {
        const newest = this._answered.get(region.region) ?? 0;
        if (asked < newest) {
          return old;
        }
        this._answered.set(region.region, asked);
        return mergeInventory(old, inventory, since, changes);
      });
      if (changes.length && generation === this._generation) {
        this._statusChanged.emit(changes);
      }
    } catch (error) {
      this._update(generation, region.region, old => ({
        ...old,
        reading: false,
        failure: problemOf(error)
      }));
    }
  }

  private async _readChildren(
    generation: number,
    region: string,
    kind: string,
    parent: string
  ): Promise<void> {
    const { connection } = this._choice;
    const asked = [generation, region, kind, parent].join('\n');
    if (connection === null || this._childrenAsked.has(asked)) {
      return;
    }
    this._childrenAsked.add(asked);
    const set = (change: (old: IChildren) => IChildren) =>
      this._update(generation, region, old => {
        const key = childrenKey(kind, parent);
        const children = new Map(old.children);
        children.set(
          key,
          change(
            old.children.get(key) ?? {
              kind,
              parent,
              page: null,
              problem: null,
              reading: true
            }
          )
        );
        return { ...old, children };
      });
    set(old => ({ ...old, reading: true }));
    try {
      const page = await this.api.page(connection, region, kind, parent);
      set(old => {
        const merged = mergePage(old.page ?? undefined, page);
        return {
          ...old,
          page: merged,
          problem: page.problem,
          reading: false
        };
      });
    } catch (error) {
      set(old => ({ ...old, problem: problemOf(error), reading: false }));
    } finally {
      this._childrenAsked.delete(asked);
    }
  }

  private async _readIdentity(
    generation: number,
    connection: string
  ): Promise<void> {
    const first = this._regions[0];
    const now = Date.now() / 1000;
    const recovered = first.identity?.problem && first.answered;
    const expired =
      first.identity?.expires_at && first.identity.expires_at < now;
    const due =
      now - this._identityAt > (recovered || expired ? CALM : IDENTITY_AGE);
    if (!due) {
      return;
    }
    this._identityAt = now;
    try {
      const identity = await this.api.identity(connection, first.region);
      for (const { region } of this._regions) {
        this._update(generation, region, old => ({ ...old, identity }));
      }
    } catch (error) {
      // Who we are is a courtesy; that it is unknown is said where it would stand.
      const identity = {
        ...NOBODY,
        connection,
        problem: problemOf(error)
      };
      this._update(generation, first.region, old => ({ ...old, identity }));
    }
  }

  private async _readLocal(generation: number): Promise<void> {
    const silent = this._regions.some(
      region => region.problem?.cause === 'offline' && region.failure === null
    );
    if (this.connection !== LOCAL || this._local?.starting) {
      return;
    }
    if (silent || this._local?.running === false) {
      const local = await this.api.local();
      if (generation === this._generation) {
        this._setLocal(local);
      }
    }
  }

  private _setLocal(local: ILocalEngine): void {
    this._local = local;
    this._publish();
  }

  private _frequency(): IPoll.Frequency {
    const now = Date.now() / 1000;
    let interval = CALM;
    for (const region of this._regions) {
      if (region.reading || this._local?.starting) {
        interval = READING;
      } else if (region.nextReadAt !== null) {
        const wait = region.nextReadAt - now + 1;
        interval = Math.min(interval, Math.max(SOON, wait));
      }
    }
    return { interval: 1000 * interval, backoff: true, max: 60_000 };
  }

  private _update(
    generation: number,
    name: string,
    change: (old: IRegionView) => IRegionView
  ): void {
    if (this._isDisposed || generation !== this._generation) {
      return;
    }
    this._regions = this._regions.map(region =>
      region.region === name ? change(region) : region
    );
    this._publish();
  }

  private _publish(): void {
    if (this._isDisposed) {
      return;
    }
    this._view = summarise(
      this._choice.connection,
      this._regions,
      this._kinds,
      this._failure
    );
    for (const region of this._regions) {
      this._seen.set(
        `${this.connection}\n${region.region}`,
        this._view.running.filter(ref => ref.region === region.region).length
      );
    }
    this._changed.emit();
  }

  private _onEvent(sender: unknown, emission: Event.Emission): void {
    if (emission.schema_id !== CHANGED_EVENT) {
      return;
    }
    const event = emission as unknown as IChanged;
    const region =
      event.connection === this.connection
        ? this._regions.find(one => one.region === event.region)
        : undefined;
    if (region && (event.rev > region.rev || !region.answered)) {
      void this._soon.invoke();
    }
  }

  private _again = false;
  private _answered = new Map<string, number>();
  private _asked = 0;
  private _changed = new Signal<this, void>(this);
  private _childrenAsked = new Set<string>();
  private _choice: IChoice;
  private _connections: ReadonlyArray<IConnection> | null = null;
  private _defaults: () => Promise<IChoice | null>;
  private _failure: IProblem | null = null;
  private _generation = 0;
  private _holders = new Set<IDisposable>();
  private _identityAt = 0;
  private _inFlight = false;
  private _isDisposed = false;
  private _kinds: ReadonlyMap<string, IKind> = new Map();
  private _local: ILocalEngine | null = null;
  private _memory: WindowMemory<IChoice>;
  private _poll: Poll;
  private _regions: ReadonlyArray<IRegionView>;
  private _regionsOf = new Map<string, ReadonlyArray<string>>();
  private _seen = new Map<string, number>();
  private _soon: Debouncer;
  private _statusChanged = new Signal<this, ReadonlyArray<IStatusChange>>(this);
  private _stream: Event.Stream;
  private _view: IInventoryView;
  private _watched = new Map<
    string,
    { region: string; kind: string; parent: string; count: number }
  >();
}

/**
 * A namespace for `InventoryStore` statics.
 */
export namespace InventoryStore {
  /**
   * The instantiation options of an inventory store.
   */
  export interface IOptions {
    api: Api;
    /** JupyterLab's event manager; our server tells it what changed. */
    events: { readonly stream: Event.Stream };
    /** Where the choice is kept; by default in the browser's storage. */
    memory?: WindowMemory<IChoice>;
    /** What to look at when nothing is remembered, asked at the first use. */
    defaults?: () => Promise<IChoice | null>;
    /** When the reading pauses; by default while the page is hidden. */
    standby?: Poll.Standby | (() => boolean | Poll.Standby);
    /** Milliseconds in which several events make one question. */
    debounce?: number;
  }
}

const NO_CHOICE: IChoice = { connection: null, regions: [] };

const NOBODY = {
  account: null,
  alias: null,
  arn: null,
  name: null,
  expires_at: null
};

function problemOf(error: unknown): IProblem {
  if (error instanceof ApiError) {
    return error.problem;
  }
  throw error;
}
