import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ServiceManager } from '@jupyterlab/services';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { DisposableSet } from '@lumino/disposable';
import * as React from 'react';

import { ApiError } from '../../api';
import { SwitchRoutes } from '../../api/switches';
import { PolicySource } from '../../components/policy';
import { showProblem } from '../../components/problem';
import { IComputeName, ISwitch } from '../../protocol';
import { SessionComputes } from '../../store/session-computes';
import { ISmext } from '../../tokens';
import { ComputeButton } from './button';
import type { IPreset } from './dialog';
import { followKernel, isNameless } from './follow';
import { notebookOf } from './notebook';
import { outcome } from './notes';
import { Seen } from './seen';
import { Under } from './under';
import { UnderToolbar } from './under-toolbar';
import { knownOf } from './useNotebook';
import { placeInSentence } from './words';

import '../../../style/shared.css';
import '../../../style/dialogs.css';
import '../../../style/switcher.css';

/**
 * The kernels of this window's notebooks: where each runs, and its moves to other places.
 */
export class Switcher {
  constructor(options: Switcher.IOptions) {
    this._options = options;
    const { smext, services } = options;
    this.computes =
      options.computes ??
      new SessionComputes({ api: smext.api, stream: services.events.stream });
    this.computes.changed.connect(this._onChanged, this);
  }

  readonly computes: SessionComputes;

  /**
   * Show what is to be said of a notebook's kernel under its toolbar, and keep it current while the
   * notebook is open.
   */
  attach(panel: NotebookPanel): void {
    if (this._panels.has(panel) || panel.isDisposed) {
      return;
    }
    this._panels.add(panel);
    const { computes } = this;
    panel.contentHeader.addWidget(
      new UnderToolbar(
        <PolicySource.Provider value={this._options.smext.api}>
          <Under
            panel={panel}
            computes={computes}
            smext={this._options.smext}
            seen={this._seen}
            onChoose={(at, instanceType) =>
              void this.select(panel, { at, instanceType })
            }
          />
        </PolicySource.Provider>
      )
    );
    const holders = DisposableSet.from([
      computes.acquire(),
      computes.show(() => panel.isVisible)
    ]);
    const { sessionContext } = panel;
    let last = sessionContext.session?.kernel?.id;
    sessionContext.kernelChanged.connect(() => {
      const kernel = sessionContext.session?.kernel?.id;
      if (kernel !== last) {
        last = kernel;
        computes.readSoon();
        if (isNameless(sessionContext, this._options.services)) {
          void this._follow(panel);
        }
      }
    });
    panel.disposed.connect(() => {
      this._panels.delete(panel);
      holders.dispose();
    });
  }

  /** The button of a notebook; `wide` where there is room for the instance type. */
  button(panel: NotebookPanel, wide = false): React.ReactElement {
    return (
      <ComputeButton
        key={panel.id}
        panel={panel}
        computes={this.computes}
        trans={this._options.smext.trans}
        wide={wide}
        onClick={() => void this.select(panel)}
      />
    );
  }

  /** Read one switch, of whichever notebook. Throws ApiError. */
  readSwitch(id: string): Promise<ISwitch> {
    return this._options.smext.api.of(SwitchRoutes).switch(id);
  }

  /** Ask where a notebook's kernel shall run; of a switch under way, show how far it is. */
  async select(panel: NotebookPanel, preset: IPreset = {}): Promise<void> {
    const { smext, tracker } = this._options;
    const { trans } = smext;
    const { task } = knownOf(panel, this.computes);
    if (task?.state === 'running') {
      this._seen.open(task);
      return;
    }
    const { selectInstance } = await import('./dialog');
    const made = await selectInstance(
      smext,
      this.computes,
      notebookOf(panel, tracker, path =>
        trans.__('%1 could not be saved: nothing was switched.', path)
      ),
      preset
    );
    if (made) {
      this._seen.follow(made);
    }
  }

  /** {@link select}, with what the arguments of the command name. */
  selectBy(
    panel: NotebookPanel,
    args: ReadonlyPartialJSONObject
  ): Promise<void> {
    return this.select(panel, presetOf(args));
  }

  /** Whether the kernel of a notebook is known to be away from this machine. */
  isAway(panel: NotebookPanel | null): boolean {
    return this.awayOn(panel) !== null;
  }

  /** The instance that the kernel of a notebook is known to run on; null where it is on none. */
  awayOn(panel: NotebookPanel | null): string | null {
    const session = panel && knownOf(panel, this.computes).session;
    return session && session.compute.at.kind !== 'local'
      ? session.compute.name
      : null;
  }

  /** Close a notebook and let its kernel go on where it runs. */
  async keepRunning(panel: NotebookPanel): Promise<void> {
    const { smext, services } = this._options;
    const { session } = knownOf(panel, this.computes);
    if (!session) {
      return;
    }
    const { context } = panel;
    if (context.model.dirty && !context.model.readOnly) {
      await context.save();
    }
    try {
      await this.computes.detach(session.session_id);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      await showProblem(error.problem, smext.trans);
      return;
    }
    // Without its session, closing the notebook shuts nothing down.
    await services.sessions.refreshRunning();
    panel.close();
    Notification.info(
      smext.trans.__(
        'The kernel of %1 goes on running on %2.',
        context.path,
        placeInSentence(session.compute, smext.trans)
      ),
      { autoClose: 5000 }
    );
  }

  private _onChanged(): void {
    for (const panel of this._panels) {
      const { session, task } = knownOf(panel, this.computes);
      const kernel = panel.sessionContext.session?.kernel;
      if (session && session.kernel_id !== (kernel?.id ?? null)) {
        void this._follow(panel);
      }
      if (session?.line === 'ended') {
        endCells(panel);
      }
      if (task?.state === 'running') {
        this._seen.follow(task);
        this._readName(task);
      } else if (
        task?.state === 'done' &&
        !task.notes.length &&
        this._seen.isFollowed(task)
      ) {
        this._seen.forget(task);
        Notification.success(
          `${panel.context.path}: ${outcome(task, this._options.smext.trans)}`,
          { autoClose: 5000 }
        );
      }
    }
  }

  private async _follow(panel: NotebookPanel): Promise<void> {
    if (this._following.has(panel)) {
      return;
    }
    this._following.add(panel);
    try {
      await followKernel(panel, this._options.services, kernel => {
        const { task } = knownOf(panel, this.computes);
        return task?.state === 'running' && task.kernel_id !== kernel;
      });
    } finally {
      this._following.delete(panel);
    }
  }

  /** JupyterLab may find the notebook's new kernel before we do, and has to know its name then. */
  private _readName(task: ISwitch): void {
    const started = task.steps.find(
      ({ id, state }) => KERNEL_STEP.test(id) && state === 'done'
    );
    const name = `${task.id} ${started?.ended}`;
    if (started && !this._named.has(name)) {
      this._named.add(name);
      void this._options.services.kernelspecs.refreshSpecs();
    }
  }

  private readonly _named = new Set<string>();
  private readonly _following = new Set<NotebookPanel>();
  private readonly _options: Switcher.IOptions;
  private readonly _panels = new Set<NotebookPanel>();
  private readonly _seen = new Seen();
}

/**
 * A namespace for `Switcher` statics.
 */
export namespace Switcher {
  /**
   * The options of the switcher.
   */
  export interface IOptions {
    readonly smext: ISmext;
    readonly services: ServiceManager.IManager;
    readonly tracker: INotebookTracker;
    /** By default one of its own. */
    readonly computes?: SessionComputes;
  }
}

/** The step that starts the new kernel, or the old one again. */
const KERNEL_STEP = /^(back-)?kernel(-\d+)?$/;

/** What was sent to a kernel that is gone runs no more; JupyterLab waits for it. */
function endCells(panel: NotebookPanel): void {
  for (const { model } of panel.content.widgets) {
    const cell = model.sharedModel;
    if ('executionState' in cell && cell.executionState === 'running') {
      cell.executionState = 'idle';
    }
  }
}

/** What the arguments of `smext:select-instance` choose. */
export function presetOf(args: ReadonlyPartialJSONObject): IPreset {
  const { kind, id, connection, region } = args;
  const instanceType = args.instanceType as string | undefined;
  if (kind === undefined) {
    return { instanceType };
  }
  if (kind !== 'local' && id === undefined) {
    return { at: null, instanceType };
  }
  const at = {
    kind,
    id: id ?? '',
    connection: connection ?? '',
    region: region ?? ''
  };
  return { at: at as IComputeName, instanceType };
}
