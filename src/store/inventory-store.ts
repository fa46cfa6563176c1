import { Event } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, ApiError, problemOf } from '../api';
import { InventoryRoutes } from '../api/inventory';
import { WindowMemory } from '../memory';
import {
  IChanged,
  IConnection,
  IKind,
  ILocalEngine,
  IProblem
} from '../protocol';
import { ChildrenReader } from './children';
import { Choice, IChoice, isChoice, ownRegion } from './choice';
import { Demo } from './demo';
import { Elsewhere } from './elsewhere';
import { LOCAL } from './local';
import { LocalEngine } from './local-engine';
import { IInventoryView, IRegionView, IStatusChange, summarise } from './merge';
import { Pulse } from './pulse';
import { RegionReader } from './reader';
import { interval, RegionViews } from './regions';
import { Tables } from './tables';

/**
 * What the browser knows of the chosen connection and regions. It asks nothing before the first
 * {@link acquire}, nothing after the last release, and nothing while the page is hidden.
 */
export class InventoryStore implements IDisposable {
  constructor(options: InventoryStore.IOptions) {
    this.api = options.api;
    this._tables = new Tables(options.api);
    this._defaults = options.defaults ?? (() => Promise.resolve(null));
    this._choice = new Choice(
      options.memory ??
        new WindowMemory<IChoice>(
          `jupyter_smext:choice:${new URL(options.api.settings.baseUrl).pathname}`,
          isChoice
        )
    );
    const publish = () => this._publish();
    this._regions = new RegionViews(this._choice.value.regions, publish);
    this._reader = new RegionReader(this.api, this._regions);
    this._children = new ChildrenReader(this.api, this._regions);
    this._local = new LocalEngine(this.api, publish);
    this.demo = new Demo({
      api: this.api,
      stream: options.events.stream,
      changed: publish,
      debounce: options.debounce
    });
    this._view = summarise(this.connection, this._regions.all, this.kinds);
    this._pulse = new Pulse({
      read: () => this._read(),
      stream: options.events.stream,
      concerns: event => this._concerns(event),
      standby: options.standby,
      debounce: options.debounce
    });
  }

  readonly api: Api;

  /** The demo that fills the local engine; asked for while that is the connection. */
  readonly demo: Demo;

  /** Something of {@link view}, {@link connections}, {@link kinds}, {@link local} or {@link demo} changed. */
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
    return this._choice.value.connection;
  }

  get regions(): ReadonlyArray<string> {
    return this._choice.value.regions;
  }

  /** What is looked at, or would be: where nothing is chosen, the settings decide. */
  async chosen(): Promise<IChoice> {
    const { value } = this._choice;
    const defaults = value.connection === null ? await this._defaults() : null;
    return defaults?.connection ? this._complete(defaults) : this._choice.value;
  }

  /** All kinds, in the order of the server's table; empty until they are read. */
  get kinds(): ReadonlyMap<string, IKind> {
    return this._tables.kinds;
  }

  /** The ways into AWS; null until they are read. */
  get connections(): ReadonlyArray<IConnection> | null {
    return this._tables.connections;
  }

  /** One of {@link connections}; null while it is not known. */
  connectionOf(id: string | null): IConnection | null {
    return this._tables.connectionOf(id);
  }

  /** The local engine; null until it was asked for. */
  get local(): ILocalEngine | null {
    return this._local.state;
  }

  get isDisposed(): boolean {
    return this._pulse.isDisposed;
  }

  dispose(): void {
    this._regions.close();
    this.demo.dispose();
    this._pulse.dispose();
    Signal.clearData(this);
  }

  /**
   * Keep the inventory current until the answer is disposed: one call per view that shows it.
   */
  acquire(): IDisposable {
    return this._pulse.acquire();
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
          this._choice.regionsOf(connection, this.connectionOf(connection)));
    this._choose({ connection, regions: chosen });
  }

  setRegions(regions: ReadonlyArray<string>): void {
    if (this.connection !== null && regions.length) {
      this._choose({ connection: this.connection, regions });
    }
  }

  /** Ask our server now for what changed. */
  async refetch(): Promise<void> {
    await this._pulse.now();
  }

  /** Have AWS read again, now. */
  async refresh(): Promise<void> {
    const { connection, regions } = this._choice.value;
    if (connection === null) {
      return this.refetch();
    }
    const { generation } = this._regions;
    await Promise.all(
      regions.map(async region => {
        try {
          await this.api.of(InventoryRoutes).refresh(connection, region);
        } catch (error) {
          const failure = problemOf(error);
          this._regions.update(generation, region, old => ({
            ...old,
            failure
          }));
        }
      })
    );
    this._reader.forgetIdentity();
    await this.refetch();
  }

  /** Read the connections again: profiles come and go with the user's files. */
  async refreshConnections(): Promise<void> {
    await this._tables.readConnections();
    this._publish();
  }

  /** Start the local engine; {@link local} tells how it goes. */
  async startLocal(): Promise<void> {
    await this._local.start();
    this._reader.forgetIdentity();
    await this.refresh();
  }

  /** Fill the local engine, which is started if need be, with the demo; {@link demo} tells how it goes. */
  async startDemo(): Promise<void> {
    if (this.connection !== LOCAL) {
      this.setConnection(LOCAL);
    }
    if (!this._regions.all.some(one => one.answered && !one.problem)) {
      await this.startLocal();
    }
    if (this.connection === LOCAL && this.local?.running !== false) {
      await this.demo.start(this.regions[0]);
    }
  }

  /**
   * Read the rows of a kind that is listed under a parent, and keep them current until disposed.
   */
  watchChildren(region: string, kind: string, parent: string): IDisposable {
    return this._children.watch(this.connection, region, kind, parent);
  }

  /** How many ran in other regions of this connection when this window last looked. */
  get elsewhere(): ReadonlyArray<{ region: string; running: number }> {
    return this._elsewhere.of(this._view);
  }

  private _choose(choice: IChoice, remember = true): void {
    const same = choice.connection === this.connection;
    this._choice.set(choice, remember);
    this._regions.choose(choice.regions, same);
    if (!same) {
      this._local.forget();
    }
    this._reader.forgetIdentity();
    this._publish();
    void this.refetch();
  }

  /** The tables once, then what changed in each region. */
  private async _read(): Promise<void> {
    await this._readTables();
    const { connection } = this;
    if (this.isDisposed || connection === null) {
      return;
    }
    const { generation } = this._regions;
    // These wait for AWS, and must not hold up what our server answers at once.
    void this._reader.readIdentity(connection);
    this._children.readAll(connection);
    await Promise.all(
      this._regions.all.map(region => this._readRegion(connection, region))
    );
    if (generation !== this._regions.generation || !this._pulse.isHeld) {
      return;
    }
    await this._local.readAfter(connection, this._regions.all);
    this._readDemo();
    this._pulse.every = interval(this._regions.all, this._local.starting);
    const failed = this._regions.all.find(region => region.failure);
    if (failed?.failure) {
      throw new ApiError(failed.failure);
    }
  }

  /** Once, and while it runs: its events are hints. */
  private _readDemo(): void {
    const { state, running } = this.demo;
    const up = this._regions.all.some(one => one.answered && !one.problem);
    if (this.connection === LOCAL && up && (state === null || running)) {
      void this.demo.read();
    }
  }

  private async _readRegion(
    connection: string,
    region: IRegionView
  ): Promise<void> {
    const { generation } = this._regions;
    const changes = await this._reader.read(connection, region);
    if (changes.length && generation === this._regions.generation) {
      this._statusChanged.emit(changes);
    }
  }

  private async _readTables(): Promise<void> {
    try {
      await this._tables.read(this.connection === null);
      this._failure = null;
    } catch (error) {
      this._failure = problemOf(error);
      this._publish();
      throw error;
    }
    if (this.connection === null) {
      const choice = await this._defaults();
      if (choice?.connection && this.connection === null) {
        this._choose(this._complete(choice), false);
      }
    }
    this._publish();
  }

  /** With the connection's own region where none is named. */
  private _complete({ connection, regions }: IChoice): IChoice {
    return {
      connection,
      regions: regions.length
        ? regions
        : [ownRegion(this.connectionOf(connection))]
    };
  }

  private _publish(): void {
    if (this.isDisposed) {
      return;
    }
    this._view = summarise(
      this.connection,
      this._regions.all,
      this.kinds,
      this._failure
    );
    this._elsewhere.note(this._view);
    this._changed.emit();
  }

  private _concerns(event: IChanged): boolean {
    const region =
      event.connection === this.connection
        ? this._regions.find(event.region)
        : undefined;
    return !!region && (event.rev > region.rev || !region.answered);
  }

  private _changed = new Signal<this, void>(this);
  private _children: ChildrenReader;
  private _choice: Choice;
  private _defaults: () => Promise<IChoice | null>;
  private _elsewhere = new Elsewhere();
  private _failure: IProblem | null = null;
  private _local: LocalEngine;
  private _pulse: Pulse;
  private _reader: RegionReader;
  private _regions: RegionViews;
  private _statusChanged = new Signal<this, ReadonlyArray<IStatusChange>>(this);
  private _tables: Tables;
  private _view: IInventoryView;
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
