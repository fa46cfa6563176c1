import { JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { framePromise } from '@jupyterlab/testing';

import { ARGUMENTS } from '../command-arguments';
import { CommandIDs } from '../commands';
import actions from '../plugins/actions';
import { SmextLoader } from '../plugins/core';
import { StatusItem } from '../plugins/status';
import { InventoryStore } from '../store';
import { ISmext, PANEL_ID } from '../tokens';
import { RunningResources } from '../views/around';
import { loaderOf } from './loading';
import { Bus, kind, row, until, World, smextWith } from './world';

describe('around the panel', () => {
  let world: World;
  let bus: Bus;
  let store: InventoryStore;
  let smext: ISmext;

  beforeEach(() => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    world = new World();
    world.kinds = [
      kind('notebook', {
        label: 'Notebook instance',
        open: 'CreatePresignedNotebookInstanceUrl',
        verbs: [
          {
            operation: 'StartNotebookInstance',
            label: 'Start',
            when: ['Stopped'],
            danger: false,
            shutdown: false,
            form: false,
            on: null
          }
        ]
      })
    ];
    bus = new Bus();
    store = new InventoryStore({
      api: world.api,
      events: bus,
      standby: 'never'
    });
    smext = smextWith(world.api, store);
    store.setConnection('local');
  });

  afterEach(() => store.dispose());

  function put(count: number): void {
    world.put(
      'notebook',
      Array.from({ length: count }, (_, index) =>
        row(`nb-${index}`, { running: true, instance: 'ml.t3.medium' })
      )
    );
  }

  describe('RunningResources', () => {
    it('asks nothing until it is looked at, and no more afterwards', async () => {
      put(1);
      const section = new RunningResources(smext, jest.fn());
      expect(section.running()).toEqual([]);
      bus.changed('notebook', world.rev + 1);
      expect(world.asked).toEqual([]);
      section.look(true);
      await until(section.runningChanged, () => section.running().length === 1);
      section.look(false);
      const { length } = world.asked;
      bus.changed('notebook', world.rev + 1);
      await store.refetch();
      expect(world.asked).toHaveLength(length);
    });

    it('answers at once from what it knows, and no more than JupyterLab can draw', async () => {
      put(150);
      const openPanel = jest.fn();
      const section = new RunningResources(smext, openPanel);
      section.look(true);
      await until(section.runningChanged, () => section.running().length > 0);
      const items = section.running();
      expect(section.running()).toBe(items);
      expect(items).toHaveLength(101);
      expect(items[100].label()).toBe('50 more…');
      items[100].open?.();
      expect(openPanel).toHaveBeenCalled();
      items[0].open?.();
      expect(smext.openResource).toHaveBeenCalled();
    });

    it('shuts down by the plan only', async () => {
      put(1);
      const section = new RunningResources(smext, jest.fn());
      section.look(true);
      await until(section.runningChanged, () => section.running().length === 1);
      section.running()[0].shutdown?.();
      expect(smext.shutDown).toHaveBeenCalledWith([
        expect.objectContaining({ region: 'us-east-1' })
      ]);
      section.shutdownAll();
      expect(smext.shutDown).toHaveBeenLastCalledWith('all');
      expect(world.asked.filter(one => one.startsWith('POST'))).toEqual([]);
    });

    it('offers nothing that a read-only connection forbids', async () => {
      const [notebook] = world.kinds;
      const [verb] = notebook.verbs;
      const stop = { ...verb, shutdown: true, when: [] };
      world.kinds = [kind('notebook', { verbs: [stop] })];
      world.connections = world.connections.map(one => ({
        ...one,
        read_only: true
      }));
      put(1);
      const section = new RunningResources(smext, jest.fn());
      section.look(true);
      await until(
        section.runningChanged,
        () =>
          section.running().length === 1 &&
          section.running()[0].shutdown === undefined
      );
      expect(section.running()[0].labelTitle?.()).toContain(
        'Shut down: read-only connection'
      );
    });
  });

  describe('StatusItem', () => {
    it('is only a name until something was read, then tells where and how much', async () => {
      put(2);
      const open = jest.fn(() => Promise.resolve());
      const loader = loaderOf(smext);
      const item = new StatusItem(loader, open);
      Widget.attach(item, document.body);
      await item.renderPromise;
      const button = () => item.node.querySelector('button') as HTMLElement;
      expect(button().textContent).toBe('SageMaker');
      expect(world.asked).toEqual([]);
      await loader.load();
      store.acquire();
      await store.refetch();
      await until(store.changed, () => store.view.running.length === 2);
      await framePromise();
      await item.renderPromise;
      expect(button().getAttribute('aria-label')).toBe(
        'SageMaker: Local engine · us-east-1, 2 running. Open the panel'
      );
      world.costs = {
        charged: true,
        rows: [{ kind: 'notebook', id: 'nb-0', price: 0.05, memory: null }],
        prices_of: 1,
        prices_read_at: 2,
        problem: null,
        reading: false
      };
      await store.refetch();
      await framePromise();
      await item.renderPromise;
      expect(button().textContent).toContain('2 running≥ $0.05/h');
      button().click();
      expect(open).toHaveBeenCalled();
      item.dispose();
    });
  });

  describe('commands', () => {
    const activateById = jest.fn();
    let commands: CommandRegistry;
    let loader: SmextLoader;

    beforeEach(async () => {
      commands = new CommandRegistry();
      loader = loaderOf(smext);
      activateById.mockClear();
      const shell = { activateById };
      void actions.activate(
        {
          commands,
          shell,
          restored: Promise.resolve(),
          serviceManager: { events: bus }
        } as unknown as JupyterFrontEnd,
        loader
      );
      world.put('notebook', [row('nb')]);
    });

    async function loaded(): Promise<void> {
      await loader.load();
      store.acquire();
      await store.refetch();
      await until(store.changed, () => store.view.regions[0].pages.size > 0);
    }

    const NB = {
      connection: 'local',
      region: 'us-east-1',
      kind: 'notebook',
      id: 'nb'
    };

    it('say which arguments they take', async () => {
      for (const id of Object.values(CommandIDs)) {
        expect(ARGUMENTS[id]).toBeDefined();
      }
      for (const id of commands.listCommands()) {
        expect((await commands.describedBy(id)).args).toBe(ARGUMENTS[id]);
      }
    });

    it('stand in the page before what they do is loaded', async () => {
      const load = jest.spyOn(loader, 'load');
      for (const id of commands.listCommands()) {
        expect(typeof commands.label(id)).toBe('string');
      }
      expect(commands.label(CommandIDs.create, {})).toBe(
        'Create SageMaker Resource…'
      );
      expect(commands.isEnabled(CommandIDs.create)).toBe(true);
      expect(commands.isEnabled(CommandIDs.copyName, NB)).toBe(false);
      expect(load).not.toHaveBeenCalled();
      await commands.execute(CommandIDs.selectConnection, {
        connection: 'profile:research',
        regions: ['eu-west-1']
      });
      expect(store.connection).toBe('profile:research');
    });

    it('let a connection be chosen before everything can be shut down', async () => {
      store.setConnection(null);
      expect(commands.isEnabled(CommandIDs.shutDownAll)).toBe(true);
      await commands.execute(CommandIDs.shutDownAll);
      expect(activateById).toHaveBeenCalledWith(PANEL_ID);
      expect(commands.isEnabled(CommandIDs.shutDownAll)).toBe(false);
    });

    it('are off where the state forbids, and say when they are not', async () => {
      await loaded();
      const start = { ...NB, operation: 'StartNotebookInstance' };
      expect(commands.label(CommandIDs.act, start)).toBe('Start');
      expect(commands.isEnabled(CommandIDs.act, start)).toBe(false);
      expect(commands.caption(CommandIDs.act, start)).toBe('only when Stopped');
      expect(commands.isEnabled(CommandIDs.copyARN, NB)).toBe(true);
      expect(
        commands.isEnabled(CommandIDs.copyARN, { ...NB, id: 'other' })
      ).toBe(false);
      expect(commands.isEnabled(CommandIDs.openInNewTab, NB)).toBe(true);
      // The engine has no console.
      expect(commands.isEnabled(CommandIDs.openInConsole, NB)).toBe(false);
    });

    it('are off and say why through a read-only connection', async () => {
      await loaded();
      const told: string[] = [];
      commands.commandChanged.connect((_, { id }) => told.push(id ?? ''));
      world.connections = world.connections.map(one => ({
        ...one,
        read_only: true
      }));
      await store.refreshConnections();
      for (const id of [CommandIDs.create, CommandIDs.shutDownAll]) {
        expect(commands.isEnabled(id)).toBe(false);
        expect(commands.label(id)).toMatch(/\(read-only connection\)$/);
        expect(told).toContain(id);
      }
      const start = { ...NB, operation: 'StartNotebookInstance' };
      expect(commands.caption(CommandIDs.act, start)).toBe(
        'read-only connection'
      );
    });
  });
});
