import { nullTranslator } from '@jupyterlab/translation';

import { IConnection, IRow } from '../protocol';
import {
  consoleUrl,
  InventoryStore,
  whyNot,
  whyNothing,
  whyNotOpen
} from '../store';
import { Bus, kind, problem, REGION, row, until, World } from './world';

const trans = nullTranslator.load('jupyter_smext');
const connection: IConnection = new World().connections[1];

function ref(status: string, open_when: string[] = []) {
  return {
    connection: connection.id,
    region: 'cn-north-1',
    kind: kind('model', {
      console: 'https://{region}.{domain}/home?region={region}#/models/{name}',
      open_when
    }),
    row: row('a/b', { status })
  };
}

describe('whyNothing', () => {
  it('is the connection first, then what stands in its way', () => {
    const readOnly = { ...connection, read_only: true };
    const gone = problem('offline');
    expect(whyNothing(connection, null, trans)).toBeNull();
    expect(whyNothing(connection, problem('throttled'), trans)).toBeNull();
    expect(whyNothing(connection, gone, trans)).toBe('offline');
    expect(whyNothing(readOnly, gone, trans)).toBe('read-only connection');
  });
});

describe('whyNot', () => {
  const stop = {
    operation: 'StopNotebookInstance',
    label: 'Stop',
    when: ['InService', 'Failed'],
    danger: false,
    shutdown: true,
    form: false,
    on: null
  };

  it('names the states in which it can be done', () => {
    expect(whyNot(stop, ref('Failed'), null, trans)).toBeNull();
    expect(whyNot(stop, ref('Stopped'), null, trans)).toBe(
      'only when InService or Failed'
    );
    expect(whyNot(stop, ref('Failed'), 'offline', trans)).toBe('offline');
  });
});

describe('whyNot of a verb that is done to what carries the identity', () => {
  const verb = {
    operation: 'CreateApp',
    label: 'Start',
    when: [],
    danger: false,
    shutdown: false,
    form: false,
    on: 'app'
  };
  const stop = { ...verb, operation: 'DeleteApp', label: 'Stop', danger: true };
  const space = {
    connection: 'local',
    region: REGION,
    kind: kind('space', { identity: ['DomainId', 'SpaceName'] }),
    row: row('d-1,a%2Cb')
  };
  const app = kind('app', {
    identity: ['DomainId', 'UserProfileName', 'SpaceName', 'AppName']
  });

  async function looked(rows: IRow[] | null): Promise<InventoryStore> {
    const world = new World();
    world.kinds = [space.kind, app];
    if (rows) {
      world.put('app', rows);
    }
    const store = new InventoryStore({
      api: world.api,
      events: new Bus(),
      standby: 'never'
    });
    store.setConnection('local');
    store.acquire();
    await store.refetch();
    await until(store.changed, () => store.view.regions[0].answered);
    return store;
  }

  it('is by whether one of them runs', async () => {
    const store = await looked([
      row('d-1,,other,default', { running: true }),
      row('d-1,,a%2Cb,default', { running: true })
    ]);
    expect(whyNot(verb, space, null, trans, store)).toBe('runs already');
    expect(whyNot(stop, space, null, trans, store)).toBeNull();
    store.dispose();
  });

  it('is not by those of others, or by what runs no more', async () => {
    const store = await looked([
      row('d-2,,a%2Cb,default', { running: true }),
      row('d-1,,a%2Cb,default', { status: 'Deleted' })
    ]);
    expect(whyNot(verb, space, null, trans, store)).toBeNull();
    expect(whyNot(stop, space, null, trans, store)).toBe('does not run');
    store.dispose();
  });

  it('is not known while they are not listed', async () => {
    const store = await looked(null);
    expect(whyNot(verb, space, null, trans, store)).toBeNull();
    expect(whyNot(stop, space, null, trans, store)).toBeNull();
    store.dispose();
  });
});

describe('whyNotOpen', () => {
  it('is by the states of the kind, any where it names none', () => {
    expect(whyNotOpen(ref('Stopped'), null, trans)).toBeNull();
    expect(whyNotOpen(ref('Stopped', ['InService']), null, trans)).toBe(
      'only when InService'
    );
    expect(whyNotOpen(ref('InService', ['InService']), null, trans)).toBeNull();
    expect(whyNotOpen(ref('InService'), 'signed out', trans)).toBe(
      'signed out'
    );
  });
});

describe('consoleUrl', () => {
  it('is at the console of the connection, with the name escaped', () => {
    const china = { ...connection, console: 'console.amazonaws.cn' };
    expect(consoleUrl(ref('InService'), china)).toBe(
      'https://cn-north-1.console.amazonaws.cn/home?region=cn-north-1#/models/a%2Fb'
    );
    expect(consoleUrl(ref('InService'), null)).toBeNull();
  });
});
