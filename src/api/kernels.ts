import {
  IFilesCopied,
  IFilesRequest,
  IRemoteKernelRequest,
  IRemoteServers,
  ISessionCompute
} from '../protocol';
import { Api } from './transport';

/**
 * Kernels on instances: those of notebooks, and those that only run there.
 */
export class KernelRoutes {
  constructor(private readonly _api: Api) {}

  /** Where the kernel of each notebook of this Jupyter server runs. */
  sessionComputes(): Promise<ISessionCompute[]> {
    return this._api.get(['session-computes']);
  }

  /** Let go of a notebook's kernel on an instance; it keeps running there. */
  detach(session: string): Promise<void> {
    return this._api.post(['session-computes', session, 'detach']);
  }

  /** Send what changed in a notebook's folder to its kernel's instance, or fetch it. */
  copyFiles(
    session: string,
    direction: IFilesRequest['direction']
  ): Promise<IFilesCopied> {
    const request: IFilesRequest = { direction };
    return this._api.post(['session-computes', session, 'files'], {}, request);
  }

  /** The kernels of every instance that is up: signs in to each, so ask only when a person does. */
  remoteServers(connection: string, region: string): Promise<IRemoteServers> {
    return this._api.get(['remote-servers'], { connection, region });
  }

  /** Give the notebook at the request's path a kernel that an instance runs. */
  attach(request: IRemoteKernelRequest): Promise<void> {
    return this._api.post(['remote-servers', 'attach'], {}, request);
  }

  shutDown(request: IRemoteKernelRequest): Promise<void> {
    return this._api.post(['remote-servers', 'shut-down'], {}, request);
  }
}
