import { ServerConnection } from '@jupyterlab/services';
import { Event } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { ISignal, Signal } from '@lumino/signaling';

import { Api } from '../api';
import {
  CHANGED_EVENT,
  DEMO_EVENT,
  IConnection,
  ICosts,
  IDemo,
  IIdentity,
  IInventory,
  IKind,
  ILocalEngine,
  IPage,
  IProblem,
  IRow
} from '../protocol';
import { InventoryStore } from '../store';
import { ISmext, ViewRegistry } from '../tokens';

export const REGION = 'us-east-1';

/**
 * An API whose routes a test answers itself, by their names; there is no server behind.
 */
export function apiOf(own: object): Api {
  return Object.assign(own, { of: () => own }) as unknown as Api;
}

/**
 * `api`, but that a test answers routes of one subject itself.
 */
export function answering<R extends object>(
  api: Api,
  subject: new (api: Api) => R,
  own: Partial<R>
): Api {
  const of = api.of.bind(api);
  return Object.assign(api, {
    of: <S extends object>(Routes: new (api: Api) => S): S =>
      Object.is(Routes, subject) ? Object.assign(of(Routes), own) : of(Routes)
  });
}

/**
 * What the plugins have in common, over a server and a store of a test; its acts are mocks.
 */
export function smextWith(api: Api, store: InventoryStore): ISmext {
  return {
    api,
    store,
    trans: nullTranslator.load('jupyter_smext'),
    views: new ViewRegistry(),
    rendermime: async () => null,
    openResource: jest.fn(),
    openS3: jest.fn(),
    shutDown: jest.fn(),
    delete: jest.fn(async () => true),
    act: jest.fn(),
    create: jest.fn()
  };
}

export function kind(id: string, more: Partial<IKind> = {}): IKind {
  return {
    id,
    noun: id,
    label: id,
    plural: `${id}s`,
    group: 'build',
    columns: [],
    verbs: [],
    create: null,
    open: null,
    open_when: [],
    parent: null,
    listed_by: 'inventory',
    identity: ['Name'],
    console: null,
    paid_by: null,
    logs: false,
    metrics: false,
    tags: false,
    deploys: null,
    ...more
  };
}

export function row(id: string, more: Partial<IRow> = {}): IRow {
  return {
    id,
    name: id,
    status: 'InService',
    tone: 'ok',
    running: false,
    arn: `arn:${id}`,
    created: 1000,
    modified: 1000,
    instance: null,
    parent: null,
    cells: [],
    groups: [],
    ...more
  };
}

export function page(
  kind: string,
  rows: IRow[],
  more: Partial<IPage> = {}
): IPage {
  return {
    kind,
    rev: 1,
    read_at: 1000,
    stale: false,
    problem: null,
    rows,
    ...more
  };
}

export function problem(
  cause: IProblem['cause'],
  more: Partial<IProblem> = {}
): IProblem {
  return {
    status: 500,
    cause,
    title: `It is ${cause}`,
    detail: '',
    next: '',
    command: null,
    code: null,
    request_id: null,
    permission: null,
    retry_at: null,
    ...more
  };
}

/**
 * A server of our routes, to be changed by a test while it runs; `asked` are the requests it got.
 */
export class World {
  kinds: IKind[] = [kind('notebook'), kind('model', { group: 'deploy' })];
  connections: IConnection[] = [
    {
      id: 'local',
      label: 'Local engine',
      how: 'this machine',
      region: REGION,
      regions: [REGION, 'eu-west-1'],
      console: 'console.aws.amazon.com',
      read_only: false
    },
    {
      id: 'profile:research',
      label: 'research',
      how: 'SSO',
      region: 'eu-west-1',
      regions: [REGION, 'eu-west-1'],
      console: 'console.aws.amazon.com',
      read_only: false
    }
  ];
  identity: Partial<IIdentity> = { account: '000000000000', name: 'ann' };
  local: ILocalEngine = {
    running: true,
    starting: false,
    version: '1',
    problem: null,
    kernels_without: null
  };
  /** When set, the demo's requests fail so. */
  demoDown: IProblem | null = null;
  demo: IDemo = {
    rev: 0,
    state: 'offered',
    region: null,
    steps: ['Put images into S3', 'Train a network'].map((title, index) => ({
      id: `step-${index}`,
      title,
      state: 'todo',
      detail: '',
      started: null,
      ended: null
    })),
    started: null,
    ended: null,
    problem: null
  };
  inventory: Partial<IInventory> = {};
  costs: ICosts | null = null;
  rev = 1;
  /** Pages by `region kind`. */
  pages = new Map<string, IPage>();
  children = new Map<string, IPage>();
  /** When set, every request fails so. */
  down: IProblem | 'network' | 'html' | null = null;
  asked: string[] = [];

  put(kind: string, rows: IRow[], more: Partial<IPage> = {}): void {
    this.rev += 1;
    const region = REGION;
    this.pages.set(
      `${region} ${kind}`,
      page(kind, rows, { rev: this.rev, ...more })
    );
  }

  /** The demo makes progress; `steps` are changes of its steps, in order. */
  tell(demo: Partial<IDemo>, ...steps: Partial<IDemo['steps'][0]>[]): void {
    this.demo = {
      ...this.demo,
      rev: this.demo.rev + 1,
      ...demo,
      steps: this.demo.steps.map((step, at) => ({ ...step, ...steps[at] }))
    };
  }

  get api(): Api {
    return new Api(
      ServerConnection.makeSettings({
        baseUrl: 'http://localhost/base/',
        fetch: async (request: RequestInfo) => this._answer(request as Request)
      })
    );
  }

  private async _answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace('/base/smext/api/', '');
    const query = url.searchParams;
    const since = query.get('since');
    this.asked.push(
      [request.method, path, since === null ? '' : `since=${since}`]
        .filter(Boolean)
        .join(' ')
    );
    if (this.down === 'network') {
      throw new TypeError('no route to host');
    }
    if (this.down === 'html') {
      return new Response('<h1>Not found</h1>', { status: 404 });
    }
    if (this.down) {
      return json(this.down, this.down.status);
    }
    const region = query.get('region') ?? '';
    if (this.demoDown && path.startsWith('local/demo')) {
      return json(this.demoDown, this.demoDown.status);
    }
    switch (path) {
      case 'kinds':
        return json(this.kinds);
      case 'connections':
        return json(this.connections);
      case 'identity':
        return json({
          connection: query.get('connection'),
          account: null,
          alias: null,
          arn: null,
          name: null,
          expires_at: null,
          problem: null,
          ...this.identity
        });
      case 'inventory':
        return json({
          connection: query.get('connection'),
          region,
          rev: this.rev,
          reading: false,
          kinds: this.kinds.length,
          kinds_read: this.kinds.length,
          read_at: 1000,
          next_read_at: null,
          problem: null,
          costs: this.costs,
          pages: [...this.pages]
            .filter(([key]) => key.startsWith(`${region} `))
            .map(([, page]) => page)
            .filter(page => page.rev > Number(since)),
          ...this.inventory
        });
      case 'inventory/refresh':
        return json({}, 202);
      case 'local':
      case 'local/start':
        return json(this.local);
      case 'local/demo':
        if (request.method === 'POST') {
          this.tell({ state: 'running', region, started: 2000 });
        }
        return json(this.demo);
      case 'local/demo/stop':
        this.tell({ state: 'stopped', ended: 2010 });
        return json(this.demo);
      default: {
        const children = this.children.get(
          `${path.replace('resources/', '')} ${query.get('parent')}`
        );
        return children ? json(children) : json(problem('not_found'), 404);
      }
    }
  }
}

function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json' }
  });
}

/**
 * JupyterLab's event bus, as far as the store knows it.
 */
export class Bus {
  demo(rev: number): void {
    (this.stream as unknown as Signal<unknown, object>).emit({
      schema_id: DEMO_EVENT,
      rev
    });
  }

  readonly stream = new Signal<this, Event.Emission>(
    this
  ) as unknown as Event.Stream;

  changed(kind: string, rev: number, more: object = {}): void {
    (this.stream as unknown as Signal<unknown, object>).emit({
      schema_id: CHANGED_EVENT,
      connection: 'local',
      region: REGION,
      kind,
      ids: [],
      rev,
      ...more
    });
  }
}

/**
 * Resolves when `holds`, asked at each emission; the test's own time limit ends the wait.
 */
export async function until(
  signal: ISignal<unknown, unknown>,
  holds: () => boolean
): Promise<void> {
  if (holds()) {
    return;
  }
  await new Promise<void>(resolve => {
    const check = () => {
      if (holds()) {
        signal.disconnect(check);
        resolve();
      }
    };
    signal.connect(check);
  });
}
