import { Event } from '@jupyterlab/services';

import { Api } from '../../api';
import { INotebookJob } from '../../protocol';
import { TaskSession } from '../task/session';

/**
 * One notebook job, kept up to date while it runs.
 */
export class JobSession extends TaskSession<INotebookJob> {
  constructor(options: JobSession.IOptions) {
    const { api, stream, job } = options;
    super({
      task: 'notebook-job',
      value: job,
      stream,
      read: id => api.notebookJob(id)
    });
    this._api = api;
  }

  get job(): INotebookJob {
    return this.value;
  }

  /** Stop it; the notebook comes back as far as it got. */
  cancel(): Promise<void> {
    return this.attempt(() => this._api.cancelNotebookJob(this.id));
  }

  /** Bring what it left and is not here yet. */
  fetch(): Promise<void> {
    return this.attempt(() => this._api.fetchNotebookJob(this.id));
  }

  private readonly _api: Api;
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
