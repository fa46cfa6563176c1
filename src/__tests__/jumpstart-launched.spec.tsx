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
import { dismissDialog, waitForDialog } from '@jupyterlab/testing';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import { ApiError } from '../api';
import {
  IDeployRequest,
  IKind,
  ILaunch,
  ILaunchedAsset,
  ILaunchedAssets,
  INotebookCopyRequest,
  ISolutionAdoptRequest,
  ISolutionLaunch
} from '../protocol';
import { InventoryStore } from '../store';
import { IModelId, ISmext } from '../tokens';
import { Launches } from '../views/jumpstart/launch/launches';
import { Assets } from '../views/jumpstart/launched/assets';
import {
  groupsOf,
  STACK,
  whyNotDeleted
} from '../views/jumpstart/launched/groups';
import { AssetCount, Launched } from '../views/jumpstart/launched/launched';
import { SolutionLaunches } from '../views/jumpstart/solutions/launches';
import {
  apiOf,
  Bus,
  kind,
  problem,
  row,
  smextWith,
  until,
  World
} from './world';

configure({ asyncUtilTimeout: 8000 });

const PLACE = { connection: 'local', region: 'us-east-1' };

function asset(
  kind: string,
  id: string,
  more: Partial<ILaunchedAsset> = {}
): ILaunchedAsset {
  return {
    kind,
    id,
    name: id,
    status: '',
    tone: 'idle',
    running: false,
    created: 1000,
    instance: null,
    price: null,
    memory: null,
    part_of: null,
    model: null,
    version: null,
    hub: null,
    solution: null,
    launch: null,
    under_way: false,
    notebook: null,
    ...more
  };
}

function verb(operation: string, when: string[], shutdown = false) {
  return {
    operation,
    label: operation,
    when,
    danger: true,
    shutdown,
    form: false,
    on: null
  };
}

const KINDS: IKind[] = [
  kind('endpoint', {
    label: 'Endpoint',
    verbs: [verb('DeleteEndpoint', ['InService', 'Failed'], true)]
  }),
  kind('endpoint-config', {
    label: 'Endpoint configuration',
    verbs: [verb('DeleteEndpointConfig', [])]
  }),
  kind('model', { label: 'Model', verbs: [verb('DeleteModel', [])] }),
  kind('inference-component', { paid_by: 'endpoint' }),
  kind('training-job', {
    label: 'Training job',
    verbs: [
      verb('StopTrainingJob', ['InProgress'], true),
      verb('DeleteTrainingJob', ['Completed', 'Failed', 'Stopped'])
    ]
  })
];
const BY_ID = new Map(KINDS.map(one => [one.id, one]));

const ENDPOINT = asset('endpoint', 'cats', {
  status: 'InService',
  tone: 'ok',
  running: true,
  price: 0.23,
  memory: 80 * 1024 * 1024,
  model: 'pytorch-ic-mobilenet-v2',
  version: '3.0.17',
  hub: 'ours'
});
const CONFIG = asset('endpoint-config', 'cats', { part_of: 'endpoint/cats' });
const MODEL = asset('model', 'cats', { part_of: 'endpoint-config/cats' });
const JOB = asset('training-job', 'tuned', {
  status: 'Completed',
  tone: 'ok',
  created: 2000,
  launch: 'launch-1',
  model: 'm'
});
const A_STACK = asset(STACK, 'arn:stack', {
  name: 'churn',
  status: 'CREATE_COMPLETE',
  tone: 'ok',
  solution: 'local-churn-prediction',
  launch: 'solution-1',
  notebook: 'churn.ipynb'
});

describe('what was launched, in groups', () => {
  const trans = nullTranslator.load('jupyter_smext');

  it('puts what runs first, then the dearest, then the newest', () => {
    const dear = asset('endpoint', 'dear', { running: true, price: 7 });
    const priceless = asset('endpoint', 'no-price', { running: true });
    const component = asset('inference-component', 'c', {
      running: true,
      part_of: 'endpoint/dear'
    });
    const groups = groupsOf(
      [JOB, A_STACK, MODEL, CONFIG, ENDPOINT, priceless, component, dear],
      true,
      BY_ID
    );
    expect(groups.map(({ asset }) => asset.id)).toEqual([
      'dear',
      'cats',
      'no-price',
      'tuned',
      'arn:stack'
    ]);
    expect(groups[1].parts.map(one => one.kind)).toEqual([
      'endpoint-config',
      'model'
    ]);
    // A component is paid for with its endpoint.
    expect(groups[0]).toMatchObject({ cost: 7, complete: true });
    expect(groups[2]).toMatchObject({ cost: null, complete: false });
  });

  it('shows what hangs on something that is not there by itself', () => {
    expect(groupsOf([MODEL], true, BY_ID)[0].asset).toBe(MODEL);
    // Nothing that AWS says may hang the page.
    const a = asset('model', 'a', { part_of: 'model/b' });
    const b = asset('model', 'b', { part_of: 'model/a' });
    expect(groupsOf([a, b, JOB], true, BY_ID)).toHaveLength(1);
  });

  it('says why something cannot be deleted', () => {
    const why = (one: ILaunchedAsset, nothing: string | null = null) =>
      whyNotDeleted(groupsOf([one], true, BY_ID)[0], BY_ID, nothing, trans);
    expect(why(ENDPOINT)).toBeNull();
    expect(why(ENDPOINT, 'read-only connection')).toBe('read-only connection');
    expect(why({ ...ENDPOINT, status: 'Creating' })).toBe(
      'only when InService or Failed'
    );
    expect(why({ ...ENDPOINT, under_way: true })).toContain('stop that first');
    expect(why({ ...JOB, status: 'InProgress' })).toBeNull();
    expect(why({ ...JOB, status: 'Stopping' })).toContain('only when');
    expect(why(A_STACK)).toBeNull();
    expect(why({ ...A_STACK, launch: null })).toBeNull();
    expect(why({ ...A_STACK, launch: null, solution: null })).toContain(
      'CloudFormation'
    );
    expect(why({ ...A_STACK, status: 'DELETE_IN_PROGRESS' })).toContain(
      'being deleted'
    );
    expect(why(asset('unheard-of', 'x'))).toContain('nothing here');
  });
});

describe('the tab of what was launched', () => {
  let answer: ILaunchedAssets | ApiError;
  let asked: number;
  let history: ILaunch[];
  let opened: IModelId[];
  let archives: string[];
  let world: World;
  let store: InventoryStore;
  let smext: ISmext;
  let launches: Launches;
  let assets: Assets;
  const openFile = jest.fn();
  const stacks = {
    changed: new Signal<object, ISolutionLaunch>({}),
    show: jest.fn(),
    delete: jest.fn(async () => undefined),
    openNotebook: jest.fn(async () => undefined)
  };

  function found(
    all: ILaunchedAsset[],
    more: Partial<ILaunchedAssets> = {}
  ): ILaunchedAssets {
    return { ...PLACE, charged: true, assets: all, problems: [], ...more };
  }

  beforeEach(async () => {
    asked = 0;
    history = [];
    opened = [];
    archives = [];
    answer = found([ENDPOINT, CONFIG, MODEL, JOB, A_STACK]);
    world = new World();
    world.kinds = KINDS;
    store = new InventoryStore({
      api: world.api,
      events: new Bus(),
      standby: 'never'
    });
    store.acquire();
    store.setConnection('local', ['us-east-1']);
    await until(store.changed, () => store.kinds.size > 0);
    const api = apiOf({
      launches: async () => history,
      launch: async () => history[0],
      adopt: async ({ stack }: ISolutionAdoptRequest) => ({
        id: `adopted ${stack}`
      }),
      solutionLaunch: async (id: string) => ({ id }),
      deleteArchive: async (id: string) => void archives.push(id),
      model: async (_: string, __: string, hub: string) => ({
        notebooks:
          hub === 'ours' ? [{ title: 'Deploy', location: 's3://b/n' }] : []
      }),
      copyNotebook: async ({ location, folder }: INotebookCopyRequest) => ({
        notebook: `${folder}${location}.ipynb`,
        kept: false,
        needs: []
      }),
      assets: async () => {
        asked += 1;
        if (answer instanceof ApiError) {
          throw answer;
        }
        return answer;
      }
    });
    smext = smextWith(api, store);
    launches = new Launches({
      smext,
      stream: new Bus().stream,
      openModel: one => opened.push(one),
      remember: () => undefined
    });
    jest.spyOn(launches, 'show').mockResolvedValue(undefined);
    assets = new Assets({
      api: smext.api,
      store,
      changes: [launches.changed, stacks.changed]
    });
  });

  afterEach(() => {
    cleanup();
    assets.dispose();
    store.dispose();
    jest.clearAllMocks();
  });

  async function show(): Promise<void> {
    render(
      <>
        <AssetCount smext={smext} assets={assets} />
        <Launched
          smext={smext}
          assets={assets}
          launches={launches}
          solutions={stacks as unknown as SolutionLaunches}
          {...PLACE}
          openModel={one => opened.push(one)}
          openFile={openFile}
        />
      </>
    );
    await act(async () => {
      assets.look(PLACE.connection, PLACE.region, true);
    });
  }

  const lineOf = (name: string) =>
    within(screen.getByText(name).closest('tr') as HTMLElement);

  it('shows each with its state, cost and what hangs on it', async () => {
    await show();
    expect(document.querySelector('.jp-smext-tab-count')!.textContent).toBe(
      '3'
    );
    expect(screen.getByText('3 assets · 1 running · $0.23/h')).toBeTruthy();
    const [, cats, tuned, churn] = screen.getAllByRole('row');
    expect(cats.textContent).toContain('InService0.23');
    expect(cats.textContent).toContain('with endpoint configuration, model');
    expect(tuned.textContent).toContain('Completed');
    expect(churn.textContent).toContain('local-churn-prediction');
    const line = lineOf('cats');
    fireEvent.click(line.getByText('cats'));
    fireEvent.click(line.getByText('Try it'));
    fireEvent.click(line.getByText('model'));
    const id = { ...PLACE, kind: 'endpoint', id: 'cats' };
    expect((smext.openResource as jest.Mock).mock.calls).toEqual([
      [id, undefined],
      [id, 'test'],
      [{ ...id, kind: 'model' }, undefined]
    ]);
    fireEvent.click(line.getByText('pytorch-ic-mobilenet-v2'));
    expect(opened).toEqual([
      {
        ...PLACE,
        hub: 'ours',
        id: 'pytorch-ic-mobilenet-v2',
        version: '3.0.17'
      }
    ]);
    await act(async () => {
      fireEvent.click(lineOf('churn').getByText('Open notebook'));
    });
    expect(stacks.openNotebook).toHaveBeenCalledWith(
      { ...PLACE, solution: 'local-churn-prediction' },
      { id: 'solution-1' }
    );
    await act(async () => {
      fireEvent.click(lineOf('churn').getByText('churn'));
    });
    expect(stacks.show).toHaveBeenCalledWith({ id: 'solution-1' });
  });

  it('opens the notebook of the model', async () => {
    await show();
    fireEvent.click(lineOf('cats').getByText('Open notebook'));
    const copy = await screen.findByText('Copy and open');
    await act(async () => {
      fireEvent.click(copy);
    });
    await waitFor(() =>
      expect(openFile).toHaveBeenCalledWith(
        'pytorch-ic-mobilenet-v2s3://b/n.ipynb'
      )
    );
    // Of which version the job is nobody knows.
    expect(lineOf('tuned').queryByText('Open notebook')).toBeNull();
  });

  it('deletes one with what hangs on it, by the plan', async () => {
    await show();
    answer = found([JOB, A_STACK]);
    await act(async () => {
      fireEvent.click(lineOf('cats').getByText('Delete…'));
    });
    expect(smext.delete).toHaveBeenCalledWith([
      { ...PLACE, kind: 'endpoint', id: 'cats' },
      { ...PLACE, kind: 'endpoint-config', id: 'cats' },
      { ...PLACE, kind: 'model', id: 'cats' }
    ]);
    // That it is gone is what AWS says then.
    expect(screen.queryByText('cats')).toBeNull();
    expect(screen.getByText('2 assets')).toBeTruthy();
  });

  it('takes over the stack that another server launched', async () => {
    answer = found([{ ...A_STACK, launch: null }]);
    await show();
    await act(async () => {
      fireEvent.click(lineOf('churn').getByText('local-churn-prediction'));
    });
    expect(stacks.show).toHaveBeenCalledWith({ id: 'adopted arn:stack' });
    await act(async () => {
      fireEvent.click(lineOf('churn').getByText('Delete…'));
    });
    expect(stacks.delete).toHaveBeenCalledWith({ id: 'adopted arn:stack' });
    expect(smext.delete).not.toHaveBeenCalled();
  });

  it('deletes an archive in S3 once its model is gone', async () => {
    const archive = asset('archive', 's3://b/cats/model.tar.gz', {
      part_of: 'model/cats',
      launch: 'launch-1'
    });
    answer = found([ENDPOINT, CONFIG, MODEL, archive]);
    await show();
    expect(lineOf('cats').getByTitle(archive.id)).toBeTruthy();
    // The plan goes on behind its dialog: the model is still there.
    await act(async () => {
      fireEvent.click(lineOf('cats').getByText('Delete…'));
    });
    expect((smext.delete as jest.Mock).mock.calls[0][0]).toHaveLength(3);
    expect(archives).toEqual([]);
    answer = found([archive]);
    await act(async () => {
      fireEvent.click(screen.getByLabelText('Read what was launched again'));
    });
    await act(async () => {
      fireEvent.click(lineOf(archive.id).getByText('Delete…'));
    });
    await waitForDialog();
    expect(document.querySelector('.jp-Dialog')!.textContent).toContain(
      archive.id
    );
    await act(() => dismissDialog());
    expect(archives).toEqual([]);
    await act(async () => {
      fireEvent.click(lineOf(archive.id).getByText('Delete…'));
    });
    await waitForDialog();
    fireEvent.click(document.querySelector('.jp-Dialog .jp-mod-warn')!);
    await waitFor(() => expect(archives).toEqual(['launch-1']));
    expect(smext.delete).toHaveBeenCalledTimes(1);
  });

  it('deletes all: rows by the plan, then stacks by their own question', async () => {
    await show();
    const all = screen.getByText('Delete all 3 assets…');
    (smext.delete as jest.Mock).mockResolvedValueOnce(false);
    await act(async () => {
      fireEvent.click(all);
    });
    expect(stacks.delete).not.toHaveBeenCalled();
    answer = found([]);
    await act(async () => {
      fireEvent.click(all);
    });
    expect((smext.delete as jest.Mock).mock.calls[1][0]).toHaveLength(4);
    expect(stacks.delete).toHaveBeenCalledWith({ id: 'solution-1' });
    expect(screen.getByText(/made nothing that is still/)).toBeTruthy();
    expect(screen.getByText('Delete all…').getAttribute('aria-disabled')).toBe(
      'true'
    );
  });

  it('leaves out what cannot be deleted now, and says so', async () => {
    answer = found([{ ...ENDPOINT, status: 'Creating' }, CONFIG, MODEL, JOB]);
    await show();
    const all = screen.getByText('Delete 1 of 2 assets…');
    expect(all.title).toContain('1 cannot be deleted now');
    const one = lineOf('cats').getByText('Delete…');
    expect(one.getAttribute('aria-disabled')).toBe('true');
    expect(one.title).toContain('only when');
    await act(async () => {
      fireEvent.click(all);
    });
    expect(smext.delete).toHaveBeenCalledWith([
      { ...PLACE, kind: 'training-job', id: 'tuned' }
    ]);
  });

  it('says what could not be read, and keeps what was', async () => {
    answer = found([JOB], {
      problems: [problem('denied', { title: 'Not allowed: tag:GetResources' })]
    });
    await show();
    expect(screen.getByText('Not allowed: tag:GetResources')).toBeTruthy();
    answer = new ApiError(problem('offline'));
    await act(async () => {
      fireEvent.click(screen.getByLabelText('Read what was launched again'));
    });
    expect(screen.getByText('It is offline')).toBeTruthy();
    expect(screen.getByText('tuned')).toBeTruthy();
    answer = found([], { charged: false });
    await act(async () => {
      fireEvent.click(screen.getAllByText('Try again')[0]);
    });
    expect(screen.queryByText('tuned')).toBeNull();
    expect(screen.queryByText('It is offline')).toBeNull();
  });

  it('reads again when a row changes, and not while it is hidden', async () => {
    const told = async (status: string) => {
      world.put('endpoint', [row('cats', { status })]);
      void store.refetch();
      await until(
        store.changed,
        () =>
          store.view.regions[0].pages.get('endpoint')?.rows[0].status === status
      );
    };
    await told('InService');
    // Also where there is nothing yet.
    answer = found([]);
    await show();
    expect(asked).toBe(1);
    await act(async () => {
      await told('Deleting');
      await until(assets.changed, () => asked === 2 && !assets.isReading);
    });
    assets.look(PLACE.connection, PLACE.region, false);
    await act(() => told('Failed'));
    expect(asked).toBe(2);
    await act(async () => {
      assets.look(PLACE.connection, PLACE.region, true);
    });
    expect(asked).toBe(3);
  });

  it('lists below what was launched from here, whatever became of it', async () => {
    history = [
      {
        id: 'launch-1',
        rev: 1,
        what: 'deploy',
        deploy: {
          ...PLACE,
          model: 'm',
          endpoint: 'gone'
        } as unknown as IDeployRequest,
        fine_tune: null,
        state: 'failed',
        steps: [],
        started: 1000,
        ended: 1060,
        made: [],
        left: [],
        problem: problem('limit', { title: 'The quota is used up' }),
        licence: null
      }
    ];
    await show();
    const section = await screen.findByRole('region', {
      name: 'Launched from this server'
    });
    expect(within(section).getByText('The quota is used up')).toBeTruthy();
    fireEvent.click(within(section).getByText('gone'));
    expect(launches.show).toHaveBeenCalledWith(history[0]);
    await act(async () => {
      fireEvent.click(lineOf('tuned').getByText('Steps'));
    });
    expect(launches.show).toHaveBeenCalledTimes(2);
  });
});
