import { Event } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';
import * as React from 'react';

import { LaunchRoutes } from '../../../api/launches';
import { ILaunch } from '../../../protocol';
import { IModelId, ISmext } from '../../../tokens';
import { openModal } from '../../modal';
import { FollowedTasks } from '../../task/followed';
import { Wanted } from '../wanted';
import { LaunchProgress } from './progress';
import { launchName, launchWords } from './words';

const TITLE = 'jp-smext-launch-title';
const STATUS = 'jp-smext-launch-status';

/**
 * Deployments and fine-tunings of this window: shown in a dialog or, once hidden, followed by a
 * notification.
 */
export class Launches {
  constructor(private readonly _options: Launches.IOptions) {
    const { smext, stream, remember } = _options;
    const { api, trans } = smext;
    this._tasks = new FollowedTasks<ILaunch>({
      task: 'jumpstart',
      stream,
      trans,
      read: id => api.of(LaunchRoutes).launch(id),
      outcome: launch => launch.state,
      describe: launch => ({
        message: trans.__(
          '%1: %2',
          launchName(launch),
          launchWords(launch, trans)
        )
      }),
      show: launch => void this.show(launch),
      remember
    });
    this._tasks.changed.connect((_, launch) => {
      if (launch.state !== 'running') {
        this._changed.emit();
      }
    });
  }

  /** A launch came to an end. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The training job whose result is to be deployed on the page of its model. */
  readonly wanted = new Wanted<IModelId, string>(
    ({ connection, region, hub, id, version }) =>
      JSON.stringify([connection, region, hub, id, version])
  );

  /** Show a launch and follow it until it is over. */
  async show(launch: ILaunch): Promise<void> {
    const session = this._tasks.follow(launch);
    if (this._tasks.isShown(session)) {
      return;
    }
    const { smext } = this._options;
    const held = this._tasks.hold(session);
    await openModal<void>({
      api: smext.api,
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
            this.deployTuned(model, job);
          },
          onClose: () => close()
        })
    });
    held.dispose();
  }

  /** Show the form that deploys what a training job made of a model. */
  deployTuned(model: IModelId, job: string): void {
    this.wanted.ask(model, job);
    this._options.openModel(model);
  }

  /** Follow launches again that were running when this page was left. */
  resume(ids: ReadonlyArray<string>): Promise<void> {
    return this._tasks.resume(ids);
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _tasks: FollowedTasks<ILaunch>;
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
