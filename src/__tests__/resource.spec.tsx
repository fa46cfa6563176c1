import { Event } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { ApiError } from '../api';
import { MonitoringRoutes } from '../api/monitoring';
import { ResourceRoutes } from '../api/resources';
import { IResource, IS3Sum, ITimeline, IUsedBy } from '../protocol';
import { InventoryStore } from '../store';
import { IResourceId, ISmext, ViewRegistry } from '../tokens';
import { createResourceView, ResourceView } from '../views/resource';
import Definition from '../views/resource/definition';
import { ResourceModel } from '../views/resource/model';
import Overview from '../views/resource/overview';
import { apiOf, Bus, kind, problem, row, until, World } from './world';

configure({ asyncUtilTimeout: 8000 });

const trans = nullTranslator.load('jupyter_smext');

const ID: IResourceId = {
  connection: 'local',
  region: 'us-east-1',
  kind: 'notebook',
  id: 'nb'
};

function line(more: Partial<ITimeline> = {}): ITimeline {
  return {
    phases: [],
    started: null,
    ended: null,
    parallel: false,
    training_s: null,
    billable_s: null,
    saved: null,
    price: null,
    billed_s: null,
    cost: null,
    waits: '',
    note: '',
    problem: null,
    ...more
  };
}

describe('a resource', () => {
  let bus: Bus;
  let store: InventoryStore;
  let smext: ISmext;
  let model: ResourceModel;
  let answer: IResource | ApiError;
  let asked: number;
  let timeline: ITimeline;
  let usedBy: IUsedBy;
  let sum: (uri: string) => IS3Sum;
  let world: World;

  beforeEach(async () => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    bus = new Bus();
    asked = 0;
    timeline = line();
    usedBy = { used_by: [], made_by: [], notes: [], problems: [] };
    sum = uri => ({ uri, objects: 0, bytes: 0, complete: true });
    answer = {
      kind: 'notebook',
      row: row('nb', { running: true }),
      facts: [
        { label: 'Markup', value: '<b>bold</b>', format: 'text' },
        { label: 'Limit', value: 7200, format: 'seconds' },
        { label: 'Size', value: 1_500_000, format: 'bytes' },
        { label: 'Nothing', value: null, format: 'text' }
      ],
      places: [],
      related: [
        {
          role: 'EndpointConfigName',
          kind: 'config',
          id: 'cfg',
          name: 'my-config',
          texts: ['my-config']
        }
      ],
      definition: { Name: 'nb', Nested: { Deep: [1] } }
    };
    world = new World();
    world.kinds = [
      kind('notebook', {
        label: 'Notebook instance',
        open: 'CreatePresignedNotebookInstanceUrl',
        open_when: ['InService'],
        verbs: [
          {
            operation: 'StopNotebookInstance',
            label: 'Stop',
            when: ['InService'],
            danger: false,
            shutdown: true,
            form: false,
            on: null
          }
        ]
      }),
      kind('config', { label: 'Lifecycle config' })
    ];
    store = new InventoryStore({
      api: world.api,
      events: bus,
      standby: 'never'
    });
    store.acquire();
    await store.refetch();
    await until(store.changed, () => store.kinds.size > 0);
    const api = apiOf({
      resource: async () => {
        asked += 1;
        if (answer instanceof ApiError) {
          throw answer;
        }
        return answer;
      },
      timeline: async () => timeline,
      usedBy: async () => usedBy,
      sum: async (_: string, __: string, uri: string) => sum(uri),
      openInNewTab: jest.fn()
    });
    const views = new ViewRegistry();
    views.add({
      id: 'definition',
      label: 'Definition',
      rank: 9,
      render: props => <Definition {...props} />
    });
    views.add({
      id: 'overview',
      label: 'Overview',
      rank: 0,
      render: props => <Overview {...props} />
    });
    views.add({
      id: 'other',
      label: 'Other',
      rank: 1,
      when: spec => spec.id === 'config',
      render: () => <p />
    });
    smext = {
      api,
      store,
      trans,
      views,
      rendermime: async () => null,
      openResource: jest.fn(),
      openS3: jest.fn(),
      shutDown: jest.fn(),
      delete: jest.fn(async () => true),
      act: jest.fn(),
      create: jest.fn()
    };
    model = new ResourceModel({
      api,
      id: ID,
      stream: bus.stream as Event.Stream,
      isHidden: () => false
    });
  });

  afterEach(() => {
    model.dispose();
    store.dispose();
  });

  async function show(): Promise<void> {
    await act(async () => {
      render(<ResourceView model={model} smext={smext} visible />);
      model.start();
    });
    await act(() =>
      until(
        model.changed,
        () => model.resource !== null || model.problem !== null
      )
    );
  }

  it('tells what it takes while it runs', async () => {
    const costs = (price: number | null, memory: number | null) => ({
      charged: price !== null,
      rows: [{ kind: 'notebook', id: 'nb', price, memory }],
      prices_of: 1,
      prices_read_at: 2,
      problem: null,
      reading: false
    });
    world.put('notebook', [row('nb', { running: true })]);
    world.costs = costs(0.05, null);
    store.setConnection(ID.connection, [ID.region]);
    await until(store.changed, () => store.view.running.length === 1);
    await show();
    const head = () =>
      document.querySelector('.jp-smext-page-head')?.textContent;
    expect(head()).toContain(' · $0.05/h · ');
    cleanup();
    world.costs = costs(null, 214 * 1024 ** 2);
    await store.refetch();
    await show();
    expect(head()).toContain(' · 214 MiB · ');
  });

  it('asks nothing before it is started', () => {
    bus.changed('notebook', 5, { ids: ['nb'] });
    expect(asked).toBe(0);
  });

  it('is read when it is first shown, not at the next turn', async () => {
    let hidden = true;
    model.dispose();
    model = new ResourceModel({
      api: smext.api,
      id: ID,
      stream: bus.stream as Event.Stream,
      isHidden: () => hidden
    });
    model.look();
    model.start();
    const content = createResourceView(model, smext);
    content.hide();
    Widget.attach(content, document.body);
    await Promise.resolve();
    expect(asked).toBe(0);
    hidden = false;
    await act(async () => content.show());
    await act(() => until(model.changed, () => model.resource !== null));
    expect(asked).toBe(1);
    // What was read a moment ago is not read again.
    await act(async () => {
      content.hide();
      content.show();
    });
    expect(asked).toBe(1);
    await act(async () => content.dispose());
  });

  it('shows its facts as text, its relations as links, and all of its definition', async () => {
    await show();
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('nb');
    expect(screen.getAllByRole('tab').map(tab => tab.textContent)).toEqual([
      'Overview',
      'Definition'
    ]);
    expect(screen.getByText('<b>bold</b>')).toBeTruthy();
    expect(screen.getByText('2 h')).toBeTruthy();
    expect(screen.getByText('1.5 MB')).toBeTruthy();
    expect(screen.getByText('none')).toBeTruthy();
    expect(screen.getByText('Endpoint config')).toBeTruthy();
    fireEvent.click(screen.getByText('my-config'));
    expect(smext.openResource).toHaveBeenCalledWith({
      ...ID,
      kind: 'config',
      id: 'cfg'
    });
    fireEvent.keyDown(screen.getByText('Overview'), { key: 'ArrowRight' });
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe(
      'Definition'
    );
    expect(screen.getByText('Deep')).toBeTruthy();
  });

  it('tells what uses it, what made its data, and how much that is', async () => {
    const link = (name: string) => ({
      role: '',
      kind: 'config',
      id: name,
      name,
      texts: []
    });
    usedBy = {
      used_by: [link('user')],
      made_by: [link('maker')],
      notes: ['The latest 100 were looked at.'],
      problems: [problem('denied', { title: 'Models could not be listed' })]
    };
    const places = ['in', 'out', 'no'].map(name => ({
      label: name,
      member: name,
      uri: `s3://bucket/${name}/`
    }));
    sum = uri => {
      if (uri.endsWith('/no/')) {
        throw new ApiError(problem('denied', { title: 'May not be listed' }));
      }
      return uri.endsWith('/in/')
        ? { uri, objects: 214, bytes: 1.1e9, complete: false }
        : { uri, objects: 0, bytes: 0, complete: true };
    };
    answer = { ...(answer as IResource), places };
    await show();
    expect(await screen.findByText('user')).toBeTruthy();
    expect(screen.getByText('maker')).toBeTruthy();
    expect(screen.getByText('The latest 100 were looked at.')).toBeTruthy();
    expect(screen.getByText('Models could not be listed')).toBeTruthy();
    expect(await screen.findByText('≥ 214 files, 1.1 GB')).toBeTruthy();
    expect(screen.getByText('nothing there')).toBeTruthy();
    expect(screen.getByText('May not be listed')).toBeTruthy();
    fireEvent.click(screen.getByText('s3://bucket/in/'));
    expect(smext.openS3).toHaveBeenCalledWith(
      expect.objectContaining({ connection: 'local', region: 'us-east-1' }),
      's3://bucket/in/'
    );
  });

  it('says when a job ended, how long it took and what it cost', async () => {
    const started = 1_700_000_000;
    timeline = line({
      started,
      ended: started + 2280,
      training_s: 2280,
      billable_s: 684,
      saved: 0.7,
      billed_s: 684,
      cost: 0.14
    });
    answer = {
      ...(answer as IResource),
      definition: { EnableManagedSpotTraining: true }
    };
    await show();
    const head = await screen.findByText(/after 38 min 0 s/);
    expect(head.closest('p')?.textContent).toMatch(
      /InService at .+ after 38 min 0 s, spot · cost \$0\.14 · /
    );
    cleanup();
    timeline = line({ started, billed_s: 2520, cost: 1.064 });
    await model.refresh();
    await show();
    expect(await screen.findByText(/cost so far about \$1\.06/)).toBeTruthy();
  });

  it('says why its timeline is not newer, and shows the rest', async () => {
    const refused = new ApiError(problem('throttled', { title: 'Too fast' }));
    timeline = null as unknown as ITimeline;
    jest
      .spyOn(smext.api.of(MonitoringRoutes), 'timeline')
      .mockImplementation(() => Promise.reject(refused));
    await show();
    expect(await screen.findByText('Too fast')).toBeTruthy();
    expect(screen.getByText('my-config')).toBeTruthy();
    expect(model.problem).toBeNull();
  });

  it('has a tab that was left as it was', async () => {
    smext.views.add({
      id: 'typed',
      label: 'Typed',
      rank: 500,
      render: () => <input aria-label="A text" />
    });
    await show();
    fireEvent.click(screen.getByText('Typed'));
    const text = screen.getByRole<HTMLInputElement>('textbox');
    fireEvent.change(text, { target: { value: 'typed' } });
    fireEvent.click(screen.getByText('Overview'));
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.getAllByRole('tabpanel').length).toBe(1);
    fireEvent.click(screen.getByText('Typed'));
    expect(screen.getByRole('textbox')).toBe(text);
    expect(text.value).toBe('typed');
  });

  it('offers what its state allows', async () => {
    await show();
    fireEvent.click(screen.getByText('Open'));
    expect(smext.api.of(ResourceRoutes).openInNewTab).toHaveBeenCalledWith(
      'local',
      'us-east-1',
      'notebook',
      'nb'
    );
    fireEvent.click(screen.getByText('Stop…'));
    expect(smext.act).toHaveBeenCalledWith(ID, 'StopNotebookInstance');

    answer = {
      ...(answer as IResource),
      row: row('nb', { status: 'Stopped', tone: 'idle' })
    };
    await act(async () => {
      bus.changed('notebook', 5, { ids: ['nb'] });
      await until(
        model.changed,
        () => model.resource?.row.status === 'Stopped'
      );
    });
    expect(screen.queryByText('Stop…')).toBeNull();
    const open = screen.getByText('Open').closest('button');
    expect(open?.getAttribute('aria-disabled')).toBe('true');
    expect(open?.title).toBe('only when InService');
  });

  it('is cloned, and leads to its code where it has that', async () => {
    world.kinds = [kind('notebook', { create: 'CreateNotebookInstance' })];
    const own = new InventoryStore({
      api: world.api,
      events: bus,
      standby: 'never'
    });
    own.acquire();
    await own.refetch();
    await until(own.changed, () => own.kinds.size > 0);
    smext = { ...smext, store: own };
    await show();
    fireEvent.click(screen.getByText('Clone…'));
    expect(smext.create).toHaveBeenCalledWith({ clone: ID });
    expect(screen.queryByText('Show the code')).toBeNull();
    act(() => {
      smext.views.add({
        id: 'code',
        label: 'Code',
        rank: 950,
        render: () => <p>boto3</p>
      });
    });
    fireEvent.click(screen.getByText('Show the code'));
    expect(screen.getByRole('tab', { selected: true }).textContent).toBe(
      'Code'
    );
    expect(screen.getByText('boto3')).toBeTruthy();
    // What is gone cannot be read, so nothing can be made like it.
    answer = new ApiError(problem('not_found', { status: 404 }));
    await act(async () => {
      void model.refresh();
      await until(model.changed, () => model.problem !== null);
    });
    const clone = screen.getByText('Clone…');
    expect(clone.getAttribute('aria-disabled')).toBe('true');
    expect(clone.title).toBe('deleted');
    own.dispose();
  });

  it('keeps what it was once it is deleted', async () => {
    await show();
    answer = new ApiError(problem('not_found', { status: 404 }));
    await act(async () => {
      void model.refresh();
      await until(model.changed, () => model.problem !== null);
    });
    expect(screen.getByText('nb does not exist')).toBeTruthy();
    expect(
      screen.getByText('It was deleted. Below is what it was.')
    ).toBeTruthy();
    expect(screen.getByText('was InService')).toBeTruthy();
    expect(screen.getByText('my-config')).toBeTruthy();
  });

  it('says why it cannot be read, and what to do', async () => {
    answer = new ApiError(
      problem('denied', {
        title: 'Not allowed: sagemaker:DescribeNotebookInstance',
        next: 'Ask for it.'
      })
    );
    await show();
    const alert = screen.getByRole('alert');
    expect(alert.textContent).toContain('sagemaker:DescribeNotebookInstance');
    expect(alert.textContent).toContain('Ask for it.');
    expect(screen.getByText('Try again')).toBeTruthy();
  });
});
