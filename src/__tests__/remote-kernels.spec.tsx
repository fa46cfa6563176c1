import { act, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import { KernelRoutes } from '../api/kernels';
import { IRemoteKernel, IRemoteServer, IRemoteServers } from '../protocol';
import { InventoryStore, placeOf, RemoteServers } from '../store';
import { IInstanceKernels, ISmext } from '../tokens';
import { RunningKernels } from '../views/around';
import { Kernels } from '../views/kernels';
import {
  answering,
  Bus,
  kind,
  problem,
  REGION,
  row,
  World,
  smextWith
} from './world';

const HOUR = 3600;

describe('kernels on instances', () => {
  let routes: { [route in 'remoteServers' | 'attach' | 'shutDown']: jest.Mock };
  let store: InventoryStore;
  let servers: RemoteServers;
  let kernels: jest.Mocked<IInstanceKernels>;
  let smext: ISmext;
  let answer: IRemoteServers;
  let now: number;

  function kernel(id: string, more: Partial<IRemoteKernel> = {}) {
    return {
      at: {
        kind: 'notebook-instance' as const,
        id: 'nb',
        connection: 'local',
        region: REGION
      },
      id,
      name: 'python3',
      state: 'idle',
      connections: 0,
      last_activity: now - 9 * HOUR,
      path: null,
      session_id: null,
      ...more
    };
  }

  function server(more: Partial<IRemoteServer> = {}): IRemoteServer {
    return {
      at: kernel('').at,
      name: 'nb',
      kernels: [],
      idle_since: null,
      problem: null,
      ...more
    };
  }

  beforeEach(() => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    now = Date.now() / 1000;
    answer = { servers: [], problems: [] };
    const world = new World();
    routes = {
      remoteServers: jest.fn(async () => answer),
      attach: jest.fn(async () => undefined),
      shutDown: jest.fn(async () => undefined)
    };
    const api = answering(world.api, KernelRoutes, routes);
    store = new InventoryStore({ api, events: new Bus(), standby: 'never' });
    store.setConnection('local');
    servers = new RemoteServers(api, store);
    kernels = {
      servers,
      show: jest.fn(),
      reattach: jest.fn<Promise<void>, [IRemoteKernel]>(),
      shutDown: jest.fn<Promise<void>, [ReadonlyArray<IRemoteKernel>]>()
    };
    smext = smextWith(api, store);
  });

  afterEach(() => store.dispose());

  describe('RemoteServers', () => {
    it('ask nobody until a person does, and each region once then', async () => {
      store.setConnection('local', [REGION, 'eu-west-1']);
      expect(routes.remoteServers).not.toHaveBeenCalled();
      await Promise.all([servers.read(), servers.read()]);
      expect(routes.remoteServers.mock.calls).toEqual([
        ['local', REGION],
        ['local', 'eu-west-1']
      ]);
      expect(servers.readAt).not.toBeNull();
    });

    it('tell since when an instance, a space and its app are idle', async () => {
      const space = { ...kernel('').at, kind: 'space' as const, id: 'd-1,s' };
      const since = now - 9 * HOUR;
      answer = {
        servers: [
          server({ idle_since: since }),
          server({ at: space, idle_since: since })
        ],
        problems: []
      };
      await servers.read();
      const identity = [
        'DomainId',
        'UserProfileName',
        'SpaceName',
        'AppType',
        'AppName'
      ];
      const ref = (of: string, id: string, parts = ['Name']) => ({
        connection: 'local',
        region: REGION,
        kind: kind(of, { identity: parts }),
        row: row(id)
      });
      const idle = { since, readAt: servers.readAt };
      expect(servers.idleOf(ref('notebook-instance', 'nb'))).toEqual(idle);
      expect(servers.idleOf(ref('space', 'd-1,s'))).toEqual(idle);
      const app = (id: string) => servers.idleOf(ref('app', id, identity));
      expect(app('d-1,,s,JupyterLab,default')).toEqual(idle);
      expect(app('d-1,,s,CodeEditor,default')).toBeNull();
      expect(app('d-1,u,,JupyterServer,default')).toBeNull();
      expect(servers.idleOf(ref('notebook-instance', 'other'))).toBeNull();
      expect(placeOf(ref('model', 'nb'))).toBeNull();
    });

    it('forget what was another connection’s', async () => {
      answer = { servers: [server()], problems: [] };
      await servers.read();
      expect(servers.servers).toHaveLength(1);
      store.setConnection('profile:research');
      expect(servers.servers).toEqual([]);
      expect(servers.readAt).toBeNull();
    });

    it('say why they could not be asked', async () => {
      routes.remoteServers.mockRejectedValueOnce(
        new ApiError(problem('denied'))
      );
      await servers.read();
      expect(servers.problems).toEqual([problem('denied')]);
    });
  });

  describe('the section of the Running panel', () => {
    it('signs in to nothing before it is asked to', () => {
      const section = new RunningKernels(smext, kernels);
      section.refreshRunning();
      expect(routes.remoteServers).not.toHaveBeenCalled();
      const [item] = section.running();
      expect(item.label()).toBe('Sign in and list them…');
      expect(item.shutdown).toBeUndefined();
      item.open?.();
      expect(kernels.show).toHaveBeenCalled();
    });

    it('has orphans first, a hundred at most, and ends them after a question', async () => {
      const section = new RunningKernels(smext, kernels);
      answer = {
        servers: [
          server({
            kernels: [
              kernel('used', { session_id: 's', connections: 1, path: 'u' }),
              ...Array.from({ length: 120 }, (_, at) =>
                kernel(`orphan-${at}`, { path: `${at}.ipynb` })
              )
            ]
          })
        ],
        problems: []
      };
      await servers.read();
      const items = section.running();
      expect(items).toHaveLength(101);
      expect(items[0].label()).toBe('0.ipynb');
      expect(items[0].detail?.()).toBe('nb · idle for 9 h');
      expect(items[100].label()).toBe('21 more…');
      items[0].open?.();
      expect(kernels.reattach).toHaveBeenCalledWith(servers.kernels[0]);
      items[0].shutdown?.();
      expect(kernels.shutDown).toHaveBeenCalledWith([servers.kernels[0]]);
      section.shutdownAll();
      expect(kernels.shutDown.mock.calls[1][0]).toHaveLength(121);
      section.refreshRunning();
      await servers.read();
      expect(routes.remoteServers).toHaveBeenCalledTimes(2);
      expect(routes.shutDown).not.toHaveBeenCalled();
    });
  });

  describe('the list', () => {
    async function show(): Promise<void> {
      await servers.read();
      render(<Kernels smext={smext} kernels={kernels} />);
    }

    it('tells who uses a kernel, for how long it is idle, and what can be done', async () => {
      answer = {
        servers: [
          server({
            idle_since: now - 5 * 24 * HOUR,
            kernels: [
              kernel('1111-a'),
              kernel('2222-b', {
                path: 'churn.ipynb',
                session_id: 's',
                connections: 1
              })
            ]
          })
        ],
        problems: []
      };
      await show();
      expect(screen.getByText('Idle 5 d').dataset.tone).toBe('idle');
      const rows = screen.getAllByRole('row').slice(1);
      expect(rows.map(one => one.textContent)).toEqual([
        'not knownpython3idlenobody9 hRe-attach…',
        'churn.ipynbpython3idlea notebook here9 h'
      ]);
      fireEvent.click(screen.getByLabelText('Re-attach python3 (1111-a)'));
      expect(kernels.reattach).toHaveBeenCalledTimes(1);
      fireEvent.click(screen.getByLabelText('Shut down churn.ipynb…'));
      expect(kernels.shutDown.mock.calls[0][0][0].id).toBe('2222-b');
    });

    it('shows nothing as empty that could not be read', async () => {
      answer = {
        servers: [
          server({ problem: problem('denied', { title: 'Not allowed in' }) }),
          server({ name: 'quiet', at: { ...kernel('').at, id: 'quiet' } })
        ],
        problems: [problem('throttled', { title: 'Apps were not listed' })]
      };
      await show();
      expect(screen.getAllByRole('alert').map(one => one.textContent)).toEqual([
        expect.stringContaining('Apps were not listed'),
        expect.stringContaining('Not allowed in')
      ]);
      expect(screen.getAllByText('It runs no kernel.')).toHaveLength(1);
    });

    it('says where nothing is up', async () => {
      await show();
      expect(screen.getByText(/is in service in us-east-1/)).toBeTruthy();
      fireEvent.click(screen.getByLabelText('Ask again'));
      await act(async () => servers.read());
      expect(routes.remoteServers).toHaveBeenCalledTimes(2);
    });
  });
});
