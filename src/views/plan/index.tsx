import { Notification } from '@jupyterlab/apputils';
import { Event } from '@jupyterlab/services';
import * as React from 'react';

import { IPlanRequest } from '../../protocol';
import { ISmext } from '../../tokens';
import { openModal } from '../modal';
import { Progress } from './progress';
import { Proposal } from './proposal';
import { PlanSession } from './session';
import { PlanWords } from './words';

/**
 * Shut-downs of this window: asked about in a dialog, then followed in it or, once hidden, by a notification.
 */
export class Plans {
  constructor(options: Plans.IOptions) {
    this._options = options;
  }

  /**
   * Show what the requests would do and, when confirmed, do it.
   */
  async propose(requests: ReadonlyArray<IPlanRequest>): Promise<void> {
    const { smext, stream } = this._options;
    const holder = smext.store.acquire();
    const session = new PlanSession({ api: smext.api, stream, requests });
    const proposed = session.propose();
    const confirmed = await openModal<boolean>({
      role: 'alertdialog',
      className: 'jp-smext-plan',
      label: 'jp-smext-plan-title',
      description: 'jp-smext-plan-where',
      dismissed: false,
      render: ({ close }) => (
        <Proposal
          session={session}
          smext={smext}
          onCancel={() => close(false)}
          onConfirm={() => close(true)}
        />
      )
    });
    await proposed;
    if (confirmed) {
      void session.run();
      this._follow(session);
      await this._show(session);
    } else {
      session.dispose();
    }
    holder.dispose();
  }

  /**
   * Follow plans again that were running when this page was left.
   */
  async resume(ids: ReadonlyArray<string>): Promise<void> {
    const { smext, stream } = this._options;
    const session = new PlanSession({ api: smext.api, stream });
    await session.resume(ids);
    if (!session.plans.length) {
      // The server's journal does not know them any more: nothing to follow.
      this._options.remember([]);
      session.dispose();
      return;
    }
    this._follow(session);
    this._notify(session);
  }

  private _follow(session: PlanSession): void {
    this._followed.add(session);
    session.changed.connect(() => {
      this._remember();
      if (!this._shown.has(session)) {
        this._notify(session);
      }
    }, this);
  }

  private _remember(): void {
    this._options.remember(
      [...this._followed]
        .filter(session => session.state === 'running')
        .flatMap(session => session.plans.map(plan => plan.id))
    );
  }

  private async _show(session: PlanSession): Promise<void> {
    const { smext } = this._options;
    if (this._shown.has(session)) {
      return;
    }
    this._shown.add(session);
    const id = this._notifications.get(session);
    if (id) {
      Notification.dismiss(id);
      this._notifications.delete(session);
    }
    await openModal<void>({
      role: 'dialog',
      className: 'jp-smext-plan-progress',
      label: 'jp-smext-plan-title',
      description: 'jp-smext-plan-status',
      dismissed: undefined,
      render: ({ close }) => (
        <Progress session={session} smext={smext} onClose={() => close()} />
      )
    });
    this._shown.delete(session);
    if (session.state === 'running') {
      this._notify(session);
    } else {
      this._followed.delete(session);
      session.dispose();
    }
  }

  private _notify(session: PlanSession): void {
    const { smext } = this._options;
    const { trans } = smext;
    const words = new PlanWords({
      trans,
      kinds: [...smext.store.kinds.values()]
    });
    const running = session.state === 'running';
    const failed = session.steps.some(step => step.state === 'failed');
    const message = running ? words.progress(session) : words.outcome(session);
    const content = {
      message,
      type: (running
        ? 'in-progress'
        : session.isDone
          ? 'success'
          : failed
            ? 'error'
            : 'warning') as Notification.TypeOptions,
      // Without this the notification is kept but not shown.
      autoClose: (session.isDone ? 10_000 : false) as number | false,
      actions: [
        {
          label: running ? trans.__('Show progress') : trans.__('Show'),
          callback: () => void this._show(session)
        }
      ]
    };
    const id = this._notifications.get(session);
    if (id && running && !Notification.manager.has(id)) {
      // Closed by hand: it comes back with the result.
      return;
    }
    if (!id || !Notification.update({ id, ...content })) {
      const { message, type, ...options } = content;
      this._notifications.set(
        session,
        Notification.emit(message, type, options)
      );
    }
  }

  private readonly _followed = new Set<PlanSession>();
  private readonly _notifications = new Map<PlanSession, string>();
  private readonly _options: Plans.IOptions;
  private readonly _shown = new Set<PlanSession>();
}

/**
 * A namespace for Plans statics.
 */
export namespace Plans {
  /**
   * The options of the shut-downs.
   */
  export interface IOptions {
    readonly smext: ISmext;
    /** The server's events. */
    readonly stream: Event.Stream;
    /** Keep the ids of the plans that run in this window. */
    remember(ids: ReadonlyArray<string>): void;
  }
}
