import type { IRunningSessions } from '@jupyterlab/running';
import { ISignal, Signal } from '@lumino/signaling';

import { chipIcon } from '../../components/icons';
import { duration, exactTime } from '../../components/time';
import { IRemoteKernel } from '../../protocol';
import { IInstanceKernels, ISmext } from '../../tokens';
import { IRunningContents } from './running-contents';

/** JupyterLab draws every item of its panel. */
const MOST = 100;

/**
 * The kernels on instances as a section of the Running panel: as they were when last asked for.
 */
export class RunningKernels implements IRunningContents {
  constructor(
    private readonly _smext: ISmext,
    private readonly _kernels: IInstanceKernels
  ) {
    _kernels.servers.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  get runningChanged(): ISignal<this, void> {
    return this._runningChanged;
  }

  running(): IRunningSessions.IRunningItem[] {
    return this._items;
  }

  /** Ask again, but only who was asked before: the first time is a person's wish. */
  refreshRunning(): void {
    if (this._kernels.servers.readAt !== null) {
      void this._kernels.servers.read();
    }
  }

  shutdownAll(): void {
    void this._kernels.shutDown(this._kernels.servers.kernels);
  }

  private _onChanged(): void {
    const { trans } = this._smext;
    const { kernels, readAt } = this._kernels.servers;
    this._items = kernels.slice(0, MOST).map(kernel => this._item(kernel));
    const more =
      readAt === null
        ? trans.__('Sign in and list them…')
        : kernels.length > MOST
          ? trans.__('%1 more…', kernels.length - MOST)
          : null;
    if (more !== null) {
      this._items.push({
        icon: () => chipIcon,
        label: () => more,
        open: () => this._kernels.show()
      });
    }
    this._runningChanged.emit();
  }

  private _item(kernel: IRemoteKernel): IRunningSessions.IRunningItem {
    const { trans } = this._smext;
    const { servers } = this._kernels;
    const { at, path, name, id, last_activity: last } = kernel;
    const server = servers.servers.find(one => one.kernels.includes(kernel));
    const idle = duration((servers.readAt ?? last) - last, trans);
    return {
      icon: () => chipIcon,
      label: () => path ?? `${name} (${id.slice(0, 8)})`,
      labelTitle: () =>
        [
          name,
          server?.name,
          at.region,
          kernel.state,
          trans.__('last used %1', exactTime(last))
        ]
          .filter(Boolean)
          .join('\n'),
      detail: () =>
        [
          server?.name,
          kernel.state === 'busy'
            ? trans.__('busy')
            : trans.__('idle for %1', idle)
        ].join(' · '),
      open: () =>
        kernel.session_id === null
          ? void this._kernels.reattach(kernel)
          : this._kernels.show(at.id),
      shutdown: () => void this._kernels.shutDown([kernel])
    };
  }

  private _items: IRunningSessions.IRunningItem[] = [];
  private readonly _runningChanged = new Signal<this, void>(this);
}
