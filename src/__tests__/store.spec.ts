import { WindowMemory } from '../memory';
import { IChoice, InventoryStore, isChoice, IStatusChange } from '../store';
import { Bus, kind, page, problem, REGION, row, until, World } from './world';

const LOCAL: IChoice = { connection: 'local', regions: [REGION] };

function memory(choice: IChoice | null = LOCAL): WindowMemory<IChoice> {
  window.sessionStorage.clear();
  window.localStorage.clear();
  const memory = new WindowMemory<IChoice>('test', isChoice);
  if (choice) {
    memory.save(choice);
  }
  return memory;
}

describe('InventoryStore', () => {
  let world: World;
  let bus: Bus;
  let store: InventoryStore;

  function make(options: Partial<InventoryStore.IOptions> = {}): void {
    store = new InventoryStore({
      api: world.api,
      events: bus,
      standby: 'never',
      debounce: 1,
      ...options,
      memory: options.memory ?? memory()
    });
  }

  const rows = (kind: string) => store.view.regions[0].pages.get(kind)?.rows;
  const inventories = () =>
    world.asked.filter(line => line.startsWith('GET inventory'));

  beforeEach(() => {
    world = new World();
    bus = new Bus();
    world.put('notebook', [row('a', { running: true }), row('b')]);
    world.put('model', [row('m')]);
    make();
  });

  afterEach(() => {
    store.dispose();
  });

  async function started(): Promise<void> {
    store.acquire();
    await until(store.changed, () => !!store.view.regions[0]?.answered);
  }

  it('tells what would be looked at without looking', async () => {
    expect(await store.chosen()).toEqual(LOCAL);
    store.setConnection('profile:research', ['eu-west-1']);
    expect((await store.chosen()).connection).toBe('profile:research');
    store.dispose();
    make({
      memory: memory(null),
      defaults: async () => ({ connection: 'local', regions: [] })
    });
    expect(await store.chosen()).toEqual(LOCAL);
    expect(store.connection).toBeNull();
    expect(world.asked).toEqual([]);
  });

  it('asks nothing before it is acquired', async () => {
    store.setConnection('profile:research');
    store.setConnection('local');
    bus.changed('notebook', 99);
    await store.refetch();
    expect(world.asked).toEqual([]);
    expect(store.view.running).toEqual([]);
  });

  it('reads the tables and the inventory once it is acquired', async () => {
    await started();
    expect(rows('notebook')?.map(one => one.id)).toEqual(['a', 'b']);
    expect(store.view.running.map(ref => ref.row.id)).toEqual(['a']);
    expect(store.view.running[0].kind.id).toBe('notebook');
    expect(world.asked[0]).toBe('GET kinds');
  });

  it('stops listening when the last holder lets go', async () => {
    const hold = store.acquire();
    await until(store.changed, () => store.view.regions[0].answered);
    hold.dispose();
    const before = world.asked.length;
    bus.changed('notebook', 99);
    await store.refetch();
    expect(world.asked.length).toBe(before);
  });

  it('asks only for what changed, and keeps what did not', async () => {
    await started();
    const [a, b] = rows('notebook')!;
    const models = store.view.regions[0].pages.get('model');
    const rev = world.rev;
    world.put('notebook', [
      row('a', { running: false, status: 'Stopping' }),
      row('b')
    ]);
    const changes: IStatusChange[] = [];
    store.statusChanged.connect((_, more) => {
      changes.push(...more);
    });
    bus.changed('notebook', world.rev);
    await until(store.changed, () => rows('notebook')![0] !== a);
    expect(inventories().pop()).toBe(`GET inventory since=${rev}`);
    expect(rows('notebook')![1]).toBe(b);
    expect(store.view.regions[0].pages.get('model')).toBe(models);
    expect(store.view.running).toEqual([]);
    expect(changes.map(({ row, was }) => [row.name, was, row.status])).toEqual([
      ['a', 'InService', 'Stopping']
    ]);
  });

  it('does not ask for what it has, or for what others look at', async () => {
    await started();
    const before = inventories().length;
    bus.changed('notebook', world.rev);
    bus.changed('notebook', world.rev + 1, { connection: 'profile:research' });
    bus.changed('notebook', world.rev + 1, { region: 'eu-west-1' });
    expect(inventories().length).toBe(before);
    world.put('notebook', []);
    bus.changed('notebook', world.rev);
    await until(store.changed, () => rows('notebook')?.length === 0);
    expect(inventories().length).toBe(before + 1);
  });

  it('reads once more for a change that comes while it reads', async () => {
    await started();
    const before = inventories().length;
    const first = store.refetch();
    const known = world.rev;
    await until(store.changed, () => inventories().length > before);
    world.put('notebook', [row('late')]);
    bus.changed('notebook', world.rev);
    await first;
    await until(store.changed, () => rows('notebook')![0].id === 'late');
    expect(inventories().pop()).toBe(`GET inventory since=${known}`);
  });

  it('keeps the last good rows when the server is gone, and says so', async () => {
    await started();
    const before = rows('notebook');
    world.down = 'network';
    await store.refetch();
    await until(store.changed, () => store.view.problem !== null);
    expect(store.view.problem?.cause).toBe('offline');
    expect(rows('notebook')).toBe(before);
    world.down = null;
    await store.refetch();
    await until(store.changed, () => store.view.problem === null);
    expect(rows('notebook')).toBe(before);
  });

  it("says what the server says about the connection's state", async () => {
    world.inventory = { problem: problem('signed_out') };
    await started();
    expect(store.view.problem?.cause).toBe('signed_out');
    expect(rows('notebook')?.length).toBe(2);
  });

  it('starts over when a restarted server counts anew', async () => {
    await started();
    world.rev = 0;
    world.pages.clear();
    world.put('notebook', [row('new')]);
    await store.refetch();
    await until(store.changed, () => rows('notebook')?.[0]?.id === 'new');
    expect(inventories().slice(-2)[1]).toBe('GET inventory since=0');
    expect(store.view.regions[0].pages.has('model')).toBe(false);
  });

  it('is silent after it is disposed', async () => {
    await started();
    let heard = 0;
    store.changed.connect(() => {
      heard += 1;
    });
    const pending = store.refetch();
    store.dispose();
    await pending;
    const before = world.asked.length;
    bus.changed('notebook', 99);
    await store.refetch();
    expect(heard).toBe(0);
    expect(world.asked.length).toBe(before);
  });

  it('ignores an answer about a connection that was left meanwhile', async () => {
    await started();
    const pending = store.refetch();
    world.pages.clear();
    store.setConnection('profile:research');
    await pending;
    await until(store.changed, () => store.view.regions[0].answered);
    expect(store.view.connection).toBe('profile:research');
    expect(store.regions).toEqual(['eu-west-1']);
    expect(store.view.running).toEqual([]);
  });

  it('remembers the choice of this window, else the last one', async () => {
    const kept = memory(null);
    make({ memory: kept });
    store.acquire();
    await until(store.changed, () => store.connections !== null);
    store.setConnection('profile:research');
    store.setRegions(['eu-west-1', REGION]);
    expect(kept.load()).toEqual({
      connection: 'profile:research',
      regions: ['eu-west-1', REGION]
    });
    window.sessionStorage.clear();
    expect(kept.load()?.connection).toBe('profile:research');
    window.localStorage.setItem('test', '{"connection": 3}');
    expect(kept.load()).toBeNull();
  });

  it('falls back to the settings, and asks when those say nothing', async () => {
    make({ memory: memory(null) });
    store.acquire();
    await until(store.changed, () => store.connections !== null);
    expect(store.connection).toBeNull();
    expect(inventories()).toEqual([]);
    store.dispose();

    make({
      memory: memory(null),
      defaults: async () => ({ connection: 'profile:research', regions: [] })
    });
    store.acquire();
    await until(store.changed, () => !!store.view.regions[0]?.answered);
    expect(store.regions).toEqual(['eu-west-1']);
  });

  it('reads children while they are watched', async () => {
    world.kinds.push(
      kind('execution', { parent: 'notebook', listed_by: 'parent' })
    );
    world.children.set('execution a', page('execution', [row('x')]));
    await started();
    const watch = store.watchChildren(REGION, 'execution', 'a');
    const children = () => store.view.regions[0].children.get('execution\na');
    await until(store.changed, () => children()?.page !== null);
    expect(children()?.page?.rows.map(one => one.id)).toEqual(['x']);
    world.children.clear();
    await store.refetch();
    await until(store.changed, () => children()?.problem !== null);
    expect(children()?.page?.rows.map(one => one.id)).toEqual(['x']);
    watch.dispose();
  });

  it('knows what ran in regions that were left', async () => {
    await started();
    store.setRegions(['eu-west-1']);
    await until(store.changed, () => store.view.regions[0].answered);
    expect(store.elsewhere).toEqual([{ region: REGION, running: 1 }]);
  });

  it('tells how the local engine starts', async () => {
    world.inventory = { problem: problem('offline') };
    world.local = { ...world.local, running: false };
    await started();
    await until(store.changed, () => store.local?.running === false);
    world.local = { ...world.local, running: true };
    world.inventory = {};
    const starting = store.startLocal();
    expect(store.local?.starting).toBe(true);
    await starting;
    expect(store.local?.running).toBe(true);
    expect(world.asked).toContain('POST local/start');
  });
});
