import {
  ILayoutRestorer,
  IRouter,
  JupyterFrontEnd
} from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import plugin from '../plugins/jumpstart';
import { IModelId, ISmext, ISolutionId } from '../tokens';
import { loaderOf } from './loading';

const made: unknown[] = [];
const resumed: unknown[] = [];

jest.mock('../views/jumpstart', () => ({
  JumpStartTabs: class {
    launches = {
      resume: async (ids: unknown) => void resumed.push(['l', ids])
    };
    solutions = {
      resume: async (ids: unknown) => void resumed.push(['s', ids])
    };
    catalogue = () => this._made('catalogue');
    model = (id: IModelId) => this._made(id);
    solution = (id: ISolutionId) => this._made(id);
    private _made(what: unknown): Widget {
      made.push(what);
      return new Widget();
    }
  }
}));

const SOLUTION: ISolutionId = {
  connection: 'profile:a/b',
  region: 'us-east-1',
  solution: 'churn'
};
const MODEL: IModelId = {
  connection: 'local',
  region: 'us-east-1',
  hub: null,
  id: 'm',
  version: '1.0.0'
};

describe('the tabs of JumpStart', () => {
  let commands: CommandRegistry;
  let tabs: string[];
  let shown: string[];
  let routes: IRouter.IRegisterOptions[];
  let restored: { args: (widget: Widget) => unknown; all: Widget[] };

  beforeEach(async () => {
    window.sessionStorage.clear();
    made.length = 0;
    resumed.length = 0;
    commands = new CommandRegistry();
    tabs = [];
    shown = [];
    routes = [];
    restored = { args: () => null, all: [] };
  });

  async function activate(): Promise<void> {
    const app = {
      commands,
      restored: Promise.resolve(),
      shell: {
        add: (widget: Widget) => {
          tabs.push(widget.id);
          restored.all.push(widget);
        },
        activateById: (id: string) => shown.push(id)
      }
    } as unknown as JupyterFrontEnd;
    const restorer = {
      restore: async (
        _: unknown,
        options: { args: (widget: Widget) => unknown }
      ) => {
        restored.args = options.args;
      }
    } as unknown as ILayoutRestorer;
    const router = {
      register: (options: IRouter.IRegisterOptions) => routes.push(options)
    } as unknown as IRouter;
    const smext = {
      trans: nullTranslator.load('jupyter_smext')
    } as unknown as ISmext;
    await plugin.activate(
      app,
      loaderOf(smext),
      restorer,
      router,
      null,
      null,
      null
    );
  }

  const open = (args: object = {}) =>
    commands.execute(CommandIDs.openJumpStart, { ...args });
  const follow = (search: string) => {
    expect(search).toMatch(routes[0].pattern);
    return commands.execute(routes[0].command, { search });
  };

  it('are one for the catalogue, each model and each solution', async () => {
    await activate();
    await open();
    await open(MODEL);
    await open(SOLUTION);
    await open(SOLUTION);
    expect(made).toEqual(['catalogue', MODEL, SOLUTION]);
    expect(new Set(tabs).size).toBe(3);
    expect(shown).toEqual([tabs[0], tabs[1], tabs[2], tabs[2]]);
    // Each is opened again by the same command when the window is restored.
    expect(restored.all.map(restored.args)).toEqual([{}, MODEL, SOLUTION]);
  });

  it('are reached by an address', async () => {
    await activate();
    await follow(
      `?smext-jumpstart=${encodeURIComponent(
        ['profile:a/b', 'us-east-1', 'solutions', 'churn']
          .map(encodeURIComponent)
          .join('/')
      )}`
    );
    await follow('?token=x&smext-jumpstart=local/us-east-1/-/m/1.0.0');
    await follow('?smext-jumpstart=local/us-east-1/other/churn');
    expect(made).toEqual([SOLUTION, MODEL, 'catalogue']);
  });

  it('follow again after a reload what this window was following', async () => {
    window.sessionStorage.setItem('jupyter_smext:solutions', '["s-1"]');
    await activate();
    await new Promise(resolve => window.setTimeout(resolve));
    expect(resumed).toEqual([
      ['l', []],
      ['s', ['s-1']]
    ]);
    expect(made).toEqual([]);
  });
});
