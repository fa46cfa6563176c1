import {
  ILayoutRestorer,
  IRouter,
  JupyterFrontEnd
} from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import plugin from '../plugins/create';
import { ISmext } from '../tokens';
import { CreateModel, ICreateTarget } from '../views/create/model';
import { loaderOf } from './loading';

const opened: CreateModel[] = [];

jest.mock('../views/create/tab', () => ({
  createCreateTab: ({ target }: { target: ICreateTarget }) => {
    const model = new CreateModel(target);
    opened.push(model);
    return { main: new MainAreaWidget({ content: new Widget() }), model };
  }
}));

const CLONE = {
  connection: 'profile:a/b',
  region: 'us-east-1',
  kind: 'app',
  id: 'd-1,me,x%2Cy'
};

describe('the tabs of new resources', () => {
  let commands: CommandRegistry;
  let shown: string[];
  let current: Widget | null;
  let routes: IRouter.IRegisterOptions[];
  let restoring: {
    args: (widget: Widget) => unknown;
    name: (widget: Widget) => string;
  };
  let tracker: WidgetTracker<MainAreaWidget>;

  beforeEach(() => {
    opened.length = 0;
    commands = new CommandRegistry();
    shown = [];
    routes = [];
    current = null;
    const app = {
      commands,
      restored: Promise.resolve(),
      serviceManager: { events: {} },
      shell: {
        add: () => undefined,
        activateById: (id: string) => shown.push(id),
        get currentWidget() {
          return current;
        }
      }
    } as unknown as JupyterFrontEnd;
    const restorer = {
      restore: (
        all: WidgetTracker<MainAreaWidget>,
        options: typeof restoring
      ) => {
        tracker = all;
        restoring = options;
        return Promise.resolve();
      }
    } as unknown as ILayoutRestorer;
    const router = {
      register: (options: IRouter.IRegisterOptions) => routes.push(options)
    } as unknown as IRouter;
    void plugin.activate(
      app,
      loaderOf({
        trans: nullTranslator.load('jupyter_smext')
      } as unknown as ISmext),
      restorer,
      router,
      null,
      null
    );
  });

  const open = (target: object) =>
    commands.execute(CommandIDs.openCreation, { ...target });

  const route = (search: string) =>
    commands.execute(routes[0].command, { search });

  it('are one for each thing that is asked for', async () => {
    await open({ kind: 'model' });
    await open({ kind: 'model' });
    await open({ kind: 'model', clone: CLONE });
    expect(opened.map(({ target }) => target)).toEqual([
      { kind: 'model' },
      { kind: 'model', clone: CLONE }
    ]);
    expect(shown[0]).toBe(shown[1]);
    expect(shown[2]).not.toBe(shown[0]);
  });

  it('are found again after a reload, at the task that was begun', async () => {
    await open({ kind: 'model' });
    opened[0].go({ kind: 'model', creation: 'creation-1' });
    const widget = tracker.find(() => true)!;
    expect(restoring.args(widget)).toEqual({
      kind: 'model',
      creation: 'creation-1'
    });
    const name = restoring.name(widget);
    await open(restoring.args(widget) as object);
    expect(restoring.name(tracker.find(() => true)!)).toBe(name);
    expect(opened).toHaveLength(1);
  });

  it.each<[string, ICreateTarget]>([
    ['?smext-create', {}],
    ['?smext-create=training-job', { kind: 'training-job' }],
    ['?smext-create=CreateWorkforce', { operation: 'CreateWorkforce' }],
    [
      '?smext-create=local/eu-west-1/model&x=1',
      { connection: 'local', region: 'eu-west-1', kind: 'model' }
    ],
    [
      `?${new URLSearchParams({
        'smext-create': ['profile:a/b', 'us-east-1', 'app']
          .map(encodeURIComponent)
          .join('/'),
        'smext-clone': `app/${encodeURIComponent(CLONE.id)}`
      })}`,
      {
        connection: 'profile:a/b',
        region: 'us-east-1',
        kind: 'app',
        clone: CLONE
      }
    ]
  ])('are opened by the address %s', async (search, target) => {
    expect((routes[0].pattern as RegExp).test(search)).toBe(true);
    await route(search);
    expect(opened.map(({ target }) => target)).toEqual([target]);
  });

  it('clone the resource whose tab is shown', async () => {
    const asked = jest.fn();
    commands.addCommand(CommandIDs.create, {
      describedBy: { args: {} },
      execute: asked
    });
    expect(commands.isEnabled(CommandIDs.clone)).toBe(false);
    current = new Widget();
    current.id = '100% something else';
    expect(commands.isEnabled(CommandIDs.clone)).toBe(false);
    current.id = ['jupyter-smext', ...Object.values(CLONE)]
      .map(encodeURIComponent)
      .join('/');
    expect(commands.isEnabled(CommandIDs.clone)).toBe(true);
    await commands.execute(CommandIDs.clone);
    expect(asked).toHaveBeenCalledWith({ clone: CLONE });
  });
});
