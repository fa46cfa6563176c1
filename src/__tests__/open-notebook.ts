import { Notification } from '@jupyterlab/apputils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { SessionComputes } from '../store/session-computes';
import { ISmext } from '../tokens';
import { smextOf, SwitchServer } from './switching';
import { Bus, until } from './world';

/** As much of a notebook panel as the switcher touches. */
export class Panel {
  id = 'panel';
  isDisposed = false;
  isVisible = true;
  kernel: { id: string; name: string } | null = {
    id: 'kernel-1',
    name: 'python3'
  };
  context = {
    path: 'work/churn.ipynb',
    pathChanged: new Signal<this, string>(this),
    saveState: new Signal<this, string>(this),
    model: { dirty: false, readOnly: false },
    save: jest.fn(async () => undefined)
  };
  sessionContext = {
    session: { id: 'session-1', kernel: this.kernel },
    sessionChanged: new Signal<this, void>(this),
    kernelChanged: new Signal<this, void>(this),
    kernelDisplayName: 'Python 3',
    isDisposed: false,
    changeKernel: jest.fn(async () => null)
  };
  contentHeader = { addWidget: jest.fn() };
  content = { widgets: [] as unknown[] };
  drawn = jest.fn();
  toolbar = { children: () => [{ update: this.drawn }] };
  disposed = new Signal<this, void>(this);
  close = jest.fn();

  get panel(): NotebookPanel {
    return this as unknown as NotebookPanel;
  }
}

/** An open notebook, and a server that tells where its kernel runs. */
export class OpenNotebook {
  readonly server = new SwitchServer();
  readonly bus = new Bus();
  readonly smext: ISmext = smextOf(this.server.api, this.bus);
  readonly panel = new Panel();
  readonly computes = new SessionComputes({
    api: this.server.api,
    stream: this.bus.stream,
    standby: 'never',
    debounce: 0
  });

  constructor() {
    this.computes.acquire();
  }

  /** Once the server has told. */
  answered(): Promise<void> {
    return until(this.computes.changed, () => this.computes.answered);
  }

  close(): void {
    this.computes.dispose();
    this.smext.store.dispose();
    Notification.manager.dismiss();
  }
}
