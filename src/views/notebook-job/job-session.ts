import { Event } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, problemOf } from '../../api';
import {
  INotebookJob,
  IProblem,
  ITaskChanged,
  TASK_EVENT
} from '../../protocol';

/**
 * One notebook job, kept up to date while it runs.
 */
export class JobSession implements IDisposable {
  constructor(options: JobSession.IOptions) {
    this._api = options.api;
    this._stream = options.stream;
    this._job = options.job;
    this._stream.connect(this._onEvent, this);
    this._poll = new Poll({
      name: 'jupyter_smext:notebook-job',
      auto: false,
      factory: () => this._attempt(() => this._api.notebookJob(this.id)),
      // The server tells of each step as it changes; this is for a lost socket.
      frequency: { interval: 3000, backoff: true, max: 30000 },
      standby: 'when-hidden'
    });
    this._pace();
  }

  get id(): string {
    return this._job.id;
  }

  get job(): INotebookJob {
    return this._job;
  }

  /** Why the last request to the server failed; the job is then the last one known. */
  get problem(): IProblem | null {
    return this._problem;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isRunning(): boolean {
    return this._job.state === 'running';
  }

  get isDisposed(): boolean {
    return this._isDisposed;
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

  /** Stop it; the notebook comes back as far as it got. */
  cancel(): Promise<void> {
    return this._attempt(() => this._api.cancelNotebookJob(this.id));
  }

  /** Bring what it left and is not here yet. */
  fetch(): Promise<void> {
    return this._attempt(() => this._api.fetchNotebookJob(this.id));
  }

  private async _attempt(request: () => Promise<INotebookJob>): Promise<void> {
    let problem: IProblem | null = null;
    try {
      const job = await request();
      // An answer may arrive after a newer one.
      if (job.rev >= this._job.rev) {
        this._job = job;
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
    if (task === 'notebook-job' && id === this.id && rev > this._job.rev) {
      void this._poll.refresh();
    }
  }

  private readonly _api: Api;
  private readonly _stream: JobSession.IStream;
  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private _job: INotebookJob;
  private _problem: IProblem | null = null;
  private _isDisposed = false;
}

/**
 * A namespace for JobSession statics.
 */
export namespace JobSession {
  /** The server's events. */
  export type IStream = Event.Stream;

  /** The options of a session. */
  export interface IOptions {
    readonly api: Api;
    readonly stream: IStream;
    readonly job: INotebookJob;
  }
}
