import { ISignal, Signal } from '@lumino/signaling';

import { Api, problemOf } from '../api';
import { KernelRoutes } from '../api/kernels';
import {
  IComputeName,
  IProblem,
  IRemoteKernel,
  IRemoteServer
} from '../protocol';
import { isSame } from './compute-name';
import { InventoryStore } from './inventory-store';
import { IRowRef } from './merge';
import { partsOf } from './verbs';

/**
 * Without use for so long an instance is called idle, in seconds: the least time after which
 * Studio shuts an app down (IdleTimeoutInMinutes of botocore's model).
 */
export const IDLE_AFTER = 3600;

/**
 * Since when an instance is not used, as its own Jupyter server told when it was asked (`readAt`);
 * all in epoch seconds.
 */
export interface IIdle {
  readonly since: number;
  readonly readAt: number;
}

/**
 * The kernels of the instances that are up, as they were when a person last asked. To ask an
 * instance signs in to it, so nothing is asked by itself.
 */
export class RemoteServers {
  constructor(
    private readonly _api: Api,
    private readonly _inventory: InventoryStore
  ) {
    _inventory.changed.connect(this._onInventory, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get servers(): ReadonlyArray<IRemoteServer> {
    return this._servers;
  }

  /** The kernels of all servers; those that nobody uses come first. */
  get kernels(): ReadonlyArray<IRemoteKernel> {
    return this._servers
      .flatMap(server => server.kernels)
      .sort(
        (a, b) =>
          Number(isOrphan(b)) - Number(isOrphan(a)) ||
          a.last_activity - b.last_activity
      );
  }

  /** What could not be listed or asked at all. */
  get problems(): ReadonlyArray<IProblem> {
    return this._problems;
  }

  /** When it was asked, in epoch seconds; null before the first time. */
  get readAt(): number | null {
    return this._readAt;
  }

  get reading(): boolean {
    return this._reading !== null;
  }

  /** Ask every instance of the chosen connection and regions; never fails. */
  read(): Promise<void> {
    this._reading ??= this._read().finally(() => {
      this._reading = null;
      this._changed.emit();
    });
    this._changed.emit();
    return this._reading;
  }

  /** Give the notebook at `path` a kernel of an instance. */
  async attach({ at, id }: IRemoteKernel, path: string): Promise<void> {
    await this._api.of(KernelRoutes).attach({ at, id, path });
    await this.read();
  }

  /** Shut kernels down; what is told is why some of them were not. */
  async shutDown(
    kernels: ReadonlyArray<IRemoteKernel>
  ): Promise<ReadonlyArray<IProblem>> {
    const problems = await Promise.all(
      kernels.map(({ at, id }) =>
        this._api
          .of(KernelRoutes)
          .shutDown({ at, id, path: null })
          .then(
            () => [],
            (error: unknown) => [problemOf(error)]
          )
      )
    );
    await this.read();
    return problems.flat();
  }

  /** What the resource's own Jupyter server said, if it was asked. */
  serverOf(ref: IRowRef): IRemoteServer | null {
    const place = placeOf(ref);
    return place === null
      ? null
      : (this._servers.find(({ at }) => isSame(at, place)) ?? null);
  }

  /** Since when a resource is not used; null when that is not known. */
  idleOf(ref: IRowRef): IIdle | null {
    const since = this.serverOf(ref)?.idle_since ?? null;
    return since === null || this._readAt === null
      ? null
      : { since, readAt: this._readAt };
  }

  private async _read(): Promise<void> {
    const { connection, regions } = await this._inventory.chosen();
    const ask = (region: string) =>
      this._api
        .of(KernelRoutes)
        .remoteServers(connection ?? '', region)
        .catch((error: unknown) => ({
          servers: [],
          problems: [problemOf(error)]
        }));
    const answers = await Promise.all(
      connection === null ? [] : regions.map(ask)
    );
    if (connection !== (await this._inventory.chosen()).connection) {
      return this._read();
    }
    this._connection = connection;
    this._servers = answers.flatMap(answer => answer.servers);
    this._problems = answers.flatMap(answer => answer.problems);
    this._readAt = Date.now() / 1000;
  }

  private _onInventory(): void {
    const { connection } = this._inventory;
    if (
      this._readAt !== null &&
      connection !== null &&
      connection !== this._connection
    ) {
      this._servers = [];
      this._problems = [];
      this._readAt = null;
      this._changed.emit();
    }
  }

  private _connection: string | null = null;
  private _servers: ReadonlyArray<IRemoteServer> = [];
  private _problems: ReadonlyArray<IProblem> = [];
  private _readAt: number | null = null;
  private _reading: Promise<void> | null = null;
  private readonly _changed = new Signal<this, void>(this);
}

/**
 * Whether nobody uses a kernel: no notebook here, and no other client there.
 */
export function isOrphan(kernel: IRemoteKernel): boolean {
  return kernel.session_id === null && kernel.connections === 0;
}

/**
 * The Jupyter server that a row stands for: an instance, a space, or the space of an app; null of
 * all else.
 */
export function placeOf(ref: IRowRef): IComputeName | null {
  const { kind, row, connection, region } = ref;
  const where = { connection, region };
  switch (kind.id) {
    case 'notebook-instance':
    case 'space':
      return { kind: kind.id, id: row.id, ...where };
    case 'app': {
      const parts = partsOf(kind, row.id);
      const space = parts.get('SpaceName');
      return space && parts.get('AppType') === 'JupyterLab'
        ? { kind: 'space', id: `${parts.get('DomainId')},${space}`, ...where }
        : null;
    }
    default:
      return null;
  }
}
