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

import { ApiError } from '../api';
import { IJumpStartCatalogue } from '../protocol';
import { InventoryStore } from '../store';
import { IModelId, ISmext } from '../tokens';
import { JumpStart } from '../views/jumpstart/jumpstart';
import { Launches } from '../views/jumpstart/launch/launches';
import { catalogue, model, nothingLaunched } from './jumpstart-models';
import { giveRoom } from './room';
import { apiOf, Bus, problem, smextWith, until, World } from './world';

configure({ asyncUtilTimeout: 8000 });

beforeAll(() => giveRoom(2000));

describe('the catalogue of JumpStart', () => {
  let answers: (IJumpStartCatalogue | ApiError)[];
  let asked: string[];
  let opened: IModelId[];
  let store: InventoryStore;
  let smext: ISmext;
  let launches: Launches;

  const MODELS = [
    model('mxnet-od-ssd', {
      task: 'Object detection',
      provider: 'GluonCV',
      fine_tunable: true
    }),
    model('meta-llama', { task: 'Text generation', gated: true }),
    model('pytorch-ic-mobilenet-v2', { runs_here: true, fine_tunable: true })
  ];

  beforeEach(async () => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    answers = [catalogue(MODELS)];
    asked = [];
    opened = [];
    const world = new World();
    store = new InventoryStore({
      api: world.api,
      events: new Bus(),
      standby: 'never'
    });
    store.acquire();
    store.setConnection('local', ['us-east-1', 'eu-west-1']);
    await until(store.changed, () => store.connections !== null);
    const api = apiOf({
      models: async (connection: string, region: string) => {
        asked.push(`${connection} ${region}`);
        const answer = answers.length > 1 ? answers.shift()! : answers[0];
        if (answer instanceof ApiError) {
          throw answer;
        }
        return answer;
      },
      instanceTypes: async () => {
        throw new ApiError(problem('denied', { title: 'No prices' }));
      },
      // Read beside the models; not before a test asks for its tab.
      notebooks: () => new Promise(() => undefined),
      solutions: () => new Promise(() => undefined)
    });
    smext = smextWith(api, store);
    launches = new Launches({
      smext,
      stream: new Bus().stream,
      openModel: jest.fn(),
      remember: jest.fn()
    });
  });

  afterEach(() => {
    cleanup();
    store.dispose();
  });

  function show(): void {
    render(
      <JumpStart
        smext={smext}
        {...nothingLaunched(smext)}
        launches={launches}
        openPanel={jest.fn()}
        openModel={one => opened.push(one)}
        openSolution={jest.fn()}
        openFile={jest.fn()}
      />
    );
  }

  const rows = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map(row => row.querySelector('[data-column=name]')!.textContent);
  const table = () => screen.findByRole('grid', { name: 'Models' });
  const search = () => screen.getByRole('searchbox', { name: 'Search models' });

  it('is a table with what runs here first, and says where it is from', async () => {
    show();
    const grid = await table();
    expect(grid.getAttribute('aria-rowcount')).toBe('4');
    expect(rows()).toEqual([
      'pytorch-ic-mobilenet-v2runs on this machine',
      'meta-llamalicence to accept',
      'mxnet-od-ssd'
    ]);
    expect(screen.getByRole('status').textContent).toBe(
      '3 models · table of Jun 2025, shipped with the extension'
    );
    expect(screen.getByText('No prices')).toBeTruthy();
    // Nothing costs anything on the local engine.
    expect(within(grid).queryByText('From $/h')).toBeNull();
    expect(screen.queryByText('Works with my quota')).toBeNull();
  });

  it('is narrowed down by typing, anywhere in it', async () => {
    show();
    await table();
    fireEvent.change(search(), { target: { value: 'od' } });
    expect(rows()).toEqual(['mxnet-od-ssd']);
    expect(screen.getByRole('status').textContent).toMatch(/^1 of 3 models/);
    fireEvent.keyDown(search(), { key: 'ArrowDown' });
    const [, row] = screen.getAllByRole('row');
    expect(document.activeElement).toBe(row);
    fireEvent.keyDown(row, { key: 'x' });
    expect(document.activeElement).toBe(search());
    expect((search() as HTMLInputElement).value).toBe('odx');
    expect(screen.queryAllByRole('row')).toHaveLength(1);
    fireEvent.click(screen.getByText('Clear search and filters'));
    expect(rows()).toHaveLength(3);
  });

  it.each([
    ['its tab', true],
    ['something else', false]
  ])('takes the focus that %s had before it was drawn: %s', async (_, own) => {
    const tab = document.body.appendChild(document.createElement('div'));
    const other = document.body.appendChild(document.createElement('input'));
    tab.tabIndex = -1;
    (own ? tab : other).focus();
    render(
      <JumpStart
        smext={smext}
        {...nothingLaunched(smext)}
        launches={launches}
        openPanel={jest.fn()}
        openModel={one => opened.push(one)}
        openSolution={jest.fn()}
        openFile={jest.fn()}
      />,
      { container: tab }
    );
    await table();
    expect(document.activeElement).toBe(own ? search() : other);
    other.remove();
  });

  it('is narrowed down by facets, which say what they would leave', async () => {
    show();
    await table();
    const box = screen.getByRole('checkbox', { name: /^Fine-tunable 2$/ });
    fireEvent.click(box);
    expect(rows()).toHaveLength(2);
    expect(
      screen.getByRole('checkbox', { name: /^Text generation 0$/ })
    ).toBeTruthy();
    fireEvent.click(
      screen.getByRole('button', { name: 'Without the filter Fine-tunable' })
    );
    expect(rows()).toHaveLength(3);
  });

  it('is walked with arrows, sorted from its header, and opens a model', async () => {
    show();
    await table();
    fireEvent.keyDown(search(), { key: 'Enter' });
    const row = () => document.activeElement as HTMLElement;
    fireEvent.keyDown(row(), { key: 'End' });
    expect(row().getAttribute('aria-rowindex')).toBe('4');
    fireEvent.keyDown(row(), { key: 'ArrowDown' });
    expect(row().getAttribute('aria-rowindex')).toBe('4');
    fireEvent.keyDown(row(), { key: 'Home' });
    fireEvent.keyDown(row(), { key: 'ArrowUp' });
    expect(row().getAttribute('role')).toBe('columnheader');
    fireEvent.keyDown(row(), { key: 'ArrowRight' });
    fireEvent.keyDown(row(), { key: 'ArrowDown', altKey: true });
    expect(row().getAttribute('aria-sort')).toBe('descending');
    expect(rows()[0]).toMatch(/^meta-llama/);
    fireEvent.keyDown(row(), { key: 'ArrowDown' });
    fireEvent.keyDown(row(), { key: 'Enter' });
    expect(opened).toEqual([
      {
        connection: 'local',
        region: 'us-east-1',
        hub: null,
        id: expect.any(String),
        version: '1.0.0'
      }
    ]);
  });

  it('asks again while the server reads, and keeps what there is', async () => {
    jest.useFakeTimers();
    try {
      answers = [
        catalogue(MODELS.slice(0, 1), { reading: true }),
        catalogue(
          MODELS.map(one => ({ ...one, origin: 'public hub' as const })),
          { as_of: null, read_at: 1000 }
        )
      ];
      show();
      await act(() => jest.advanceTimersByTimeAsync(0));
      expect(rows()).toHaveLength(1);
      expect(screen.getByRole('progressbar')).toBeTruthy();
      const hidden = jest
        .spyOn(document, 'hidden', 'get')
        .mockReturnValue(true);
      await act(() => jest.advanceTimersByTimeAsync(9000));
      expect(asked).toHaveLength(1);
      hidden.mockRestore();
      await act(() => jest.advanceTimersByTimeAsync(3000));
      expect(rows()).toHaveLength(3);
      expect(screen.getByRole('status').textContent).toMatch(
        /^3 models · read at /
      );
      expect(screen.queryByRole('progressbar')).toBeNull();
    } finally {
      jest.useRealTimers();
    }
  });

  it('says what could not be read, and tries again', async () => {
    answers = [
      new ApiError(problem('denied', { title: 'No hub for you' })),
      catalogue(MODELS, {
        problems: [problem('denied', { title: 'The public hub is closed' })]
      })
    ];
    show();
    expect((await screen.findByRole('alert')).textContent).toContain(
      'No hub for you'
    );
    fireEvent.click(screen.getByText('Try again'));
    await table();
    expect(screen.getByText('The public hub is closed')).toBeTruthy();
  });

  it('reads another region when that is chosen', async () => {
    show();
    await table();
    fireEvent.change(screen.getByLabelText('Region'), {
      target: { value: 'eu-west-1' }
    });
    await table();
    expect(asked).toEqual(['local us-east-1', 'local eu-west-1']);
  });

  it('needs a connection', () => {
    const openPanel = jest.fn();
    store.setConnection(null);
    render(
      <JumpStart
        smext={smext}
        {...nothingLaunched(smext)}
        launches={launches}
        openPanel={openPanel}
        openModel={jest.fn()}
        openSolution={jest.fn()}
        openFile={jest.fn()}
      />
    );
    fireEvent.click(screen.getByText('Choose a connection'));
    expect(openPanel).toHaveBeenCalled();
    expect(asked).toEqual([]);
  });
});
