import { Event } from '@jupyterlab/services';
import * as React from 'react';

import { NotebookJobRoutes } from '../../api/notebook-jobs';
import { INotebookJob } from '../../protocol';
import { ISmext } from '../../tokens';
import { openModal } from '../modal';
import { FollowedTasks } from '../task/followed';
import { JobForm } from './form';
import { JobList } from './list';
import { Progress } from './progress';
import { notebookName, stateWords } from './words';

import '../../../style/shared.css';
import '../../../style/dialogs.css';
import '../../../style/notebook-job.css';

const TITLE = 'jp-smext-job-title';
const STATUS = 'jp-smext-job-status';

/**
 * Notebook jobs of this window: asked for in a dialog, then followed in it or, once hidden, by a
 * notification.
 */
export class NotebookJobs {
  constructor(private readonly _options: NotebookJobs.IOptions) {
    const { smext, stream, open, remember } = _options;
    const { api, trans } = smext;
    this._tasks = new FollowedTasks<INotebookJob>({
      task: 'notebook-job',
      stream,
      trans,
      read: id => api.of(NotebookJobRoutes).job(id),
      outcome: job => job.state,
      describe: job => {
        const { request, result } = job;
        return {
          message: trans.__(
            '%1: %2',
            notebookName(request.path),
            stateWords(job, trans)
          ),
          actions:
            result === null
              ? []
              : [{ label: trans.__('Open'), callback: () => open(result) }]
        };
      },
      show: job => void this._show(job),
      remember
    });
  }

  /**
   * Ask how the notebook at `path` is run, run it, and show how it is getting on.
   */
  async run(path: string): Promise<void> {
    const { smext, save } = this._options;
    const holder = smext.store.acquire();
    const begun = await openModal<INotebookJob | null>({
      api: smext.api,
      role: 'dialog',
      className: 'jp-smext-job',
      labelledBy: TITLE,
      dismissed: null,
      render: ({ close }) => (
        <JobForm
          smext={smext}
          path={path}
          titleId={TITLE}
          save={() => save(path)}
          onClose={close}
        />
      )
    });
    holder.dispose();
    if (begun) {
      await this._show(begun);
    }
  }

  /**
   * Show the latest jobs, then the one that is chosen.
   */
  async list(): Promise<void> {
    const { smext } = this._options;
    const chosen = await openModal<INotebookJob | null>({
      api: smext.api,
      role: 'dialog',
      className: 'jp-smext-job',
      labelledBy: TITLE,
      dismissed: null,
      render: ({ close }) => (
        <JobList smext={smext} titleId={TITLE} onClose={close} />
      )
    });
    if (chosen) {
      await this._show(chosen);
    }
  }

  /**
   * Follow jobs again that were running when this page was left.
   */
  resume(ids: ReadonlyArray<string>): Promise<void> {
    return this._tasks.resume(ids);
  }

  private async _show(job: INotebookJob): Promise<void> {
    const session = this._tasks.follow(job);
    if (this._tasks.isShown(session)) {
      return;
    }
    const { smext, open } = this._options;
    const held = this._tasks.hold(session);
    await openModal<void>({
      api: smext.api,
      role: 'dialog',
      className: 'jp-smext-job jp-smext-job-progress',
      labelledBy: TITLE,
      describedBy: STATUS,
      dismissed: undefined,
      render: ({ close }) => (
        <Progress
          session={session}
          smext={smext}
          titleId={TITLE}
          statusId={STATUS}
          onOpen={open}
          onClose={() => close()}
        />
      )
    });
    held.dispose();
  }

  private readonly _tasks: FollowedTasks<INotebookJob>;
}

/**
 * A namespace for NotebookJobs statics.
 */
export namespace NotebookJobs {
  /**
   * The options of a window's notebook jobs.
   */
  export interface IOptions {
    readonly smext: ISmext;
    /** The server's events. */
    readonly stream: Event.Stream;
    /** Open a file in JupyterLab. */
    open(path: string): void;
    /** Save the notebook if it is open and changed. */
    save(path: string): Promise<void>;
    /** Keep the ids of the jobs that run in this window. */
    remember(ids: ReadonlyArray<string>): void;
  }
}
