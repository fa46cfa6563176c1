import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ServerConnection } from '@jupyterlab/services';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';

import type { IChoice } from '../store';

import { LOCAL } from '../store/local';
import { ISmextLoader } from '../tokens';

/**
 * Kernels started by a window that looks at the local engine get the engine's environment.
 *
 * The server adds it, so that no key comes here; this half only tells what the window looks at,
 * in those requests that start a kernel and in no other.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:kernels',
  description:
    'Tells the server which connection a window has when it starts a kernel.',
  autoStart: true,
  requires: [ISmextLoader],
  activate: (app: JupyterFrontEnd, loader: ISmextLoader): void => {
    const { serverSettings, kernels, sessions } = app.serviceManager;
    // One object in JupyterLab itself; someone's own manager may bring another.
    for (const settings of new Set([
      serverSettings,
      kernels.serverSettings ?? serverSettings,
      sessions.serverSettings ?? serverSettings
    ])) {
      tellConnection(settings, async () =>
        (await loader.load()).store.chosen()
      );
    }
  }
};

/** The start of a session, of its other kernel, and of a kernel alone; not a restart. */
const STARTS = [
  { method: 'POST', path: /^api\/(sessions|kernels)\/?$/ },
  { method: 'PATCH', path: /^api\/sessions\/[^/]+$/ }
];

/**
 * Have what is asked through `settings` name the window's choice where it starts a kernel.
 */
export function tellConnection(
  settings: ServerConnection.ISettings,
  chosen: () => Promise<IChoice>
): IDisposable {
  const stock = settings.fetch;
  const base = new URL(settings.baseUrl, window.location.href);

  const fetch = async (
    input: RequestInfo,
    init?: RequestInit
  ): Promise<Response> => {
    if (input instanceof settings.Request && starts(input)) {
      const { connection, regions } = await chosen();
      if (connection === LOCAL && regions.length) {
        input.headers.set('X-Smext-Connection', connection);
        input.headers.set('X-Smext-Region', regions[0]);
      }
    }
    return stock(input, init);
  };

  function starts(request: Request): boolean {
    const url = new URL(request.url);
    // Another origin would have to allow the headers first, and has not our half.
    if (
      url.origin !== window.location.origin ||
      !url.pathname.startsWith(base.pathname)
    ) {
      return false;
    }
    const path = url.pathname.slice(base.pathname.length);
    return STARTS.some(
      one => one.method === request.method && one.path.test(path)
    );
  }

  Object.assign(settings, { fetch });
  return new DisposableDelegate(() => {
    if (settings.fetch === fetch) {
      Object.assign(settings, { fetch: stock });
    }
  });
}

export default plugin;
