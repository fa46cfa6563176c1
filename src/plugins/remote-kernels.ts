import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { ISignal, Signal } from '@lumino/signaling';

import { ARGUMENTS, CommandIDs } from '../commands';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- shown from the start
import { chipIcon, powerIcon } from '../components/icons';

import { duration, exactTime } from '../components/time';
import { IRemoteKernel } from '../protocol';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- loaded with the token
import { RemoteServers } from '../store';
import { IInstanceKernels, ISmext } from '../tokens';
import type { KernelsView } from '../views/kernels';

/** JupyterLab draws every item of its panel. */
const MOST = 100;
const VIEW_ID = 'jupyter-smext-kernels';

/**
 * The kernels that instances run: a list of its own, and one in JupyterLab's Running panel. No
 * instance is asked, and so signed in to, before a person wants to see them.
 */
const plugin: JupyterFrontEndPlugin<IInstanceKernels> = {
  id: 'jupyter_smext:remote-kernels',
  description: 'Lists the kernels that instances run; attaches and ends them.',
  autoStart: true,
  provides: IInstanceKernels,
  requires: [ISmext],
  optional: [IRunningSessionManagers, INotebookTracker, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    smext: ISmext,
    managers: IRunningSessionManagers | null,
    notebooks: INotebookTracker | null,
    palette: ICommandPalette | null
  ): IInstanceKernels => {
    const { commands, serviceManager, shell } = app;
    const { api, store, trans } = smext;
    const servers = new RemoteServers(api, store);
    const tracker = new WidgetTracker<MainAreaWidget<KernelsView>>({
      namespace: 'jupyter_smext-kernels'
    });
    const actions = async () => {
      const { KernelActions } = await import('../views/kernels/actions');
      return new KernelActions({
        servers,
        sessions: serviceManager.sessions,
        trans,
        notebook: () => notebooks?.currentWidget?.context.path ?? null,
        open: path => void commands.execute('docmanager:open', { path }),
        shutDownLocal: id => serviceManager.kernels.shutdown(id)
      });
    };
    const kernels: IInstanceKernels = {
      servers,
      show: id =>
        void commands.execute(CommandIDs.showRemoteKernels, id ? { id } : {}),
      reattach: async kernel => (await actions()).reattach(kernel),
      shutDown: async ended => (await actions()).shutDown(ended)
    };

    const open = async (): Promise<KernelsView> => {
      const { KernelsView } = await import('../views/kernels');
      const known = tracker.find(widget => widget.id === VIEW_ID);
      if (known) {
        return known.content;
      }
      const content = new KernelsView(smext, kernels);
      const main = new MainAreaWidget({ content });
      main.id = VIEW_ID;
      main.toolbar.hide();
      main.title.label = trans.__('Kernels on Instances');
      main.title.icon = chipIcon;
      main.title.closable = true;
      shell.add(main, 'main', { type: 'SageMaker Kernels' });
      await tracker.add(main);
      return content;
    };

    commands.addCommand(CommandIDs.showRemoteKernels, {
      label: trans.__('Show Kernels on Instances'),
      caption: trans.__('Signs in to each instance that is up'),
      describedBy: { args: ARGUMENTS[CommandIDs.showRemoteKernels] },
      execute: async args => {
        const view = await open();
        shell.activateById(VIEW_ID);
        await servers.read();
        if (typeof args.id === 'string') {
          view.reveal(args.id);
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.showRemoteKernels,
      category: trans.__('SageMaker')
    });
    managers?.add(new RemoteKernels(smext, kernels));
    return kernels;
  }
};

/**
 * The kernels on instances as a section of the Running panel: as they were when last asked for.
 */
export class RemoteKernels implements IRunningSessions.IManager {
  constructor(
    private readonly _smext: ISmext,
    private readonly _kernels: IInstanceKernels
  ) {
    const { trans } = _smext;
    this.name = trans.__('Kernels on Instances');
    this.shutdownLabel = trans.__('Shut down…');
    this.shutdownAllLabel = trans.__('Shut Down All');
    this.shutdownAllConfirmationText = () =>
      trans.__(
        'Which kernels are shut down is listed before anything happens.'
      );
    _kernels.servers.changed.connect(this._onChanged, this);
    this._onChanged();
  }

  readonly name: string;
  readonly shutdownLabel: string;
  readonly shutdownAllLabel: string;
  readonly shutdownAllConfirmationText: () => string;
  readonly shutdownItemIcon = powerIcon;
  readonly supportsMultipleViews = false;

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

export default plugin;
