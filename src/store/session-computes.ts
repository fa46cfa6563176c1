import { Event } from '@jupyterlab/services';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { Debouncer, IPoll, Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, problemOf } from '../api';
import { KernelRoutes } from '../api/kernels';
import { SwitchRoutes } from '../api/switches';
import {
  CHANGED_EVENT,
  IChanged,
  IProblem,
  ISessionCompute,
  ISwitch,
  ISwitchRequest,
  ITaskChanged,
  TASK_EVENT
} from '../protocol';

/** Seconds between two questions: at rest, and while a kernel moves (events are lost with a socket). */
const AT_REST = 30;
const CUT = 5;
const SWITCHING = 3;

/**
 * Where the kernels of this Jupyter server's notebooks run, and the switches between those places.
 * It asks nothing before the first {@link acquire}.
 */
export class SessionComputes implements IDisposable {
  constructor(options: SessionComputes.IOptions) {
    this._api = options.api;
    this._stream = options.stream;
    const standby = options.standby ?? 'when-hidden';
    this._poll = new Poll({
      name: 'jupyter_smext:session-computes',
      auto: false,
      factory: () => this._beat(),
      frequency: every(AT_REST),
      standby: () => (this._isShown || this._running().length ? standby : true)
    });
    this._soon = new Debouncer(() => this.read(), options.debounce ?? 250);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Why the last question was not answered; what is known is then older. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /** Whether anything is known at all. */
  get answered(): boolean {
    return this._sessions !== null;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._stream.disconnect(this._onEvent, this);
    this._poll.dispose();
    this._soon.dispose();
    Signal.clearData(this);
  }

  /** Where the kernel of a Jupyter session runs; null when that is not known. */
  ofSession(session: string | undefined): ISessionCompute | null {
    return this._sessions?.find(one => one.session_id === session) ?? null;
  }

  /** The last switch of a notebook, by its session or, where that is another by now, its path. */
  switchOf(session: string | undefined, path: string): ISwitch | null {
    const own = [...this._switches.values()].filter(
      ({ request }) => request.session_id === session || request.path === path
    );
    return own.reduce<ISwitch | null>(
      (last, one) => (last && last.started > one.started ? last : one),
      null
    );
  }

  /** Keep what is known current by the server's events: one call for each open notebook. */
  acquire(): IDisposable {
    const holder = new DisposableDelegate(() => {
      this._holders.delete(holder);
      if (!this._holders.size && !this._isDisposed) {
        this._stream.disconnect(this._onEvent, this);
        void this._poll.stop();
        // What begins now is not heard of.
        this._listed = false;
      }
    });
    this._holders.add(holder);
    if (this._holders.size === 1) {
      this._stream.connect(this._onEvent, this);
      void this._poll.start();
      this.readSoon();
    }
    return holder;
  }

  /** Ask now and then as well, while something of it is on the screen. */
  show(isShown: () => boolean): IDisposable {
    const view = new DisposableDelegate(() => {
      this._views.delete(view);
    });
    this._views.set(view, isShown);
    return view;
  }

  /** Something of the kernels changed in this page: ask what came of it. */
  readSoon(): void {
    void this._soon.invoke();
  }

  /** Ask now. */
  async read(): Promise<void> {
    const asked = ++this._asked;
    await this._attempt(async () => {
      // Every switch once; then only those that someone tells of.
      const [sessions, switches] = await Promise.all([
        this._api.of(KernelRoutes).sessionComputes(),
        this._listed
          ? this._readRunning()
          : this._api.of(SwitchRoutes).switches()
      ]);
      this._listed = true;
      this._readAt = Date.now();
      if (asked >= this._answered) {
        this._answered = asked;
        this._sessions = sessions;
      }
      const unheard = sessions.flatMap(({ switch: id }) =>
        id === null ||
        [...switches, ...this._switches.values()].some(one => one.id === id)
          ? []
          : this._api.of(SwitchRoutes).switch(id)
      );
      this._take([...switches, ...(await Promise.all(unheard))]);
    });
  }

  /** Read one switch, which may be new. */
  async readSwitch(id: string): Promise<ISwitch | null> {
    await this._attempt(async () =>
      this._learn([await this._api.of(SwitchRoutes).switch(id)])
    );
    return this._switches.get(id) ?? null;
  }

  /** Begin a switch. The errors are the caller's. */
  start(request: ISwitchRequest): Promise<ISwitch> {
    return this._do(() => this._api.of(SwitchRoutes).start(request));
  }

  cancel(id: string): Promise<ISwitch> {
    return this._do(() => this._api.of(SwitchRoutes).cancel(id));
  }

  /** Do again what failed, and what was not reached. */
  retry(id: string): Promise<ISwitch> {
    return this._do(() => this._api.of(SwitchRoutes).retry(id));
  }

  /** Go back to the type from before a failed switch. */
  goBack(id: string): Promise<ISwitch> {
    return this._do(() => this._api.of(SwitchRoutes).goBack(id));
  }

  /** Let go of a notebook's kernel, which goes on running. */
  async detach(session: string): Promise<void> {
    await this._api.of(KernelRoutes).detach(session);
    await this.read();
  }

  private async _do(act: () => Promise<ISwitch>): Promise<ISwitch> {
    const made = await act();
    this._take([made]);
    return made;
  }

  private get _isShown(): boolean {
    return [...this._views.values()].some(isShown => isShown());
  }

  private _running(): ISwitch[] {
    return [...this._switches.values()].filter(one => one.state === 'running');
  }

  /** What waits for its instance. */
  private _cut(): ISessionCompute[] {
    return (this._sessions ?? []).filter(({ line }) => line !== 'open');
  }

  private _readRunning(): Promise<ISwitch[]> {
    return Promise.all(
      this._running().map(({ id }) => this._api.of(SwitchRoutes).switch(id))
    );
  }

  private async _beat(): Promise<void> {
    if (!this._listed) {
      // The first question is on its way, or failed.
      if (this._problem !== null) {
        await this.read();
      }
    } else if (
      this._running().length &&
      Date.now() - this._readAt < 1000 * (AT_REST - SWITCHING)
    ) {
      await this._attempt(async () => this._learn(await this._readRunning()));
    } else {
      await this.read();
    }
  }

  private async _attempt(question: () => Promise<void>): Promise<void> {
    try {
      await question();
      this._problem = null;
    } catch (error) {
      this._problem = problemOf(error);
    }
    this._publish();
  }

  /** Take switches; of one that is over, together with where the kernel is now. */
  private async _learn(switches: ReadonlyArray<ISwitch>): Promise<void> {
    if (
      switches.some(
        ({ id, state }) =>
          state !== 'running' && this._switches.get(id)?.state === 'running'
      )
    ) {
      const asked = ++this._asked;
      const sessions = await this._api.of(KernelRoutes).sessionComputes();
      if (asked >= this._answered) {
        this._answered = asked;
        this._sessions = sessions;
      }
    }
    this._take(switches);
  }

  private _take(switches: ReadonlyArray<ISwitch>): void {
    for (const one of switches) {
      const known = this._switches.get(one.id);
      // An answer may arrive after a newer one.
      if (!known || known.rev <= one.rev) {
        this._switches.set(one.id, one);
      }
    }
    if (this._isDisposed) {
      return;
    }
    const rest = this._cut().length ? CUT : AT_REST;
    const next = every(this._running().length ? SWITCHING : rest);
    if (this._holders.size && next.interval < this._poll.frequency.interval) {
      // The next question was planned for later.
      void this._poll.schedule({ interval: next.interval });
    }
    this._poll.frequency = next;
    this._publish();
  }

  private _publish(): void {
    if (!this._isDisposed) {
      this._changed.emit();
    }
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id === CHANGED_EVENT) {
      const { connection, region } = event as Event.Emission & IChanged;
      const isThere = ({ compute: { at } }: ISessionCompute) =>
        at.connection === connection && at.region === region;
      if (this._cut().some(isThere)) {
        this.readSoon();
      }
      return;
    }
    if (event.schema_id !== TASK_EVENT) {
      return;
    }
    const { task, id, rev } = event as Event.Emission & ITaskChanged;
    if (task === 'kernel') {
      this.readSoon();
    } else if (task === 'switch') {
      const known = this._switches.get(id);
      if (!known || known.rev < rev) {
        void this.readSwitch(id);
      }
    }
  }

  private readonly _api: Api;
  private readonly _stream: Event.Stream;
  private readonly _poll: Poll;
  private readonly _soon: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _holders = new Set<IDisposable>();
  private readonly _views = new Map<IDisposable, () => boolean>();
  private readonly _switches = new Map<string, ISwitch>();
  private _answered = 0;
  private _asked = 0;
  private _isDisposed = false;
  private _listed = false;
  private _problem: IProblem | null = null;
  private _readAt = 0;
  private _sessions: ReadonlyArray<ISessionCompute> | null = null;
}

/**
 * A namespace for `SessionComputes` statics.
 */
export namespace SessionComputes {
  /**
   * The instantiation options.
   */
  export interface IOptions {
    api: Api;
    /** The server's events. */
    stream: Event.Stream;
    /** When the reading pauses; by default while the page is hidden. */
    standby?: Poll.Standby;
    /** Milliseconds in which several hints make one question. */
    debounce?: number;
  }
}

function every(seconds: number): IPoll.Frequency {
  return { interval: 1000 * seconds, backoff: true, max: 60_000 };
}
