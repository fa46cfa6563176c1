import type { IRunningSessions } from '@jupyterlab/running';
import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { chipIcon } from '../../components/icons';
import { IRowRef, shutdownVerb, whyNot, whyNothingIn } from '../../store';
import { ISmext } from '../../tokens';
import { IRunningContents } from './running-contents';

/** JupyterLab draws every item of its panel: 1,000 took it 4.5 s. */
const MOST = 100;

/**
 * What is billed now, as a section of the Running panel. It asks for nothing until that panel does.
 */
export class RunningResources implements IRunningContents {
  constructor(
    private readonly _smext: ISmext,
    private readonly _openPanel: () => void
  ) {
    _smext.store.changed.connect(this._onChanged, this);
    this._onChanged();
  }

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
