import { Notification } from '@jupyterlab/apputils';
import { Event } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';

import { ApiError } from '../../../api';
import { showProblem } from '../../../components/problem';
import { ILaunch } from '../../../protocol';
import { IModelId, ISmext } from '../../../tokens';
import { openModal } from '../../modal';
import { TaskSession } from '../../task/session';
import { LaunchProgress } from './progress';
import { launchName, launchWords } from './words';

const TITLE = 'jp-smext-launch-title';
const STATUS = 'jp-smext-launch-status';

/**
 * Deployments and fine-tunings of this window: shown in a dialog or, once hidden, followed by a
 * notification.
 */
export class Launches {
  constructor(private readonly _options: Launches.IOptions) {}

  /** A launch came to an end, or another tuned model is to be deployed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The training job whose result is to be deployed, by the id of its model. */
  readonly wanted = new Map<string, string>();

  /** Show a launch and follow it until it is over. */
  async show(launch: ILaunch): Promise<void> {
    const session = this._session(launch);
    if (this._shown.has(session)) {
      return;
    }
    const { smext, openModel } = this._options;
    this._shown.add(session);
    const id = this._notifications.get(session.id);
    if (id) {
      Notification.dismiss(id);
      this._notifications.delete(session.id);
    }
    await openModal<void>({
      role: 'dialog',
      className: 'jp-smext-launch-progress',
      labelledBy: TITLE,
      describedBy: STATUS,
      dismissed: undefined,
      render: ({ close }) =>
        React.createElement(LaunchProgress, {
          session,
          smext,
          titleId: TITLE,
          statusId: STATUS,
          onDeploy: (model, job) => {
            close();
            this.wanted.set(model.id, job);
            openModel(model);
            this._changed.emit();
          },
          onClose: () => close()
        })
    });
    this._shown.delete(session);
    if (session.isRunning) {
      this._notify(session);
    }
    this._forgetEnded(session);
  }

  /** Follow launches again that were running when this page was left. */
  async resume(ids: ReadonlyArray<string>): Promise<void> {
    const { api, trans } = this._options.smext;
    for (const id of ids) {
      try {
        const session = this._session(await api.launch(id));
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

  private _session(launch: ILaunch): TaskSession<ILaunch> {
    const known = this._sessions.get(launch.id);
    if (known) {
      return known;
    }
    const { smext, stream } = this._options;
    const session = new TaskSession<ILaunch>({
      task: 'jumpstart',
      value: launch,
      stream,
      read: id => smext.api.launch(id)
    });
    this._sessions.set(launch.id, session);
    session.changed.connect(() => {
      this._remember();
      if (!session.isRunning) {
        this._changed.emit();
      }
      if (!this._shown.has(session)) {
        this._notify(session);
        this._forgetEnded(session);
      }
    });
    this._remember();
    return session;
  }

  private _forgetEnded(session: TaskSession<ILaunch>): void {
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

  private _notify(session: TaskSession<ILaunch>): void {
    const { trans } = this._options.smext;
    const launch = session.value;
    const running = session.isRunning;
    const types: {
      readonly [state in ILaunch['state']]: Notification.TypeOptions;
    } = {
      running: 'in-progress',
      done: 'success',
      failed: 'error',
      cancelled: 'warning'
    };
    const content = {
      message: trans.__(
        '%1: %2',
        launchName(launch),
        launchWords(launch, trans)
      ),
      type: types[launch.state],
      // Without this the notification is kept but not shown.
      autoClose: false as const,
      actions: [
        {
          label: running ? trans.__('Show progress') : trans.__('Show'),
          callback: () => void this.show(launch)
        }
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

  private readonly _changed = new Signal<this, void>(this);
  private readonly _sessions = new Map<string, TaskSession<ILaunch>>();
  private readonly _notifications = new Map<string, string>();
  private readonly _shown = new Set<TaskSession<ILaunch>>();
}

/**
 * A namespace for Launches statics.
 */
export namespace Launches {
  /**
   * The options of a window's launches.
   */
  export interface IOptions {
    readonly smext: ISmext;
    /** The server's events. */
    readonly stream: Event.Stream;
    openModel(model: IModelId): void;
    /** Keep the ids of the launches that run in this window. */
    remember(ids: ReadonlyArray<string>): void;
  }
}
