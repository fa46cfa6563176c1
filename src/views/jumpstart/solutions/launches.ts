import { Notification } from '@jupyterlab/apputils';
import { Event } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';
import * as React from 'react';

import { problemOf } from '../../../api';
import { SolutionRoutes } from '../../../api/solutions';
import { showProblem } from '../../../components/problem';
import { ISolutionLaunch } from '../../../protocol';
import { ISmext, ISolutionId } from '../../../tokens';
import { openModal } from '../../modal';
import { FollowedTasks } from '../../task/followed';
import { TaskSession } from '../../task/session';
import { askFolder } from '../ask-folder';
import { Wanted } from '../wanted';
import { DeleteDialog } from './delete-dialog';
import { outcomeOf, solutionOf, stackWords } from './words';

const TITLE = 'jp-smext-stack-delete-title';
const ABOUT = 'jp-smext-stack-delete-about';

/**
 * The stacks of solutions that this window follows: shown on the page of their solution, and told
 * by a notification while that is not open.
 */
export class SolutionLaunches {
  constructor(private readonly _options: SolutionLaunches.IOptions) {
    const { smext, stream, remember } = _options;
    const { api, trans } = smext;
    this._tasks = new FollowedTasks<ISolutionLaunch>({
      task: 'solution',
      stream,
      trans,
      read: id => api.of(SolutionRoutes).solutionLaunch(id),
      outcome: outcomeOf,
      describe: launch => ({
        message: trans.__(
          '%1: %2',
          launch.request.stack,
          stackWords(launch, trans)
        )
      }),
      show: launch => this.show(launch),
      remember
    });
  }

  /** One of the stacks is as it was not before. */
  get changed(): ISignal<unknown, ISolutionLaunch> {
    return this._tasks.changed;
  }

  follow(launch: ISolutionLaunch): TaskSession<ISolutionLaunch> {
    return this._tasks.follow(launch);
  }

  /** It is looked at, until what is answered is disposed of. */
  hold(session: TaskSession<ISolutionLaunch>): IDisposable {
    return this._tasks.hold(session);
  }

  /** The id of the launch whose stack is to be seen on the page of its solution. */
  readonly wanted = new Wanted<ISolutionId, string>(keyOf);

  /** Show a stack on the page of its solution. */
  show(launch: ISolutionLaunch): void {
    const id = solutionOf(launch);
    this.wanted.ask(id, launch.id);
    this._options.openSolution(id);
  }

  /** Follow those again that were running when this page was left. */
  resume(ids: ReadonlyArray<string>): Promise<void> {
    return this._tasks.resume(ids);
  }

  /** Delete all that a stack has, after a question that names it. */
  async delete(launch: ISolutionLaunch): Promise<void> {
    const { smext } = this._options;
    const session = this._tasks.follow(launch);
    const held = this._tasks.hold(session);
    await openModal<void>({
      api: smext.api,
      role: 'alertdialog',
      className: 'jp-smext-stack-delete',
      labelledBy: TITLE,
      describedBy: ABOUT,
      dismissed: undefined,
      render: ({ close }) =>
        React.createElement(DeleteDialog, {
          session,
          smext,
          titleId: TITLE,
          aboutId: ABOUT,
          onClose: () => close()
        })
    });
    held.dispose();
  }

  /**
   * Copy the notebook of a solution, and the files that it needs, into a folder that is asked
   * for, and open it. With `launch` it works with what that stack made.
   */
  async openNotebook(
    id: ISolutionId,
    launch: ISolutionLaunch | null
  ): Promise<void> {
    const { smext, openFile } = this._options;
    const { api, trans } = smext;
    const made = launch?.state === 'created' ? launch : null;
    const folder = await askFolder(
      made === null
        ? trans.__(
            'The notebook and its files are copied into this folder, to be read: without a stack of the solution it does not run. What is there already stays as it is.'
          )
        : trans.__(
            'The notebook and its files are copied into this folder, with the names of what %1 made. What is there already stays as it is.',
            made.request.stack
          ),
      made?.request.stack ?? id.solution,
      trans
    );
    if (folder === null) {
      return;
    }
    try {
      const { notebook, kept } = await api.of(SolutionRoutes).copyFiles({
        ...id,
        folder,
        launch: made?.id ?? null
      });
      if (kept.length) {
        Notification.info(
          trans.__('Already there, and left as it is: %1', kept.join(', ')),
          { autoClose: 8000 }
        );
      }
      if (notebook !== null) {
        openFile(notebook);
      }
    } catch (error) {
      await showProblem(problemOf(error), trans);
    }
  }

  private readonly _tasks: FollowedTasks<ISolutionLaunch>;
}

function keyOf({ connection, region, solution }: ISolutionId): string {
  return [connection, region, solution].join('\n');
}

/**
 * A namespace for SolutionLaunches statics.
 */
export namespace SolutionLaunches {
  /**
   * The options of a window's stacks.
   */
  export interface IOptions {
    readonly smext: ISmext;
    /** The server's events. */
    readonly stream: Event.Stream;
    openSolution(id: ISolutionId): void;
    /** Open a file in JupyterLab. */
    openFile(path: string): void;
    /** Keep the ids of the launches that run in this window. */
    remember(ids: ReadonlyArray<string>): void;
  }
}
