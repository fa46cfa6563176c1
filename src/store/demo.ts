import { Event } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';

import { Api, problemOf } from '../api';
import { LocalRoutes } from '../api/local';
import { WindowMemory } from '../memory';
import { DEMO_EVENT, IDemo, IDemoChanged, IProblem } from '../protocol';

/**
 * The demo that fills the local engine, as far as our server has told; it runs there, and goes on
 * while nobody looks.
 */
export class Demo implements IDisposable {
  constructor(private readonly _options: Demo.IOptions) {
    this._soon = new Debouncer(() => this.read(), _options.debounce ?? 100);
    _options.stream.connect(this._onEvent, this);
  }

  /** Null until it is read. */
  get state(): IDemo | null {
    return this._state;
  }

  /** Why our server did not do what it was asked to. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get running(): boolean {
    return this._state?.state === 'running';
  }

  /** Whether it was asked to stop and has not yet. */
  get stopping(): boolean {
    return this._stopping;
  }

  /** Whether there is something to say of it: it runs, or how it ended was not put away. */
  get shown(): boolean {
    const { _state: demo } = this;
    return (
      this._problem !== null ||
      (demo !== null &&
        demo.state !== 'offered' &&
        (this.running || demo.started !== this._closed.load()))
    );
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._options.stream.disconnect(this._onEvent, this);
    this._soon.dispose();
  }

  /** That it cannot be read is said where all is said that cannot be read. */
  async read(): Promise<void> {
    const { _problem: before } = this;
    await this._ask(
      api => api.of(LocalRoutes).demo(),
      () => before
    );
  }

  /** Run it, or go on with it: what is there already is kept. */
  start(region: string): Promise<void> {
    return this._ask(api => api.of(LocalRoutes).startDemo(region));
  }

  async stop(): Promise<void> {
    this._stopping = true;
    this._options.changed();
    await this._ask(api => api.of(LocalRoutes).stopDemo());
    this._stopping = false;
    this._options.changed();
  }

  /** How it ended has been seen. */
  close(): void {
    this._problem = null;
    if (this._state?.started) {
      this._closed.save(this._state.started);
    }
    this._options.changed();
  }

  private async _ask(
    question: (api: Api) => Promise<IDemo>,
    problem: (found: IProblem | null) => IProblem | null = found => found
  ): Promise<void> {
    const asked = ++this._asked;
    let found: IProblem | null = null;
    try {
      const state = await question(this._options.api);
      if (asked === this._asked) {
        this._state = state;
      }
    } catch (error) {
      found = problemOf(error);
    }
    this._problem = problem(found);
    if (!this._isDisposed) {
      this._options.changed();
    }
  }

  private _onEvent(sender: unknown, emission: Event.Emission): void {
    if (
      emission.schema_id === DEMO_EVENT &&
      this._state !== null &&
      (emission as unknown as IDemoChanged).rev !== this._state.rev
    ) {
      void this._soon.invoke();
    }
  }

  private _asked = 0;
  private _closed = new WindowMemory<number>(
    'jupyter_smext:demo-closed',
    (value): value is number => typeof value === 'number'
  );
  private _isDisposed = false;
  private _problem: IProblem | null = null;
  private _soon: Debouncer;
  private _state: IDemo | null = null;
  private _stopping = false;
}

/**
 * A namespace for `Demo` statics.
 */
export namespace Demo {
  /**
   * The instantiation options of the demo.
   */
  export interface IOptions {
    api: Api;
    stream: Event.Stream;
    /** Something of it is another than before. */
    changed: () => void;
    debounce?: number;
  }
}
