import { Notification } from '@jupyterlab/apputils';
import { Event } from '@jupyterlab/services';
import * as React from 'react';

import { InventoryRoutes } from '../../api/inventory';
import { IKind, IPlanRequest } from '../../protocol';
import { ISmext } from '../../tokens';
import { openModal } from '../modal';
import { Progress } from './progress';
import { Proposal } from './proposal';
import { PlanSession } from './session';
import { PlanWords } from './words';

import '../../../style/shared.css';
import '../../../style/dialogs.css';

/**
 * Shut-downs of this window: asked about in a dialog, then followed in it or, once hidden, by a notification.
 */
export class Plans {
  constructor(options: Plans.IOptions) {
    this._options = options;
  }

  /**
   * Show what the requests would do and, when confirmed, do it; the answer is whether it was.
   */
  async propose(requests: ReadonlyArray<IPlanRequest>): Promise<boolean> {
    const { smext } = this._options;
    const holder = smext.store.acquire();
    const session = this._session(requests);
    const proposed = session.propose();
    const confirmed = await openModal<boolean>({
      api: smext.api,
      role: 'alertdialog',
      className: 'jp-smext-plan',
      labelledBy: 'jp-smext-plan-title',
      describedBy: 'jp-smext-plan-where',
      dismissed: false,
      render: ({ close }) => (
        <Proposal
          session={session}
          smext={smext}
          words={this._words()}
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
      this._drop(session);
    }
    holder.dispose();
    return confirmed;
  }

  /**
   * Follow plans again that were running when this page was left.
   */
  async resume(ids: ReadonlyArray<string>): Promise<void> {
    const { smext, remember } = this._options;
    const session = this._session();
    await session.resume(ids);
    if (!session.plans.length) {
      if (session.problem?.cause === 'not_found') {
        remember([]);
      }
      this._drop(session);
      return;
    }
    this._kinds = await smext.api.of(InventoryRoutes).kinds();
    this._follow(session);
    this._notify(session);
  }

  private _session(requests?: ReadonlyArray<IPlanRequest>): PlanSession {
    const { smext, stream } = this._options;
    const session = new PlanSession({ api: smext.api, stream, requests });
    this._sessions.add(session);
    return session;
  }

  private _drop(session: PlanSession): void {
    this._sessions.delete(session);
    session.dispose();
  }

  private _words(): PlanWords {
    const { store, trans } = this._options.smext;
    return new PlanWords({
      trans,
      kinds: store.kinds.size ? [...store.kinds.values()] : this._kinds
    });
  }

  private _follow(session: PlanSession): void {
    session.changed.connect(() => {
      this._remember();
      if (!this._shown.has(session)) {
        this._notify(session);
      }
    }, this);
  }

  private _remember(): void {
    this._options.remember(
      [...this._sessions]
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
      api: smext.api,
      role: 'dialog',
      className: 'jp-smext-plan-progress',
      labelledBy: 'jp-smext-plan-title',
      describedBy: 'jp-smext-plan-status',
      dismissed: undefined,
      render: ({ close }) => (
        <Progress
          session={session}
          smext={smext}
          words={this._words()}
          onClose={() => close()}
        />
      )
    });
    this._shown.delete(session);
    if (session.state === 'running') {
      this._notify(session);
    } else {
      this._drop(session);
    }
  }

  private _notify(session: PlanSession): void {
    const { trans } = this._options.smext;
    const words = this._words();
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

  private _kinds: ReadonlyArray<IKind> = [];
  private readonly _sessions = new Set<PlanSession>();
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
