import { Event } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { Debouncer, Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, problemOf } from '../../api';
import { MonitoringRoutes } from '../../api/monitoring';
import { ResourceRoutes } from '../../api/resources';
import {
  CHANGED_EVENT,
  IChanged,
  IProblem,
  IResource,
  ITimeline
} from '../../protocol';
import { IResourceId } from '../../tokens';

/** Milliseconds between readings, while the resource changes and otherwise. */
const BUSY = 4000;
const CALM = 25_000;

/** Milliseconds that a place is kept after: it may change with each line that is scrolled. */
const REMEMBER = 500;

const NOTHING: ITimeline = {
  phases: [],
  started: null,
  ended: null,
  parallel: false,
  training_s: null,
  billable_s: null,
  saved: null,
  price: null,
  billed_s: null,
  cost: null,
  waits: '',
  note: '',
  problem: null
};

/**
 * One resource, read again when the server says that it changed, and now and then.
 */
export class ResourceModel implements IDisposable {
  constructor(options: ResourceModel.IOptions) {
    this.id = options.id;
    this._api = options.api;
    this._stream = options.stream;
    this._stream.connect(this._onEvent, this);
    this._poll = new Poll({
      name: 'jupyter_smext:resource',
      auto: false,
      factory: () => this._read(),
      frequency: { interval: CALM, backoff: true, max: 120_000 },
      standby: () => options.isHidden() || 'when-hidden'
    });
  }

  readonly id: IResourceId;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * The last good answer.
   */
  get resource(): IResource | null {
    return this._resource;
  }

  /**
   * Why there is no newer one.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * The view that was chosen; null before that, for the first one.
   */
  get view(): string | null {
    return this._view;
  }

  /**
   * Where in a view one is; empty for its beginning.
   */
  place(view: string): string {
    return this._places.get(view) ?? '';
  }

  /**
   * Show a view of it, at a place where that is given.
   */
  choose(view: string, place?: string): void {
    if (place !== undefined) {
      this._places.set(view, place);
    }
    this._view = view;
    this._changed.emit();
    void this._remember.invoke();
  }

  /**
   * Keep where in a view one is.
   */
  move(view: string, place: string): void {
    if (this.place(view) !== place) {
      this._places.set(view, place);
      this._changed.emit();
      void this._remember.invoke();
    }
  }

  /**
   * Emitted when another view, or another place in one, has been shown for a moment.
   */
  get moved(): ISignal<this, void> {
    return this._moved;
  }

  /**
   * What it went through, as of the last good answer, and why there is no newer one.
   */
  get timeline(): ITimeline | null {
    return this._timeline;
  }

  /**
   * When {@link resource} was read; epoch seconds.
   */
  get readAt(): number | null {
    return this._readAt;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._stream.disconnect(this._onEvent, this);
    this._poll.dispose();
    this._remember.dispose();
    Signal.clearData(this);
  }

  /**
   * Read it from now on; nothing is asked before.
   */
  start(): void {
    void this._poll.start();
  }

  /**
   * It is looked at: what was not read while it was hidden, or long ago, is read now.
   */
  look(): void {
    const age = Date.now() - 1000 * (this._readAt ?? 0);
    if (this._poll.state.phase !== 'constructed' && age > CALM) {
      void this._poll.refresh();
    }
  }

  /**
   * Read it now.
   */
  async refresh(): Promise<void> {
    await this._poll.refresh();
  }

  private async _read(): Promise<void> {
    const { connection, region, kind, id } = this.id;
    try {
      const resource = await this._api
        .of(ResourceRoutes)
        .resource(connection, region, kind, id);
      if (this._isDisposed) {
        return;
      }
      this._resource = resource;
      this._problem = null;
      this._readAt = Date.now() / 1000;
      this._poll.frequency = {
        ...this._poll.frequency,
        interval: resource.row.tone === 'busy' ? BUSY : CALM
      };
      this._changed.emit();
      if (resource.row.status) {
        await this._readTimeline();
      }
    } catch (error) {
      const problem = problemOf(error);
      if (this._isDisposed) {
        return;
      }
      this._problem = problem;
      this._changed.emit();
      // Rejected, the poll backs off.
      throw error;
    }
  }

  private async _readTimeline(): Promise<void> {
    const timeline = await this._api
      .of(MonitoringRoutes)
      .timeline(this.id)
      .catch(error => ({
        ...(this._timeline ?? NOTHING),
        problem: problemOf(error)
      }));
    if (!this._isDisposed) {
      this._timeline = timeline;
      this._changed.emit();
    }
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id !== CHANGED_EVENT) {
      return;
    }
    const { connection, region, kind, id } = this.id;
    const change = event as Event.Emission & IChanged;
    if (
      change.connection === connection &&
      change.region === region &&
      change.kind === kind &&
      change.ids.includes(id) &&
      this._poll.state.phase !== 'constructed'
    ) {
      void this._poll.refresh();
    }
  }

  private readonly _api: Api;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _moved = new Signal<this, void>(this);
  private readonly _remember = new Debouncer(
    () => this._moved.emit(),
    REMEMBER
  );
  private readonly _places = new Map<string, string>();
  private readonly _poll: Poll;
  private readonly _stream: Event.Stream;
  private _isDisposed = false;
  private _problem: IProblem | null = null;
  private _readAt: number | null = null;
  private _resource: IResource | null = null;
  private _timeline: ITimeline | null = null;
  private _view: string | null = null;
}

/**
 * A namespace for ResourceModel statics.
 */
export namespace ResourceModel {
  /**
   * The options of the model.
   */
  export interface IOptions {
    readonly api: Api;
    readonly id: IResourceId;
    /** The server's events. */
    readonly stream: Event.Stream;
    /** Whether nobody looks at it now. */
    isHidden(): boolean;
  }
}
