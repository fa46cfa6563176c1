import { JupyterFrontEnd } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';

import { CommandIDs } from '../../commands';
import { IRemoteKernel } from '../../protocol';
import { RemoteServers } from '../../store';
import { IInstanceKernels, ISmext } from '../../tokens';

/**
 * The kernels that instances run. No instance is asked, and so signed in to, before a person wants
 * to see them.
 */
export class InstanceKernels implements IInstanceKernels {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _smext: ISmext,
    private readonly _notebooks: INotebookTracker | null
  ) {
    this.servers = new RemoteServers(_smext.api, _smext.store);
  }

  readonly servers: RemoteServers;

  show(id?: string): void {
    void this._app.commands.execute(
      CommandIDs.showRemoteKernels,
      id ? { id } : {}
    );
  }

  async reattach(kernel: IRemoteKernel): Promise<void> {
    await (await this._actions()).reattach(kernel);
  }

  async shutDown(kernels: ReadonlyArray<IRemoteKernel>): Promise<void> {
    await (await this._actions()).shutDown(kernels);
  }

  private async _actions() {
    const { KernelActions } = await import('../kernels/actions');
    const { commands, serviceManager } = this._app;
    return new KernelActions({
      servers: this.servers,
      sessions: serviceManager.sessions,
      trans: this._smext.trans,
      notebook: () => this._notebooks?.currentWidget?.context.path ?? null,
      open: path => void commands.execute('docmanager:open', { path }),
      shutDownLocal: id => serviceManager.kernels.shutdown(id)
    });
  }
}
