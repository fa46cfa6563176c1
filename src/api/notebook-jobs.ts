import {
  INotebookJob,
  INotebookJobForm,
  INotebookJobRequest
} from '../protocol';
import { Api } from './transport';

/**
 * Notebooks that run as training jobs.
 */
export class NotebookJobRoutes {
  constructor(private readonly _api: Api) {}

  /** What can be chosen to run the notebook at `path` as a job. */
  form(
    connection: string,
    region: string,
    path: string
  ): Promise<INotebookJobForm> {
    return this._api.get(['notebook-jobs', 'form'], {
      connection,
      region,
      path
    });
  }

  /** The latest notebook jobs, newest first. */
  jobs(): Promise<INotebookJob[]> {
    return this._api.get(['notebook-jobs']);
  }

  job(id: string): Promise<INotebookJob> {
    return this._api.get(['notebook-jobs', id]);
  }

  run(request: INotebookJobRequest): Promise<INotebookJob> {
    return this._api.post(['notebook-jobs'], {}, request);
  }

  cancel(id: string): Promise<INotebookJob> {
    return this._api.post(['notebook-jobs', id, 'cancel']);
  }

  /** Bring what a job left and is not here yet: its notebook, else its other files. */
  fetch(id: string): Promise<INotebookJob> {
    return this._api.post(['notebook-jobs', id, 'fetch']);
  }
}
