import {
  ILayoutRestorer,
  IRouter,
  JupyterFrontEnd
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import plugin from '../plugins/resource';
import { IResourceId, ISmext } from '../tokens';
import { linkOf } from '../views/resource/link';
import { loaderOf } from './loading';

class Model {
  readonly moved = new Signal<Model, void>(this);
  view: string | null = null;
  place = () => this._place;
  start = jest.fn();
  choose(view: string, place?: string): void {
    this.view = view;
    this._place = place ?? this._place;
  }
  private _place = '';
}

const made: { id: IResourceId; model: Model; main: Widget }[] = [];

jest.mock('../views/resource/tab', () => ({
  createResourceTab: (id: IResourceId) => {
    const one = { id, model: new Model(), main: new Widget() };
    made.push(one);
    return one;
  }
}));

const JOB: IResourceId = {
  connection: 'profile:a/b',
  region: 'us-east-1',
  kind: 'training-job',
  id: 'a%2Fb,100%'
};

describe('the tab of a resource', () => {
  const commands = new CommandRegistry();
  let route: IRouter.IRegisterOptions;
  let args: (widget: Widget) => unknown;

  beforeAll(async () => {
    const app = {
      commands,
      restored: Promise.resolve(),
      serviceManager: { events: { stream: null } },
      shell: { add: jest.fn(), activateById: jest.fn() }
    } as unknown as JupyterFrontEnd;
    await plugin.activate(
      app,
      loaderOf({
        trans: nullTranslator.load('jupyter_smext')
      } as unknown as ISmext),
      {
        restore: async (
          _: unknown,
          options: { args: (widget: Widget) => unknown }
        ) => {
          args = options.args;
        }
      } as unknown as ILayoutRestorer,
      {
        register: (options: IRouter.IRegisterOptions) => (route = options)
      } as unknown as IRouter
    );
  });

  beforeEach(() => {
    made.splice(0).forEach(({ main }) => main.dispose());
  });

  it('is reached by an address, at a place in one of its views', async () => {
    const { search } = new URL(
      linkOf('http://h:1/', JOB, 'logs', 'algo-1/&x=1:4118')
    );
    expect(search).toMatch(route.pattern);
    await commands.execute(route.command, { search });
    const [{ id, model }] = made;
    expect(id).toEqual(JOB);
    expect(model.view).toBe('logs');
    expect(model.place()).toBe('algo-1/&x=1:4118');
    expect(model.start).toHaveBeenCalled();
  });

  it.each(['?smext-resource=local/us-east-1/model', '?smext-resource=a/b//c'])(
    'is not opened by half an address, which is said: %s',
    async search => {
      Notification.dismiss();
      await commands.execute(route.command, { search });
      expect(made).toEqual([]);
      const [{ message, type }] = Notification.manager.notifications;
      expect(message).toContain('names no SageMaker resource');
      expect(type).toBe('error');
    }
  );

  it('comes back after a reload where it was', async () => {
    await commands.execute(CommandIDs.openResource, { ...JOB });
    const [{ model, main }] = made;
    expect(args(main)).toEqual(JOB);
    model.choose('logs', 'algo-1:7');
    expect(args(main)).toEqual({ ...JOB, view: 'logs', place: 'algo-1:7' });
    // Opened once more, it is the same tab at another place.
    await commands.execute(CommandIDs.openResource, {
      ...JOB,
      view: 'metrics',
      place: '1h'
    });
    expect(made.length).toBe(1);
    expect(args(main)).toEqual({ ...JOB, view: 'metrics', place: '1h' });
  });

  it('is where the address says, as long as that names it', async () => {
    const { search } = new URL(linkOf('http://h:1/', JOB, 'logs', ''));
    window.history.replaceState(null, '', `/lab${search}`);
    await commands.execute(CommandIDs.openResource, { ...JOB });
    const [{ model }] = made;
    model.choose('metrics', '1h');
    model.moved.emit();
    const now = new URLSearchParams(window.location.search);
    expect(now.get('smext-view')).toBe('metrics');
    expect(now.get('smext-place')).toBe('1h');
    await commands.execute(route.command, { search: window.location.search });
    expect(made.length).toBe(1);
    // Another address is not touched.
    window.history.replaceState(null, '', '/lab?smext-resource=a/b/c/d');
    model.moved.emit();
    expect(window.location.search).toBe('?smext-resource=a/b/c/d');
  });
});
