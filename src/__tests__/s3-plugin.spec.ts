import {
  ILayoutRestorer,
  IRouter,
  JupyterFrontEnd
} from '@jupyterlab/application';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { CommandIDs } from '../commands';
import plugin from '../plugins/s3';
import { IPlace, ISmext } from '../tokens';
import { s3LinkOf } from '../views/objects/uri';
import { loaderOf } from './loading';

class Model {
  constructor(readonly place: IPlace) {}
  readonly changed = new Signal<this, void>(this);
  uri = 's3://';
  async open(uri: string): Promise<void> {
    this.uri = uri;
    this.changed.emit();
  }
}

const made: { model: Model; main: Widget }[] = [];

jest.mock('../views/objects/tab', () => ({
  createS3Tab: (place: IPlace) => {
    const one = { model: new Model(place), main: new Widget() };
    made.push(one);
    return one;
  }
}));

const PLACE = { connection: 'profile:a/b', region: 'eu-west-1' };

describe('a tab of S3', () => {
  const commands = new CommandRegistry();
  const activateById = jest.fn();
  let route: IRouter.IRegisterOptions;
  let restored: {
    args: (widget: Widget) => unknown;
    name: (widget: Widget) => string;
  };

  beforeAll(async () => {
    const app = {
      commands,
      restored: Promise.resolve(),
      shell: { add: jest.fn(), activateById }
    } as unknown as JupyterFrontEnd;
    const smext = {
      trans: nullTranslator.load('jupyter_smext'),
      store: { chosen: async () => ({ ...PLACE, regions: [PLACE.region] }) }
    } as unknown as ISmext;
    await plugin.activate(
      app,
      loaderOf(smext),
      {
        restore: async (_: unknown, options: typeof restored) => {
          restored = options;
        }
      } as unknown as ILayoutRestorer,
      {
        register: (options: IRouter.IRegisterOptions) => (route = options)
      } as unknown as IRouter,
      null
    );
  });

  beforeEach(() => {
    made.splice(0).forEach(({ main }) => main.dispose());
    activateById.mockClear();
  });

  it.each(['s3://', 's3://b-1/a//b c%20+&?#\n/x', 's3://b-1/ '])(
    'is reached by an address: %j',
    async uri => {
      const { search } = new URL(s3LinkOf('http://h:1/', PLACE, uri));
      expect(search).toMatch(route.pattern);
      await commands.execute(route.command, { search });
      const [{ model }] = made;
      expect({ ...model.place, uri: model.uri }).toEqual({ ...PLACE, uri });
    }
  );

  it('is of the buckets of the chosen connection where the address names no place', async () => {
    for (const search of [
      '?smext-s3',
      '?smext-s3=local',
      '?x=1&smext-s3=a//'
    ]) {
      expect(search).toMatch(route.pattern);
      await commands.execute(route.command, { search });
    }
    expect(made).toHaveLength(1);
    const [{ model }] = made;
    expect({ ...model.place, uri: model.uri }).toEqual({
      ...PLACE,
      uri: 's3://'
    });
  });

  it('is brought back at the place that was gone to, where it was', async () => {
    await commands.execute(CommandIDs.openS3, { ...PLACE, uri: 's3://b-1/' });
    const [{ main, model }] = made;
    const before = restored.name(main);
    await model.open('s3://b-1/x/');
    // The layout would not know it by another name.
    expect(restored.name(main)).toBe(before);
    const args = restored.args(main) as ReadonlyPartialJSONObject;
    expect(args).toMatchObject({ ...PLACE, uri: 's3://b-1/x/' });
    main.dispose();
    await commands.execute(CommandIDs.openS3, args);
    const back = made[1];
    expect(restored.name(back.main)).toBe(before);
    expect(back.model.uri).toBe('s3://b-1/x/');
  });

  it('lets the address that it was opened by follow it', async () => {
    const address = s3LinkOf('http://localhost/', PLACE, 's3://b-1/x/');
    window.history.replaceState(null, '', address);
    await commands.execute(route.command, { search: window.location.search });
    await commands.execute(CommandIDs.openS3, { ...PLACE, uri: 's3://b-2/' });
    await made[1].model.open('s3://b-2/elsewhere/');
    expect(window.location.href).toBe(address);
    await made[0].model.open('s3://b-1/y & z/');
    expect(new URLSearchParams(window.location.search).get('smext-s3')).toBe(
      [PLACE.connection, PLACE.region, 's3://b-1/y & z/']
        .map(encodeURIComponent)
        .join('/')
    );
    window.history.replaceState(null, '', '/');
  });

  it('is shown again where it is open at that place, and opened beside it elsewhere', async () => {
    const args = { ...PLACE, uri: 's3://b-1/x' };
    await Promise.all([
      commands.execute(CommandIDs.openS3, args),
      commands.execute(CommandIDs.openS3, args)
    ]);
    expect(made).toHaveLength(1);
    expect(activateById.mock.calls.map(([id]) => id)).toEqual([
      made[0].main.id,
      made[0].main.id
    ]);
    await commands.execute(CommandIDs.openS3, { ...args, uri: 's3://b-1/z' });
    expect(made).toHaveLength(2);
  });
});
