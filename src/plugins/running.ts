import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  IRunningSessionManagers,
  IRunningSessions,
  IRunningSessionSidebar
} from '@jupyterlab/running';
import { IDisposable } from '@lumino/disposable';
import { Message, MessageLoop } from '@lumino/messaging';
import { ISignal, Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- shown from the start
import { chipIcon, powerIcon } from '../components/icons';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- loaded with the token
import { IRowRef, shutdownVerb, whyNot, whyNothingIn } from '../store';
import { ISmext } from '../tokens';

/** JupyterLab draws every item of its panel: 1,000 took it 4.5 s. */
const MOST = 100;

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:running',
  description: "What runs on SageMaker, in JupyterLab's own Running panel.",
  autoStart: true,
  requires: [ISmext, IRunningSessionManagers],
  optional: [IRunningSessionSidebar],
  activate: (
    app: JupyterFrontEnd,
    smext: ISmext,
    managers: IRunningSessionManagers,
    sidebar: IRunningSessionSidebar | null
  ): void => {
    const section = new RunningResources(smext, () => {
      void app.commands.execute(CommandIDs.openPanel);
    });
    managers.add(section);
    if (sidebar instanceof Widget) {
      MessageLoop.installMessageHook(sidebar, (_, message: Message) => {
        if (message.type === 'after-show' || message.type === 'after-attach') {
          section.look(sidebar.isVisible);
        } else if (message.type === 'after-hide') {
          section.look(false);
        }
        return true;
      });
      section.look(sidebar.isVisible);
    }
  }
};

/**
 * What is billed now, as a section of the Running panel. It asks for nothing until that panel does.
 */
export class RunningResources implements IRunningSessions.IManager {
  constructor(
    private readonly _smext: ISmext,
    private readonly _openPanel: () => void
  ) {
    const { trans, store } = _smext;
    this.name = trans.__('SageMaker');
    this.shutdownAllLabel = trans.__('Shut Down All');
    this.shutdownLabel = trans.__('Shut down…');
    this.shutdownAllConfirmationText = () =>
      trans.__('What will be shut down is listed before anything happens.');
    store.changed.connect(this._onChanged, this);
  }

  readonly name: string;
  readonly shutdownAllLabel: string;
  readonly shutdownLabel: string;
  readonly shutdownAllConfirmationText: () => string;
  readonly shutdownItemIcon = powerIcon;
  readonly supportsMultipleViews = false;

  get runningChanged(): ISignal<this, void> {
    return this._runningChanged;
  }

  running(): IRunningSessions.IRunningItem[] {
    return this._items;
  }

  /**
   * Whether the panel is looked at: the inventory is kept current while it is.
   */
  look(looking: boolean): void {
    if (looking) {
      this._holder ??= this._smext.store.acquire();
    } else {
      this._holder?.dispose();
      this._holder = null;
    }
  }

  refreshRunning(): void {
    this.look(true);
    void this._smext.store.refresh();
  }

  shutdownAll(): void {
    this._smext.shutDown('all');
  }

  private _onChanged(): void {
    const { store } = this._smext;
    const { running, connection } = store.view;
    const readOnly = store.connectionOf(connection)?.read_only ?? false;
    if (
      readOnly === this._readOnly &&
      running.length === this._running.length &&
      running.every(({ row }, index) => row === this._running[index].row)
    ) {
      return;
    }
    this._running = running;
    this._readOnly = readOnly;
    const { trans } = this._smext;
    this._items = running.slice(0, MOST).map(ref => this._item(ref));
    if (running.length > MOST) {
      this._items.push({
        icon: () => chipIcon,
        label: () => trans.__('%1 more…', running.length - MOST),
        open: this._openPanel
      });
    }
    this._runningChanged.emit();
  }

  private _item(ref: IRowRef): IRunningSessions.IRunningItem {
    const { kind, row, region } = ref;
    const { store, trans } = this._smext;
    const verb = shutdownVerb(kind);
    const why =
      verb && whyNot(verb, ref, whyNothingIn(store, region, trans), trans);
    return {
      icon: () => chipIcon,
      label: () => row.name,
      labelTitle: () =>
        [
          kind.label,
          row.status,
          row.instance,
          region,
          row.arn,
          why && trans.__('Shut down: %1', why)
        ]
          .filter(Boolean)
          .join('\n'),
      detail: () => [kind.label, row.instance].filter(Boolean).join(' · '),
      open: () => this._smext.openResource(ref),
      // JupyterLab asks nothing here; the plan does.
      shutdown: why === null ? () => this._smext.shutDown([ref]) : undefined
    };
  }

  private _holder: IDisposable | null = null;
  private _items: IRunningSessions.IRunningItem[] = [];
  private _running: ReadonlyArray<IRowRef> = [];
  private _readOnly = false;
  private readonly _runningChanged = new Signal<this, void>(this);
}

export default plugin;
