import { InputDialog, Notification } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import * as problems from '../components/problem';
import {
  ISolution,
  ISolutionDeleteRequest,
  ISolutionFilesRequest,
  ISolutionLaunch,
  ISolutionLaunchRequest,
  ISolutionPage,
  ISolutions,
  IStackResource,
  ITemplateParameter,
  TASK_EVENT
} from '../protocol';
import { InventoryStore } from '../store';
import { ISmext, ISolutionId } from '../tokens';
import { Search } from '../views/jumpstart/search';
import { SolutionLaunches } from '../views/jumpstart/solutions/launches';
import { SolutionView } from '../views/jumpstart/solutions/page';
import {
  Solutions,
  useSolutions
} from '../views/jumpstart/solutions/solutions';
import { giveRoom } from './room';
import { apiOf, Bus, problem, smextWith, until, World } from './world';

configure({ asyncUtilTimeout: 8000 });

// jsdom knows the element, not what it does.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

beforeAll(() => giveRoom(2000));

const ID: ISolutionId = {
  connection: 'local',
  region: 'us-east-1',
  solution: 'local-churn'
};

function solution(id: string, more: Partial<ISolution> = {}): ISolution {
  return {
    id,
    title: `The ${id}`,
    use_case: '',
    summary: '',
    repository: null,
    template: null,
    regions: [],
    origin: 'shipped',
    as_of: '2026-11-26',
    version: null,
    ...more
  };
}

function parameter(
  name: string,
  more: Partial<ITemplateParameter> = {}
): ITemplateParameter {
  return {
    name,
    label: name,
    group: '',
    type: 'String',
    default: null,
    description: '',
    allowed: [],
    pattern: null,
    min_length: null,
    max_length: null,
    min_value: null,
    max_value: null,
    constraint: '',
    hidden: false,
    ...more
  };
}

const PAGE: ISolutionPage = {
  solution: solution('local-churn', {
    title: 'Churn prediction',
    use_case: 'Churn',
    template: 's3://cache/template.yaml',
    origin: 'manifest',
    as_of: null,
    version: '1.0.0'
  }),
  description: 'Says **who** leaves.',
  architecture: 'A model behind an endpoint.',
  license: 'BSD-3-Clause',
  source: 'Drawn at random',
  template: 'Resources: {}',
  creates: [
    {
      service: 'SageMaker',
      type: 'AWS::SageMaker::NotebookInstance',
      names: ['Notebook', 'Other'],
      conditional: ['Notebook']
    }
  ],
  parameters: [
    parameter('Type', {
      label: 'Instance type',
      group: 'The model',
      default: 'ml.m5.large',
      allowed: ['ml.m5.large', 'ml.m5.xlarge']
    }),
    parameter('Count', {
      group: 'The model',
      type: 'Number',
      default: '1',
      min_value: 1,
      max_value: 4
    }),
    parameter('Password', {
      min_length: 8,
      hidden: true,
      constraint: 'Eight characters at least.'
    }),
    parameter('Family', { default: 'ml.t3.medium', pattern: 'ml\\.[a-z0-9.]+' })
  ],
  capabilities: ['CAPABILITY_IAM'],
  capabilities_reason: 'The following resource(s) require capabilities: [Role]',
  outputs: [{ key: 'EndpointName', description: 'The endpoint.' }],
  files: ['churn.ipynb', 'customers.py'],
  notebook: 'churn.ipynb',
  launchable: true,
  problems: []
};

function resource(
  name: string,
  type: string,
  more: Partial<IStackResource> = {}
): IStackResource {
  return {
    name,
    type,
    physical: `my-${name.toLowerCase()}`,
    status: 'CREATE_COMPLETE',
    reason: '',
    row: null,
    ...more
  };
}

const RESOURCES = [
  resource('Endpoint', 'AWS::SageMaker::Endpoint', {
    row: 'endpoint/my-endpoint'
  }),
  resource('Bucket', 'AWS::S3::Bucket'),
  resource('Archive', 'AWS::S3::Bucket')
];

function launch(more: Partial<ISolutionLaunch> = {}): ISolutionLaunch {
  return {
    id: 'solution-1',
    rev: 1,
    request: {
      ...ID,
      stack: 'churn-1',
      parameters: { Type: 'ml.m5.xlarge' },
      capabilities: ['CAPABILITY_IAM'],
      role: null,
      tags: {},
      keep_failed: false,
      key: ''
    },
    title: 'Churn prediction',
    notebook: 'churn.ipynb',
    state: 'creating',
    stack_id: 'arn:stack',
    status: 'CREATE_IN_PROGRESS',
    events: [],
    resources: [],
    outputs: [],
    note: '',
    started: 1000,
    ended: null,
    problem: null,
    deletion: null,
    keeps: [],
    ...more
  };
}

const CREATED: Partial<ISolutionLaunch> = {
  state: 'created',
  status: 'CREATE_COMPLETE',
  ended: 1090,
  resources: RESOURCES,
  outputs: [
    { key: 'EndpointName', value: 'my-endpoint', description: 'It predicts.' },
    { key: 'Page', value: 'https://example.com/x', description: '' },
    { key: 'Harm', value: 'javascript:alert(1)', description: '' }
  ],
  keeps: ['Archive']
};

describe('the solutions of JumpStart', () => {
  let page: ISolutionPage | ApiError;
  let list: ISolutions | ApiError;
  let latest: ISolutionLaunch[];
  let now: ISolutionLaunch;
  let launched: ISolutionLaunchRequest[];
  let refusal: ApiError | null;
  let deleted: ISolutionDeleteRequest[];
  let copied: ISolutionFilesRequest[];
  let opened: (string | ISolutionId)[];
  let titles: string[];
  let remembered: ReadonlyArray<string>;
  let bus: Bus;
  let world: World;
  let store: InventoryStore;
  let smext: ISmext;
  let launches: SolutionLaunches;

  beforeEach(async () => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    Notification.dismiss();
    page = PAGE;
    list = {
      connection: 'local',
      region: 'us-east-1',
      solutions: [],
      problems: []
    };
    latest = [];
    now = launch();
    launched = [];
    refusal = null;
    deleted = [];
    copied = [];
    opened = [];
    titles = [];
    remembered = [];
    bus = new Bus();
    world = new World();
    store = new InventoryStore({
      api: world.api,
      events: new Bus(),
      standby: 'never'
    });
    store.acquire();
    store.setConnection('local', ['us-east-1']);
    await until(store.changed, () => store.connections !== null);
    const api = apiOf({
      solutions: async () => {
        if (list instanceof ApiError) {
          throw list;
        }
        return list;
      },
      solution: async () => {
        if (page instanceof ApiError) {
          throw page;
        }
        return page;
      },
      solutionLaunches: async () => latest,
      solutionLaunch: async () => now,
      launchSolution: async (request: ISolutionLaunchRequest) => {
        launched.push(request);
        if (refusal) {
          throw refusal;
        }
        now = launch({ request });
        return now;
      },
      deleteSolutionLaunch: async (
        _: string,
        request: ISolutionDeleteRequest
      ) => {
        deleted.push(request);
        if (refusal) {
          throw refusal;
        }
        now = { ...now, rev: now.rev + 1, state: 'deleting' };
        return now;
      },
      copyFiles: async (request: ISolutionFilesRequest) => {
        copied.push(request);
        if (refusal) {
          throw refusal;
        }
        return {
          notebook: `${request.folder}/churn.ipynb`,
          files: [`${request.folder}/churn.ipynb`],
          kept: [`${request.folder}/customers.py`]
        };
      },
      form: async () => ({
        schema: {
          properties: { ExecutionRoleArn: { examples: ['arn:role/A'] } }
        }
      })
    });
    smext = smextWith(api, store);
    launches = new SolutionLaunches({
      smext,
      stream: bus.stream,
      openSolution: id => opened.push(id),
      openFile: path => opened.push(path),
      remember: ids => {
        remembered = ids;
      }
    });
  });

  afterEach(() => {
    cleanup();
    jest.restoreAllMocks();
    document.querySelectorAll('dialog').forEach(node => node.remove());
    store.dispose();
  });

  async function show(): Promise<void> {
    render(
      <SolutionView
        id={ID}
        smext={smext}
        launches={launches}
        markdown={source => <p>{source}</p>}
        onTitle={title => titles.push(title)}
      />
    );
    await screen.findByRole('heading', { level: 1 });
  }

  /** The server tells that the launch is another now. */
  async function become(more: Partial<ISolutionLaunch>): Promise<void> {
    let seen = false;
    const look = (_: unknown, { rev }: ISolutionLaunch) => {
      seen ||= rev === now.rev;
    };
    launches.changed.connect(look);
    now = { ...now, ...more, rev: now.rev + 1 };
    await act(async () => {
      (bus.stream as unknown as Signal<unknown, object>).emit({
        schema_id: TASK_EVENT,
        task: 'solution',
        id: now.id,
        rev: now.rev
      });
      await until(launches.changed, () => seen);
    });
    launches.changed.disconnect(look);
  }

  const form = () => screen.findByRole('form', { name: 'Launch' });
  const field = (name: string) =>
    screen.getByLabelText<HTMLInputElement>(name, {
      selector: 'input, select'
    });
  const type = (name: string, value: string) =>
    fireEvent.change(field(name), { target: { value } });
  const send = async () =>
    act(async () => {
      fireEvent.submit(await form());
    });

  describe('as a list', () => {
    const picked: ISolutionId[] = [];

    function List(props: { search: Search }): React.ReactElement {
      const solutions = useSolutions(
        smext,
        props.search,
        'local',
        'us-east-1',
        true
      );
      return (
        <Solutions
          smext={smext}
          solutions={solutions}
          search={props.search}
          elsewhere={<span>Elsewhere</span>}
          onOpen={id => picked.push(id)}
        />
      );
    }

    const cells = (column: string) =>
      [
        ...document.querySelectorAll(`[role=gridcell][data-column=${column}]`)
      ].map(cell => cell.textContent);

    it('says which can be launched, and is searched and narrowed', async () => {
      list = {
        connection: 'local',
        region: 'us-east-1',
        problems: [problem('broken', { title: 'No manifest' })],
        solutions: [
          PAGE.solution,
          solution('b', {
            title: 'B',
            use_case: 'Fraud',
            template: 's3://a/b',
            regions: ['us-east-1']
          }),
          solution('c', { title: 'C', repository: 'https://github.com/a/c' }),
          solution('d', { title: 'D' })
        ]
      };
      const search = new Search();
      render(<List search={search} />);
      await screen.findByRole('grid', { name: 'Solutions' });
      expect(cells('title')).toEqual([
        'Churn predictionruns on this machine',
        'B',
        'C',
        'D'
      ]);
      expect(cells('launch')).toEqual([
        'can be launched',
        'needs AWS',
        'repository only',
        'nothing public'
      ]);
      expect(screen.getByText('No manifest')).toBeTruthy();
      expect(search.count('solutions')).toEqual({ all: 4, found: 4 });
      const box = screen.getByRole('searchbox', { name: 'Search solutions' });
      fireEvent.change(box, { target: { value: 'fraud' } });
      expect(cells('title')).toEqual(['B']);
      expect(screen.getByRole('status').textContent).toMatch(
        /^1 of 4 solutions · table of .*2026/
      );
      fireEvent.change(box, { target: { value: 'x' } });
      expect(screen.getByText('Elsewhere')).toBeTruthy();
      fireEvent.click(screen.getByText('Clear search and filters'));
      fireEvent.change(screen.getByLabelText('Launch'), {
        target: { value: 'repository only' }
      });
      expect(cells('title')).toEqual(['C']);
      fireEvent.change(screen.getByLabelText('Launch'), {
        target: { value: '' }
      });
      fireEvent.click(screen.getByRole('columnheader', { name: /^Solution/ }));
      fireEvent.click(screen.getByRole('columnheader', { name: /^Solution/ }));
      expect(cells('title')[0]).toBe('D');
      fireEvent.click(screen.getByText('C'));
      expect(picked).toEqual([{ ...ID, solution: 'c' }]);
      // What was read stays while it is read again, also when that fails.
      list = new ApiError(problem('throttled', { title: 'Too many requests' }));
      fireEvent.click(screen.getByLabelText('Read the list again'));
      expect(screen.getByRole('progressbar')).toBeTruthy();
      expect(await screen.findByText('Too many requests')).toBeTruthy();
      expect(cells('title')).toHaveLength(4);
      expect(screen.queryByRole('progressbar')).toBeNull();
    });

    it('says why there is none', async () => {
      list = new ApiError(problem('denied', { title: 'Not allowed' }));
      const search = new Search();
      render(<List search={search} />);
      expect(await screen.findByText('Not allowed')).toBeTruthy();
      expect(search.count('solutions')).toBeNull();
    });
  });

  it('say what they are and what they create', async () => {
    await show();
    expect(screen.getByText('Says **who** leaves.')).toBeTruthy();
    await waitFor(() => expect(titles).toEqual(['Churn prediction']));
    expect(screen.getByText('A model behind an endpoint.')).toBeTruthy();
    const table = screen.getByRole('table', { name: 'What it creates' });
    expect(
      within(table).getByText(/Notebook \(if chosen\), Other/)
    ).toBeTruthy();
    expect(screen.getByText('churn.ipynb')).toBeTruthy();
    expect(screen.queryByRole('tab', { name: /^Stacks/ })).toBeNull();
  });

  it('without a template link their repository and cannot be launched', async () => {
    page = {
      ...PAGE,
      solution: solution('c', { repository: 'https://github.com/a/c' }),
      template: null,
      parameters: [],
      notebook: null,
      launchable: false,
      problems: [problem('not_found', { title: 'It has no public template' })]
    };
    await show();
    expect(screen.getByRole('alert').textContent).toContain(
      'It has no public template'
    );
    expect(screen.queryByText('Try again')).toBeNull();
    expect(screen.queryByRole('form')).toBeNull();
    expect(screen.queryByText('Open notebook')).toBeNull();
    const link = screen.getByRole('link', { name: 'Repository' });
    expect(link.getAttribute('href')).toBe('https://github.com/a/c');
    expect(link.getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('are launched with what was changed, once what they may do is acknowledged', async () => {
    await show();
    const shown = await form();
    expect(
      within(shown).getByRole('group', { name: 'The model' })
    ).toBeTruthy();
    expect(field('Password').type).toBe('password');
    expect(field('Instance type').value).toBe('ml.m5.large');
    expect(shown.textContent).toContain('require capabilities: [Role]');
    type('Count', '5');
    expect(within(shown).getByText('At most 4')).toBeTruthy();
    type('Family', 'T3');
    expect(
      within(shown).getByText('It must match ml\\.[a-z0-9.]+')
    ).toBeTruthy();
    type('Stack name', '1st');
    await send();
    expect(launched).toEqual([]);
    expect(within(shown).getByText('Eight characters at least.')).toBeTruthy();
    expect(
      within(shown).getByText('Without that it may not be launched')
    ).toBeTruthy();
    type('Count', '2');
    type('Family', 'ml.t3.large');
    type('Password', 'secret-words');
    type('Stack name', 'churn-1');
    fireEvent.change(screen.getByLabelText('Tags'), {
      target: { value: 'team=care' }
    });
    fireEvent.click(within(shown).getByLabelText(/^I acknowledge/));
    refusal = new ApiError(problem('conflict', { title: 'The name is taken' }));
    await send();
    expect(within(shown).getByText('The name is taken')).toBeTruthy();
    refusal = null;
    await send();
    expect(launched).toMatchObject([
      {},
      {
        ...ID,
        stack: 'churn-1',
        parameters: {
          Count: '2',
          Family: 'ml.t3.large',
          Password: 'secret-words'
        },
        capabilities: ['CAPABILITY_IAM'],
        role: null,
        tags: { team: 'care' },
        keep_failed: false
      }
    ]);
    expect(launched[0].key).not.toBe('');
    expect(launched[1].key).toBe(launched[0].key);
    expect(
      await screen.findByRole('heading', { name: 'churn-1' })
    ).toBeTruthy();
    expect(remembered).toEqual(['solution-1']);
    // What is hidden does not stand in the form any more.
    expect(field('Password').value).toBe('');
  });

  it('are launched once more under another name and key', async () => {
    await show();
    const shown = await form();
    fireEvent.click(within(shown).getByLabelText(/^I acknowledge/));
    for (const count of [1, 2]) {
      fireEvent.click(screen.getByRole('tab', { name: 'Solution' }));
      type('Password', 'secret-words');
      await send();
      expect(launched).toHaveLength(count);
    }
    const [first, second] = launched;
    expect(second.stack).not.toBe(first.stack);
    expect(second.key).not.toBe(first.key);
  });

  it('are launched by a role where that is chosen', async () => {
    await show();
    const shown = await form();
    type('Password', 'secret-words');
    fireEvent.click(within(shown).getByLabelText('A role'));
    fireEvent.click(within(shown).getByLabelText(/^I acknowledge/));
    await send();
    expect(
      within(shown).getByText('The ARN of a role, arn:aws:iam::…:role/…')
    ).toBeTruthy();
    type('Role', 'arn:aws:iam::000000000000:role/cloud');
    await send();
    expect(launched).toMatchObject([
      { role: 'arn:aws:iam::000000000000:role/cloud' }
    ]);
  });

  it('are not launched through a connection that is read-only', async () => {
    world.connections = [{ ...world.connections[0], read_only: true }];
    await store.refreshConnections();
    latest = [launch(CREATED)];
    now = latest[0];
    await show();
    type('Password', 'secret-words');
    await send();
    expect(launched).toEqual([]);
    fireEvent.click(await screen.findByRole('tab', { name: /^Stacks/ }));
    const button = await screen.findByText('Delete all resources…');
    expect(button.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(button);
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });

  it('show their stack while it is made, and what it tells then', async () => {
    latest = [launch()];
    await show();
    fireEvent.click(await screen.findByRole('tab', { name: /^Stacks/ }));
    await screen.findByRole('heading', { name: 'churn-1' });
    await become({
      note: 'Endpoint CREATE_IN_PROGRESS',
      events: [
        {
          id: '1',
          at: 1001,
          resource: 'churn-1',
          physical: 'arn:stack',
          type: 'AWS::CloudFormation::Stack',
          status: 'CREATE_IN_PROGRESS',
          reason: 'User Initiated'
        },
        {
          id: '2',
          at: 1002,
          resource: 'Endpoint',
          physical: '',
          type: 'AWS::SageMaker::Endpoint',
          status: 'CREATE_IN_PROGRESS',
          reason: ''
        }
      ]
    });
    expect(screen.getByRole('status').textContent).toBe(
      'Making it: Endpoint CREATE_IN_PROGRESS'
    );
    const table = screen.getByRole('table', { name: 'Resources: 1' });
    expect(within(table).getByText('SageMaker endpoint')).toBeTruthy();
    const events = screen.getByRole('table', {
      name: 'Events, the latest first'
    });
    expect(
      within(events)
        .getAllByRole('row')
        .slice(1)
        .map(row => row.children[1].textContent)
    ).toEqual(['Endpoint', 'churn-1']);
    await become(CREATED);
    expect(screen.getByRole('status').textContent).toBe('Made in 1 min 30 s');
    expect(screen.getByRole('link', { name: 'https://example.com/x' }));
    expect(screen.queryByRole('link', { name: /javascript/ })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'my-endpoint' }));
    expect(smext.openResource).toHaveBeenCalledWith({
      connection: 'local',
      region: 'us-east-1',
      kind: 'endpoint',
      id: 'my-endpoint'
    });
    expect(Notification.manager.notifications).toEqual([]);
  });

  it('are deleted after a question that names it all, with the proof', async () => {
    latest = [launch(CREATED)];
    now = latest[0];
    await show();
    fireEvent.click(await screen.findByRole('tab', { name: /^Stacks/ }));
    fireEvent.click(await screen.findByText('Delete all resources…'));
    const dialog = await screen.findByRole('alertdialog');
    expect(document.activeElement?.textContent).toBe('Cancel');
    const victims = within(dialog).getByRole('table', { name: 'Deleted: 2' });
    expect(
      within(victims)
        .getAllByRole('row')
        .slice(1)
        .map(row => row.children[0].textContent)
    ).toEqual(['Endpoint', 'Bucket']);
    expect(
      within(
        within(dialog).getByRole('table', { name: 'Kept by the template: 1' })
      ).getByText('Archive')
    ).toBeTruthy();
    refusal = new ApiError(problem('denied', { title: 'Not allowed' }));
    await act(async () => {
      fireEvent.click(within(dialog).getByText('Delete 2 resources'));
    });
    expect(within(dialog).getByText('Not allowed')).toBeTruthy();
    refusal = null;
    fireEvent.click(within(dialog).getByLabelText('Empty its buckets first'));
    await act(async () => {
      fireEvent.click(within(dialog).getByText('Delete 2 resources'));
    });
    expect(deleted).toEqual([
      { empty_buckets: false },
      { empty_buckets: true }
    ]);
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(screen.queryByText('Delete all resources…')).toBeNull();
    const gone = RESOURCES.map(one => ({
      ...one,
      status: one.name === 'Archive' ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE'
    }));
    await become({
      state: 'deleted',
      status: 'DELETE_COMPLETE',
      resources: gone,
      outputs: [],
      deletion: {
        asked: 1100,
        ended: 1160,
        status: 'DELETE_COMPLETE',
        resources: gone,
        retained: ['Archive (my-archive)'],
        emptied: ['my-bucket'],
        proven: true
      }
    });
    expect(
      screen.getByText('Nothing is left but what is kept on purpose.')
    ).toBeTruthy();
    expect(screen.getByText(/Resources deleted: 2 of 3/)).toBeTruthy();
    expect(screen.getByText('Emptied before: my-bucket')).toBeTruthy();
    expect(
      screen.getByRole('table', { name: 'The last state of each resource' })
    ).toBeTruthy();
    expect(screen.queryByText('Delete all resources…')).toBeNull();
  });

  it('that could not be made say why, and are deleted from there', async () => {
    latest = [
      launch({
        state: 'failed',
        ended: 1010,
        resources: RESOURCES.slice(0, 1),
        problem: problem('broken', { title: 'Endpoint failed' })
      })
    ];
    now = latest[0];
    await show();
    fireEvent.click(await screen.findByRole('tab', { name: /^Stacks/ }));
    expect((await screen.findByRole('status')).textContent).toBe(
      'It could not be made'
    );
    expect(screen.getByRole('alert').textContent).toContain('Endpoint failed');
    expect(screen.getByText('Delete all resources…')).toBeTruthy();
    await become({
      state: 'not deleted',
      deletion: {
        asked: 1100,
        ended: 1110,
        status: 'DELETE_FAILED',
        resources: [{ ...RESOURCES[0], status: 'DELETE_FAILED' }],
        retained: [],
        emptied: [],
        proven: false
      }
    });
    expect(
      screen.getByText('It is not proven that nothing is left.')
    ).toBeTruthy();
    expect(screen.getByText('Delete all resources…')).toBeTruthy();
  });

  it('have a notebook that is copied and opened', async () => {
    const asked = jest.spyOn(InputDialog, 'getText').mockResolvedValue({
      button: {} as never,
      isChecked: null,
      value: ' work/churn '
    });
    await show();
    await act(async () => {
      fireEvent.click(screen.getByText('Open notebook'));
    });
    expect(asked.mock.calls[0][0].text).toBe('local-churn');
    expect(asked.mock.calls[0][0].label).toContain('does not run');
    cleanup();
    latest = [launch(CREATED)];
    now = latest[0];
    await show();
    fireEvent.click(await screen.findByRole('tab', { name: /^Stacks/ }));
    const stack = await screen.findByRole('region', { name: 'churn-1' });
    await act(async () => {
      fireEvent.click(within(stack).getByText('Open notebook'));
    });
    expect(asked.mock.calls[1][0].text).toBe('churn-1');
    expect(copied).toEqual([
      { ...ID, folder: 'work/churn', launch: null },
      { ...ID, folder: 'work/churn', launch: 'solution-1' }
    ]);
    expect(opened).toEqual([
      'work/churn/churn.ipynb',
      'work/churn/churn.ipynb'
    ]);
    expect(Notification.manager.notifications[0].message).toContain(
      'work/churn/customers.py'
    );
    const told = jest.spyOn(problems, 'showProblem').mockResolvedValue();
    refusal = new ApiError(problem('not_found'));
    await act(async () => {
      fireEvent.click(within(stack).getByText('Open notebook'));
    });
    expect(told).toHaveBeenCalledTimes(1);
    expect(opened).toHaveLength(2);
  });

  it('are followed by a notification that leads to their stack', async () => {
    await launches.resume(['solution-1']);
    const { options, message } = Notification.manager.notifications[0];
    expect(message).toBe('churn-1: Making it');
    options.actions![0].callback(new MouseEvent('click'));
    expect(opened).toEqual([ID]);
    latest = [launch({ id: 'solution-2', started: 2000 }), launch()];
    await show();
    // The one that was asked for, not the newest.
    expect(await screen.findByRole('region', { name: 'churn-1' })).toBeTruthy();
    expect(
      screen
        .getAllByRole('button', { current: true })
        .map(button => button.title)
    ).toEqual([expect.stringContaining('1970')]);
    expect(Notification.manager.notifications).toEqual([]);
    cleanup();
    expect(Notification.manager.notifications).toHaveLength(1);
  });
});
