import { Event } from '@jupyterlab/services';

import { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, ApiError } from '../../api';
import { PlanRoutes } from '../../api/plans';
import {
  ILeftRunning,
  IPlan,
  IPlanChanged,
  IPlanRequest,
  IProblem,
  IStep,
  ITarget,
  PLAN_EVENT
} from '../../protocol';

/**
 * Where a shut-down stands: asked of the server, shown, refused, running, over.
 */
export type PlanState =
  'proposing' | 'proposed' | 'refused' | 'running' | 'ended';

/**
 * A step, and the region it runs in.
 */
export interface ILocatedStep extends IStep {
  readonly region: string;
}

/**
 * What is left running, and the region it runs in.
 */
export interface ILocatedLeft extends ILeftRunning {
  readonly region: string;
}

/**
 * One shut-down as a person sees it: a plan for every region it touches, kept up to date while it runs.
 */
export class PlanSession implements IDisposable {
  constructor(options: PlanSession.IOptions) {
    this._api = options.api;
    this._stream = options.stream;
    this.requests = options.requests ?? [];
    this._stream.connect(this._onEvent, this);
    this._poll = new Poll({
      name: 'jupyter_smext:plan',
      auto: false,
      factory: () => this._read(),
      // The server tells of each step as it changes; this is for a lost socket.
      frequency: { interval: 3000, backoff: true, max: 30000 },
      standby: 'when-hidden'
    });
  }

  /**
   * What was asked for; empty for plans taken up again.
   */
  readonly requests: ReadonlyArray<IPlanRequest>;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  get plans(): ReadonlyArray<IPlan> {
    return this._plans;
  }

  /**
   * Why the last request to the server failed; the plans are then the last ones known.
   */
  get problem(): IProblem | null {
    return this._problem;
  }

  get state(): PlanState {
    if (!this._plans.length) {
      return this._problem ? 'refused' : 'proposing';
    }
    if (this._plans.some(plan => plan.state === 'running')) {
      return 'running';
    }
    const waits = (plan: IPlan) => plan.state === 'proposed';
    return this._plans.some(plan => waits(plan) && plan.steps.length) ||
      this._plans.every(waits)
      ? 'proposed'
      : 'ended';
  }

  get steps(): ReadonlyArray<ILocatedStep> {
    return this._plans.flatMap(plan =>
      plan.steps.map(step => ({ ...step, region: plan.region }))
    );
  }

  get left(): ReadonlyArray<ILocatedLeft> {
    return this._plans.flatMap(plan =>
      plan.left.map(one => ({ ...one, region: plan.region }))
    );
  }

  /**
   * What could not be read while the plans were made: something may be missing from them.
   */
  get unread(): ReadonlyArray<IProblem> {
    return this._plans.flatMap(plan => plan.problems);
  }

  /**
   * When the first plan began; epoch seconds.
   */
  get started(): number | null {
    const times = this._plans.flatMap(plan => plan.started ?? []);
    return times.length ? Math.min(...times) : null;
  }

  /**
   * How long it took, in seconds; `null` while it is not over.
   */
  get length(): number | null {
    const times = this._plans.flatMap(plan => plan.ended ?? []);
    return this.state === 'ended' && times.length && this.started !== null
      ? Math.max(...times) - this.started
      : null;
  }

  /**
   * When AWS was asked again what is left, for every plan; `null` before that.
   */
  get checkedAt(): number | null {
    const times = this._plans.map(plan => plan.checked_at);
    return times.length && times.every(time => time !== null)
      ? Math.min(...(times as number[]))
      : null;
  }

  /**
   * What the closing check still found.
   */
  get leftOver(): ReadonlyArray<ITarget> {
    return this._plans.flatMap(plan => plan.left_over);
  }

  /**
   * The names of what is as it was: what the check found, and what no step came to or failed with.
   */
  get remaining(): ReadonlyArray<string> {
    const found = new Set(
      this.leftOver.map(target => `${target.kind} ${target.id}`)
    );
    return this.steps
      .filter(
        step => step.state !== 'done' || found.has(`${step.kind} ${step.id}`)
      )
      .map(step => step.name);
  }

  /**
   * Whether it was stopped with steps to go.
   */
  get isStopped(): boolean {
    return (
      this.state === 'ended' &&
      this._plans.some(plan => plan.state === 'stopped')
    );
  }

  /**
   * Whether all was done, and nothing of it is left.
   */
  get isDone(): boolean {
    return (
      this.state === 'ended' &&
      !this.leftOver.length &&
      this._plans.every(plan => plan.state !== 'failed') &&
      this.steps.every(step => step.state === 'done')
    );
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._stream.disconnect(this._onEvent, this);
    this._poll.dispose();
    Signal.clearData(this);
  }

  /**
   * Ask the server what it would do. Nothing happens yet.
   */
  async propose(): Promise<void> {
    this._plans = [];
    this._problem = null;
    this._changed.emit();
    await this._attempt(async () =>
      Promise.all(
        this.requests.map(request => this._api.of(PlanRoutes).propose(request))
      )
    );
  }

  /**
   * Take up plans made earlier, by their ids.
   */
  async resume(ids: ReadonlyArray<string>): Promise<void> {
    await this._attempt(() =>
      Promise.all(ids.map(id => this._api.of(PlanRoutes).plan(id)))
    );
  }

  run(): Promise<void> {
    return this._all(
      plan => plan.state === 'proposed' && plan.steps.length > 0,
      id => this._api.of(PlanRoutes).run(id)
    );
  }

  /**
   * Run again what failed or was not reached.
   */
  retry(): Promise<void> {
    return this._all(
      plan => plan.state === 'failed' || plan.state === 'stopped',
      id => this._api.of(PlanRoutes).retry(id)
    );
  }

  /**
   * Start no further step; those under way finish.
   */
  stop(): Promise<void> {
    return this._all(
      plan => plan.state === 'running',
      id => this._api.of(PlanRoutes).stop(id)
    );
  }

  private async _all(
    chosen: (plan: IPlan) => boolean,
    act: (id: string) => Promise<IPlan>
  ): Promise<void> {
    await this._attempt(() =>
      Promise.all(this._plans.map(plan => (chosen(plan) ? act(plan.id) : plan)))
    );
  }

  private async _read(): Promise<void> {
    const plans = await Promise.all(
      this._plans.map(plan =>
        plan.state === 'running' ? this._api.of(PlanRoutes).plan(plan.id) : plan
      )
    ).catch(error => {
      this._refused(error);
      throw error;
    });
    this._take(plans);
  }

  private async _attempt(
    request: () => Promise<ReadonlyArray<IPlan>>
  ): Promise<void> {
    try {
      this._take(await request());
    } catch (error) {
      this._refused(error);
    }
  }

  private _refused(error: unknown): void {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    if (!this._isDisposed) {
      this._problem = error.problem;
      this._changed.emit();
    }
  }

  private _take(plans: ReadonlyArray<IPlan>): void {
    if (this._isDisposed) {
      return;
    }
    const known = new Map(this._plans.map(plan => [plan.id, plan]));
    // An answer may arrive after a newer one.
    this._plans = plans.map(plan => {
      const old = known.get(plan.id);
      return old && old.rev > plan.rev ? old : plan;
    });
    this._problem = null;
    void (this.state === 'running' ? this._poll.start() : this._poll.stop());
    this._changed.emit();
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id !== PLAN_EVENT) {
      return;
    }
    const { id, rev } = event as Event.Emission & IPlanChanged;
    if (this._plans.some(plan => plan.id === id && plan.rev < rev)) {
      void this._poll.refresh();
    }
  }

  private readonly _api: Api;
  private readonly _stream: Event.Stream;
  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private _plans: ReadonlyArray<IPlan> = [];
  private _problem: IProblem | null = null;
  private _isDisposed = false;
}

/**
 * A namespace for PlanSession statics.
 */
export namespace PlanSession {
  /**
   * The options of a session.
   */
  export interface IOptions {
    readonly api: Api;
    /**
     * The server's events.
     */
    readonly stream: Event.Stream;
    readonly requests?: ReadonlyArray<IPlanRequest>;
  }
}
