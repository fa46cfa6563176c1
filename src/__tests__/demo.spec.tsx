import { CommandRegistry } from '@lumino/commands';
import { IDisposable } from '@lumino/disposable';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  within
} from '@testing-library/react';
import * as React from 'react';

import { WindowMemory } from '../memory';
import { InventoryStore, isChoice } from '../store';
import { ISmext } from '../tokens';
import { Panel } from '../views/panel/panel';
import { Preferences } from '../views/panel/preferences';
import { Bus, problem, REGION, row, until, World, smextWith } from './world';

configure({ asyncUtilTimeout: 8000 });

describe('the demo of the local engine', () => {
  let world: World;
  let bus: Bus;
  let store: InventoryStore;
  let hold: IDisposable;

  beforeEach(() => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    world = new World();
    bus = new Bus();
    world.put('notebook', []);
    world.put('model', []);
  });

  afterEach(leave);

  function leave(): void {
    act(() => {
      hold.dispose();
      store.dispose();
    });
    cleanup();
  }

  /** A page of the browser, opened anew. */
  function show(connection: string | null = 'local'): void {
    const memory = new WindowMemory('demo', isChoice);
    memory.save({ connection, regions: connection === null ? [] : [REGION] });
    store = new InventoryStore({
      api: world.api,
      events: bus,
      memory,
      standby: 'never',
      debounce: 1
    });
    const smext: ISmext = smextWith(world.api, store);
    hold = store.acquire();
    render(
      <Panel
        smext={smext}
        preferences={new Preferences(null)}
        commands={new CommandRegistry()}
      />
    );
  }

  const text = (words: string | RegExp) => screen.findByText(words);
  const press = async (name: string) =>
    fireEvent.click(await screen.findByRole('button', { name }));
  const posts = () => world.asked.filter(line => line.startsWith('POST'));

  /** The server tells of progress by an event. */
  function progress(...told: Parameters<World['tell']>): void {
    world.tell(...told);
    act(() => bus.demo(world.demo.rev));
  }

  it('is offered while the engine is empty, with all that it will do', async () => {
    show();
    await text('Nothing is here yet');
    const list = within(screen.getByText('Train a network').closest('ol')!);
    expect(list.getAllByRole('listitem').map(one => one.textContent)).toEqual([
      'Put images into S3',
      'Train a network'
    ]);
    expect(posts()).toEqual([]);
  });

  it('is not offered beside rows, nor where a kind could not be read', async () => {
    world.put('model', [row('churn')]);
    show();
    await act(() => until(store.changed, () => store.demo.state !== null));
    expect(screen.queryByText('Just looking')).toBeNull();
    leave();
    world.put('model', [], { problem: problem('denied') });
    show();
    await act(() => until(store.changed, () => store.demo.state !== null));
    expect(screen.queryByText('Just looking')).toBeNull();
  });

  it('is not asked for through another connection', async () => {
    show('profile:research');
    await act(() => until(store.changed, () => store.view.readAt !== null));
    expect(world.asked.join()).not.toContain('demo');
  });

  it('starts the engine for who chooses it at first', async () => {
    show(null);
    await press('Load the demo');
    await text('Making the demo');
    expect(posts().slice(0, 1)).toEqual(['POST local/start']);
    expect(posts()).toContain('POST local/demo');
    expect(store.connection).toBe('local');
  });

  it('says each step as it comes, also to a page that is opened meanwhile', async () => {
    show();
    await press('Load the demo');
    await text(/^0 of 2 steps done/);
    progress({}, { state: 'running', detail: 'train: 1,078', started: 2000 });
    await text('train: 1,078');
    expect(screen.getByText('Step 1 of 2: Put images into S3')).toBeTruthy();
    const done = { state: 'done', started: 2000, ended: 2003 } as const;
    progress({}, done, { state: 'running', started: 2003 });
    await text('Step 2 of 2: Train a network');
    const bar = screen.getByRole('progressbar', { name: 'Steps done' });
    expect(bar.getAttribute('aria-valuenow')).toBe('1');
    leave();
    show();
    await text('Step 2 of 2: Train a network');
    expect(screen.getByText('3 s')).toBeTruthy();
    const current = document.querySelector('[aria-current="step"]');
    expect(current?.textContent).toContain('Train a network');
  });

  it('is cancelled, and gone on with', async () => {
    show();
    await press('Load the demo');
    await press('Cancel');
    await text('The demo was stopped');
    expect(screen.getByText('What was made so far is kept.')).toBeTruthy();
    await press('Go on');
    await text('Making the demo');
    expect(posts().filter(one => one === 'POST local/demo')).toHaveLength(2);
  });

  it('says why it failed, and tries again', async () => {
    show();
    await press('Load the demo');
    await text('Making the demo');
    progress({
      state: 'failed',
      ended: 2005,
      problem: problem('invalid', {
        title: 'The demo needs packages that are not installed',
        next: 'Install them, then try again.',
        command: 'pip install "jupyter_smext[local]"'
      })
    });
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Install them, then try again.');
    expect(screen.getByText('pip install "jupyter_smext[local]"')).toBeTruthy();
    await press('Try again');
    await text('Making the demo');
  });

  it('stays until it is closed once it is ready, and never comes back by itself', async () => {
    show();
    await press('Load the demo');
    await text('Making the demo');
    world.put('model', [row('demo-digits')]);
    const done = { state: 'done', started: 2000, ended: 2048 } as const;
    progress({ state: 'done', ended: 2048 }, done, done);
    await text('Made in 48 s, and all of it is really there.');
    await press('Close');
    expect(screen.queryByText('The demo is ready')).toBeNull();
    leave();
    show();
    await act(() => until(store.changed, () => store.demo.state !== null));
    expect(screen.queryByText('The demo is ready')).toBeNull();
  });

  it('says what stands in its way where the connection is read-only', async () => {
    world.connections = world.connections.map(one => ({
      ...one,
      read_only: true
    }));
    show();
    const button = await screen.findByRole('button', { name: 'Load the demo' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(button);
    expect(posts()).toEqual([]);
  });

  it('is in the menu for who has other things already', async () => {
    world.put('model', [row('churn')]);
    show();
    await act(() => until(store.changed, () => store.view.readAt !== null));
    await press('More panel actions');
    const menu = (await text('Load the demo')).closest('.lm-Menu')!;
    // By its first letter: jsdom has no places to point at.
    fireEvent.keyDown(menu, { key: 'l', keyCode: 76 });
    fireEvent.keyDown(menu, { key: 'Enter', keyCode: 13 });
    await text('Making the demo');
    expect(posts()).toContain('POST local/demo');
  });

  it('stands below a word on kernels, where they do not get to the engine', async () => {
    world.local = {
      ...world.local,
      kernels_without: problem('conflict', {
        title: 'Kernels do not get it',
        detail: 'They are started by OwnManager.'
      })
    };
    show();
    await text('Kernels know nothing of it');
    await press('Why');
    await text('Kernels do not get it');
    expect(document.body.textContent).toContain('started by OwnManager');
  });

  it('says why it was not begun, and nothing when it is merely not read', async () => {
    show();
    const load = await screen.findByRole('button', { name: 'Load the demo' });
    world.demoDown = problem('denied', { title: 'This is read-only' });
    await act(() => store.demo.read());
    expect(screen.queryByRole('alert')).toBeNull();
    fireEvent.click(load);
    expect((await screen.findByRole('alert')).textContent).toContain(
      'This is read-only'
    );
    await act(() => store.demo.read());
    expect(screen.queryByRole('alert')).not.toBeNull();
    world.demoDown = null;
    await press('Try again');
    await text('Making the demo');
  });
});
