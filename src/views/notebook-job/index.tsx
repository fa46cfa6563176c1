import { Notification } from '@jupyterlab/apputils';
import * as React from 'react';

import { ApiError } from '../../api';
import { showProblem } from '../../components/problem';
import { INotebookJob } from '../../protocol';
import { ISmext } from '../../tokens';
import { openModal } from '../modal';
import { JobForm } from './form';
import { JobSession } from './job-session';
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
  constructor(options: NotebookJobs.IOptions) {
    this._options = options;
  }

  /**
   * Ask how the notebook at `path` is run, run it, and show how it is getting on.
   */
  async run(path: string): Promise<void> {
    const { smext, save } = this._options;
    const holder = smext.store.acquire();
    const begun = await openModal<INotebookJob | null>({
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
      await this._show(this._session(begun));
    }
  }

  /**
   * Show the latest jobs, then the one that is chosen.
   */
  async list(): Promise<void> {
    const { smext } = this._options;
    const chosen = await openModal<INotebookJob | null>({
      role: 'dialog',
      className: 'jp-smext-job',
      labelledBy: TITLE,
      dismissed: null,
      render: ({ close }) => (
        <JobList smext={smext} titleId={TITLE} onClose={close} />
      )
    });
    if (chosen) {
      await this._show(this._session(chosen));
    }
  }

  /**
   * Follow jobs again that were running when this page was left.
   */
  async resume(ids: ReadonlyArray<string>): Promise<void> {
    const { api, trans } = this._options.smext;
    for (const id of ids) {
      try {
        const session = this._session(await api.notebookJob(id));
        this._notify(session);
        this._forgetEnded(session);
      } catch (error) {
        if (!(error instanceof ApiError)) {
          throw error;
        }
        if (error.problem.cause !== 'not_found') {
          await showProblem(error.problem, trans);
        }
      }
    }
    this._remember();
  }

  private _session(job: INotebookJob): JobSession {
    const known = this._sessions.get(job.id);
    if (known) {
      return known;
    }
    const { smext, stream } = this._options;
    const session = new JobSession({ api: smext.api, stream, job });
    this._sessions.set(job.id, session);
    session.changed.connect(() => {
      this._remember();
      if (!this._shown.has(session)) {
        this._notify(session);
        this._forgetEnded(session);
      }
    }, this);
    this._remember();
    return session;
  }

  private _forgetEnded(session: JobSession): void {
    if (!session.isRunning && !this._shown.has(session)) {
      this._sessions.delete(session.id);
      session.dispose();
    }
  }

  private _remember(): void {
    this._options.remember(
      [...this._sessions.values()]
        .filter(session => session.isRunning)
        .map(session => session.id)
    );
  }

  private async _show(session: JobSession): Promise<void> {
    const { smext, open } = this._options;
    if (this._shown.has(session)) {
      return;
    }
    this._shown.add(session);
    const id = this._notifications.get(session.id);
    if (id) {
      Notification.dismiss(id);
      this._notifications.delete(session.id);
    }
    await openModal<void>({
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
    this._shown.delete(session);
    if (session.isRunning) {
      this._notify(session);
    }
    this._forgetEnded(session);
  }

  private _notify(session: JobSession): void {
    const { smext, open } = this._options;
    const { trans } = smext;
    const { job } = session;
    const { result } = job;
    const running = session.isRunning;
    const types: {
      readonly [state in INotebookJob['state']]: Notification.TypeOptions;
    } = {
      running: 'in-progress',
      done: 'success',
      failed: 'error',
      cancelled: 'warning'
    };
    const content = {
      message: trans.__(
        '%1: %2',
        notebookName(job.request.path),
        stateWords(job, trans)
      ),
      type: types[job.state],
      // Without this the notification is kept but not shown.
      autoClose: false as const,
      actions: [
        {
          label: running ? trans.__('Show progress') : trans.__('Show'),
          callback: () => void this._show(this._session(job))
        },
        ...(result === null
          ? []
          : [{ label: trans.__('Open'), callback: () => open(result) }])
      ]
    };
    const id = this._notifications.get(session.id);
    if (id && running && !Notification.manager.has(id)) {
      // Closed by hand: it comes back with the result.
      return;
    }
    if (!id || !Notification.update({ id, ...content })) {
      const { message, type, ...options } = content;
      this._notifications.set(
        session.id,
        Notification.emit(message, type, options)
      );
    }
  }

  private readonly _options: NotebookJobs.IOptions;
  private readonly _sessions = new Map<string, JobSession>();
  private readonly _notifications = new Map<string, string>();
  private readonly _shown = new Set<JobSession>();
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
    readonly stream: JobSession.IStream;
    /** Open a file in JupyterLab. */
    open(path: string): void;
    /** Save the notebook if it is open and changed. */
    save(path: string): Promise<void>;
    /** Keep the ids of the jobs that run in this window. */
    remember(ids: ReadonlyArray<string>): void;
  }
}
