import { Notification } from '@jupyterlab/apputils';
import { Event } from '@jupyterlab/services';
import { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { ApiError } from '../../api';
import { showProblem } from '../../components/problem';
import { ITaskChanged } from '../../protocol';
import { ITask, TaskSession } from './session';

/**
 * What a task came to, as far as it is told by a notification.
 */
export type Outcome = 'running' | 'done' | 'failed' | 'cancelled';

const TYPES: { readonly [outcome in Outcome]: Notification.TypeOptions } = {
  running: 'in-progress',
  done: 'success',
  failed: 'error',
  cancelled: 'warning'
};

/**
 * The tasks of one sort that this window follows: each is told by a notification unless it is
 * shown elsewhere, and is taken up again after a reload.
 */
export class FollowedTasks<T extends ITask> {
  constructor(private readonly _options: FollowedTasks.IOptions<T>) {}

  /** One of them is as it was not before. */
  get changed(): ISignal<this, T> {
    return this._changed;
  }

  /** The task, followed from now on until it is over and not shown. */
  follow(value: T): TaskSession<T> {
    const known = this._sessions.get(value.id);
    if (known) {
      return known;
    }
    const { task, stream, read, outcome } = this._options;
    const session = new TaskSession<T>({
      task,
      value,
      stream,
      read,
      isRunning: value => outcome(value) === 'running'
    });
    this._sessions.set(value.id, session);
    let { rev } = value;
    session.changed.connect(() => {
      this._remember();
      if (!this.isShown(session)) {
        this._notify(session);
        this._forgetEnded(session);
      }
      // While it runs it is also read where nothing was heard of it: most often it is as it was.
      if (session.value.rev !== rev) {
        rev = session.value.rev;
        this._changed.emit(session.value);
      }
    });
    this._remember();
    return session;
  }

  /** Whether somebody {@link hold}s it. */
  isShown(session: TaskSession<T>): boolean {
    return this._shown.has(session);
  }

  /** It is shown, and needs no notification, until what is answered is disposed of. */
  hold(session: TaskSession<T>): IDisposable {
    this._shown.set(session, (this._shown.get(session) ?? 0) + 1);
    const id = this._notifications.get(session.id);
    if (id) {
      Notification.dismiss(id);
      this._notifications.delete(session.id);
    }
    return new DisposableDelegate(() => {
      const others = this._shown.get(session)! - 1;
      if (others) {
        this._shown.set(session, others);
        return;
      }
      this._shown.delete(session);
      if (session.isRunning) {
        this._notify(session);
      }
      this._forgetEnded(session);
    });
  }

  /** Follow those again that were running when this page was left. */
  async resume(ids: ReadonlyArray<string>): Promise<void> {
    const { read, trans } = this._options;
    for (const id of ids) {
      try {
        const session = this.follow(await read(id));
        if (!this.isShown(session)) {
          this._notify(session);
          this._forgetEnded(session);
        }
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

  private _forgetEnded(session: TaskSession<T>): void {
    if (!session.isRunning && !this.isShown(session)) {
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

  private _notify(session: TaskSession<T>): void {
    const { outcome, describe, show, trans } = this._options;
    const { value } = session;
    const running = session.isRunning;
    const { message, actions } = describe(value);
    const type = TYPES[outcome(value)];
    const options = {
      // Without this the notification is kept but not shown.
      autoClose: false as const,
      actions: [
        {
          label: running ? trans.__('Show progress') : trans.__('Show'),
          callback: () => show(value)
        },
        ...(actions ?? [])
      ]
    };
    const id = this._notifications.get(session.id);
    if (id && running && !Notification.manager.has(id)) {
      // Closed by hand: it comes back with the result.
      return;
    }
    if (!id || !Notification.update({ id, message, type, ...options })) {
      this._notifications.set(
        session.id,
        Notification.emit(message, type, options)
      );
    }
  }

  private readonly _changed = new Signal<this, T>(this);
  private readonly _sessions = new Map<string, TaskSession<T>>();
  private readonly _notifications = new Map<string, string>();
  private readonly _shown = new Map<TaskSession<T>, number>();
}

/**
 * A namespace for FollowedTasks statics.
 */
export namespace FollowedTasks {
  /**
   * What a notification tells of a task; `actions` are more than to show it.
   */
  export interface INotice {
    readonly message: string;
    readonly actions?: ReadonlyArray<{
      readonly label: string;
      readonly callback: () => void;
    }>;
  }

  /**
   * The options of tasks of one sort.
   */
  export interface IOptions<T extends ITask> {
    /** Their name in the server's events. */
    readonly task: ITaskChanged['task'];
    /** The server's events. */
    readonly stream: Event.Stream;
    readonly trans: TranslationBundle;
    /** Throws ApiError. */
    read(id: string): Promise<T>;
    outcome(value: T): Outcome;
    describe(value: T): INotice;
    /** Show one; called from its notification. */
    show(value: T): void;
    /** Keep the ids of those that run in this window. */
    remember(ids: ReadonlyArray<string>): void;
  }
}
