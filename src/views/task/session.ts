import { Event } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { problemOf } from '../../api';
import { IProblem, ITaskChanged, TASK_EVENT } from '../../protocol';

/**
 * What all long work of the server has in common.
 */
export interface ITask {
  readonly id: string;
  readonly rev: number;
}

/**
 * One long work of the server, kept up to date while it runs.
 */
export class TaskSession<T extends ITask> implements IDisposable {
  constructor(options: TaskSession.IOptions<T>) {
    this._options = options;
    this._value = options.value;
    options.stream.connect(this._onEvent, this);
    this._poll = new Poll({
      name: `jupyter_smext:${options.task}`,
      auto: false,
      factory: () => this.attempt(() => options.read(this.id)),
      // The server tells of each step as it changes; this is for a lost socket.
      frequency: { interval: 3000, backoff: true, max: 30000 },
      standby: 'when-hidden'
    });
    this._pace();
  }

  get id(): string {
    return this._value.id;
  }

  get value(): T {
    return this._value;
  }

  /** Why the last request to the server failed; the value is then the last one known. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isRunning(): boolean {
    return this._options.isRunning(this._value);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._options.stream.disconnect(this._onEvent, this);
    this._poll.dispose();
    Signal.clearData(this);
  }

  /** Ask the server for something that answers with the task as it then is. */
  async attempt(request: () => Promise<T>): Promise<void> {
    let problem: IProblem | null = null;
    try {
      const value = await request();
      // An answer may arrive after a newer one.
      if (value.rev >= this._value.rev) {
        this._value = value;
      }
    } catch (error) {
      problem = problemOf(error);
    }
    if (this._isDisposed) {
      return;
    }
    this._problem = problem;
    this._pace();
    this._changed.emit();
  }

  private _pace(): void {
    void (this.isRunning ? this._poll.start() : this._poll.stop());
  }

  private _onEvent(_: unknown, event: Event.Emission): void {
    if (event.schema_id !== TASK_EVENT) {
      return;
    }
    const { task, id, rev } = event as Event.Emission & ITaskChanged;
    if (
      task === this._options.task &&
      id === this.id &&
      rev > this._value.rev
    ) {
      void this._poll.refresh();
    }
  }

  private readonly _options: TaskSession.IOptions<T>;
  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private _value: T;
  private _problem: IProblem | null = null;
  private _isDisposed = false;
}

/**
 * A namespace for TaskSession statics.
 */
export namespace TaskSession {
  /** The options of a session. */
  export interface IOptions<T extends ITask> {
    /** Its name in the server's events. */
    readonly task: ITaskChanged['task'];
    /** The task as it was last seen. */
    readonly value: T;
    /** The server's events. */
    readonly stream: Event.Stream;
    read(id: string): Promise<T>;
    /** Whether there will be more to read. */
    isRunning(value: T): boolean;
  }
}
