import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import { Session } from '@jupyterlab/services';
import { TranslationBundle } from '@jupyterlab/translation';

import { ApiError } from '../../api';
import { showProblem } from '../../components/problem';
import { IRemoteKernel } from '../../protocol';
import { RemoteServers } from '../../store';
import { kernelName } from './words';

/**
 * What is done with kernels on instances; each asks first, and says what went wrong.
 */
export class KernelActions {
  constructor(private readonly _options: KernelActions.IOptions) {}

  /**
   * Give a notebook the kernel, and open it. What the notebook's own kernel holds is asked about.
   */
  async reattach(kernel: IRemoteKernel): Promise<void> {
    const { trans, sessions, servers } = this._options;
    const asked = await InputDialog.getText({
      title: trans.__('Re-attach the kernel to which notebook?'),
      label: trans.__('Path of a notebook of this Jupyter server'),
      text: kernel.path ?? this._options.notebook() ?? '',
      okLabel: trans.__('Re-attach')
    });
    const path = asked.value?.trim();
    if (!asked.button.accept || !path) {
      return;
    }
    await sessions.refreshRunning();
    const old = [...sessions.running()].find(one => one.path === path)?.kernel;
    const ends = old ? await this._askAbout(path) : false;
    if (ends === null) {
      return;
    }
    await this._tell(async () => {
      await servers.attach(kernel, path);
      await sessions.refreshRunning();
      if (old && ends) {
        await this._options.shutDownLocal(old.id);
      }
      this._options.open(path);
    });
  }

  async shutDown(kernels: ReadonlyArray<IRemoteKernel>): Promise<void> {
    const { trans, servers } = this._options;
    const names = kernels.map(kernelName);
    const sure = await showDialog({
      title:
        kernels.length === 1
          ? trans.__('Shut down the kernel of %1?', names[0])
          : trans._n(
              'Shut down %1 kernel?',
              'Shut down %1 kernels?',
              kernels.length
            ),
      body: [
        kernels.length === 1 ? '' : `${names.join(', ')}.`,
        trans.__('Variables are lost. The instance goes on running.')
      ]
        .filter(Boolean)
        .join(' '),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.warnButton({ label: trans.__('Shut down') })
      ],
      defaultButton: 0
    });
    if (!sure.button.accept) {
      return;
    }
    const problems = await servers.shutDown(kernels);
    // Many kernels have one reason in common.
    for (const one of new Map(problems.map(one => [one.title, one])).values()) {
      await showProblem(one, trans);
    }
  }

  /** Whether the notebook's own kernel is to end; null to leave all as it is. */
  private async _askAbout(path: string): Promise<boolean | null> {
    const { trans } = this._options;
    const answer = await showDialog({
      title: trans.__('%1 has a kernel already', path),
      body: trans.__(
        'It gets the one of the instance. Its own can be shut down, and loses its variables then, or run on without a notebook.'
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Let it run on') }),
        Dialog.warnButton({ label: trans.__('Shut it down') })
      ],
      defaultButton: 0
    });
    return answer.button.accept ? answer.button.displayType === 'warn' : null;
  }

  private async _tell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      await showProblem(error.problem, this._options.trans);
    }
  }
}

export namespace KernelActions {
  /** What the actions work with. */
  export interface IOptions {
    readonly servers: RemoteServers;
    readonly sessions: Pick<Session.IManager, 'refreshRunning' | 'running'>;
    readonly trans: TranslationBundle;
    /** The path of the notebook that is looked at. */
    notebook(): string | null;
    /** Open a notebook in a tab. */
    open(path: string): void;
    /** Shut a kernel of this Jupyter server down. */
    shutDownLocal(id: string): Promise<void>;
  }
}
