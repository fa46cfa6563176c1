import { act, fireEvent, render, screen, within } from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import { EditRoutes } from '../api/edits';
import { ResourceRoutes } from '../api/resources';
import { CommandIDs } from '../commands';
import {
  IEndpointScaling,
  IResource,
  IScalingChange,
  ITagChanges,
  ITags
} from '../protocol';
import { InventoryStore } from '../store';
import { ISmext, IViewProps } from '../tokens';
import { actionsOf } from '../views/around/actions';
import { changesOf } from '../views/edit/tag';
import Tags from '../views/edit/tags';
import Variants from '../views/edit/variants';
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

const HOSTILE = '<img src=x onerror="document.title=1">';

const VERB = {
  operation: 'UpdateEndpointWeightsAndCapacities',
  label: 'Change weights and counts',
  when: ['InService'],
  danger: false,
  shutdown: false,
  form: true,
  on: null
};

let store: InventoryStore;
let smext: ISmext;

function props(resource: Partial<IResource> = {}): IViewProps {
  return {
    connection: 'local',
    region: 'us-east-1',
    kind: 'endpoint',
    id: 'shop',
    resource: {
      kind: 'endpoint',
      row: row('shop'),
      facts: [],
      places: [],
      related: [],
      definition: {},
      ...resource
    },
    spec: kind('endpoint', { verbs: [VERB], tags: true }),
    smext,
    visible: true,
    place: '',
    timeline: null,
    onPlace: jest.fn()
  };
}

function withApi(own: Partial<EditRoutes> & Partial<ResourceRoutes>): void {
  smext = smextWith(apiOf(own), store);
}

async function show(view: React.ReactElement): Promise<void> {
  await act(async () => {
    render(view);
  });
}

function type(name: string | RegExp, value: string): void {
  fireEvent.change(screen.getByLabelText(name), { target: { value } });
}

async function click(name: string | RegExp): Promise<void> {
  await act(async () => {
    fireEvent.click(screen.getByRole('button', { name }));
  });
}

beforeEach(() => {
  store = new InventoryStore({
    api: new World().api,
    events: new Bus(),
    standby: 'never'
  });
});

afterEach(() => store.dispose());

describe('a verb that a view has a form for', () => {
  it('opens the view in place of the general form', async () => {
    const world = new World();
    world.kinds = [kind('endpoint', { verbs: [VERB] })];
    const store = new InventoryStore({
      api: world.api,
      events: new Bus(),
      standby: 'never'
    });
    store.acquire();
    await until(store.changed, () => store.kinds.size > 0);
    const smext = smextWith(world.api, store);
    smext.views.add({
      id: 'variants',
      label: 'Variants',
      rank: 1,
      operations: [VERB.operation],
      render: () => <p />
    });
    const actions = actionsOf(smext, jest.fn(), jest.fn(), jest.fn());
    const { connection, region, id } = props();
    const target = { connection, region, kind: 'endpoint', id };
    const args = { ...target, operation: VERB.operation };
    await actions[CommandIDs.act].execute(args);
    expect(smext.openResource).toHaveBeenCalledWith(target, 'variants');
    store.dispose();
  });
});

describe('tags', () => {
  let told: ITags;
  let sent: ITagChanges[];

  beforeEach(() => {
    sent = [];
    told = {
      arn: 'arn:shop',
      tags: [
        { key: 'aws:cloudformation:stack-name', value: 'shop' },
        { key: 'note', value: HOSTILE },
        { key: 'team', value: 'vision' }
      ]
    };
    withApi({
      tags: async () => told,
      changeTags: async (_, changes) => {
        sent.push(changes);
        const left = told.tags.filter(
          ({ key }) => !changes.remove.includes(key) && !(key in changes.put)
        );
        const put = Object.entries(changes.put);
        told = {
          ...told,
          tags: [...left, ...put.map(([key, value]) => ({ key, value }))]
        };
        return told;
      }
    });
  });

  it('are sent as what differs, and are then what AWS answered', async () => {
    await show(<Tags {...props()} />);
    type('Value of tag team', 'speech');
    await click('Remove tag note');
    await click('Add a tag');
    type('Key of tag new', 'stage');
    type('Value of tag stage', 'test');
    expect(screen.getByRole('status').textContent).toBe('3 changes');
    await click('Save');
    expect(sent).toEqual([
      { put: { team: 'speech', stage: 'test' }, remove: ['note'] }
    ]);
    expect(screen.getByRole('status').textContent).toBe('3 tags saved');
    expect(screen.queryByLabelText('Key of tag note')).toBeNull();
  });

  it('are text, and AWS’s own cannot be changed', async () => {
    await show(<Tags {...props()} />);
    expect(document.querySelector('img')).toBeNull();
    const note = screen.getByLabelText<HTMLInputElement>('Value of tag note');
    expect(note.value).toBe(HOSTILE);
    const own = screen.getByLabelText<HTMLInputElement>(/^Key of tag aws:/);
    expect(own.readOnly).toBe(true);
    expect(
      screen.queryByRole('button', { name: /Remove tag aws:/ })
    ).toBeNull();
  });

  it.each([
    ['team', 'This key is there twice.'],
    ['aws:mine', 'AWS keeps keys that begin with aws: to itself.'],
    ['x'.repeat(129), 'A key has up to 128 characters, a value up to 256.'],
    [HOSTILE, 'Letters, digits, spaces and _ . : / = + - @ are allowed.']
  ])('are not sent while a key is wrong: %s', async (key, why) => {
    await show(<Tags {...props()} />);
    await click('Add a tag');
    type('Key of tag new', key);
    expect(screen.getByText(why)).toBeTruthy();
    await click('Save');
    expect(sent).toEqual([]);
    await click('Discard');
    expect(screen.queryByText(why)).toBeNull();
  });

  it('keep what was typed when AWS refuses it, and say why', async () => {
    const refused = problem('denied', { title: 'You may not tag' });
    withApi({
      tags: async () => told,
      changeTags: async () => {
        throw new ApiError(refused);
      }
    });
    await show(<Tags {...props()} />);
    type('Value of tag team', 'speech');
    await click('Save');
    expect(screen.getByRole('alert').textContent).toContain('You may not tag');
    const value = screen.getByLabelText<HTMLInputElement>('Value of tag team');
    expect(value.value).toBe('speech');
  });

  it('that cannot be read are said so', async () => {
    withApi({
      tags: async () => {
        throw new ApiError(
          problem('denied', { title: 'You may not read tags' })
        );
      }
    });
    await show(<Tags {...props()} />);
    expect(screen.getByRole('alert').textContent).toContain('may not read');
  });

  it('are empty in words', async () => {
    told = { ...told, tags: [] };
    await show(<Tags {...props()} />);
    expect(screen.getByText('It has no tags.')).toBeTruthy();
  });

  it('go from one key to another as one removed and one set', () => {
    expect(
      changesOf([{ key: 'a', value: '1' }], [{ key: 'b', value: '1' }])
    ).toEqual({ put: { b: '1' }, remove: ['a'] });
  });
});

describe('the variants of an endpoint', () => {
  let acted: unknown[];
  let changes: [string, IScalingChange | null][];
  const scaling: IEndpointScaling = {
    endpoint: 'shop',
    variants: [
      {
        variant: 'blue',
        of: 'instances',
        why_not: '',
        least: null,
        most: null,
        tracking: [],
        others: [HOSTILE],
        metrics: ['SageMakerVariantInvocationsPerInstance']
      },
      {
        variant: 'free',
        of: null,
        why_not: 'Serverless scales by itself.',
        least: null,
        most: null,
        tracking: [],
        others: [],
        metrics: []
      }
    ]
  };
  const definition = {
    ProductionVariants: [
      {
        VariantName: 'blue',
        CurrentWeight: 1,
        DesiredWeight: 3,
        CurrentInstanceCount: 1,
        DesiredInstanceCount: 1
      },
      {
        VariantName: 'free',
        CurrentWeight: 1,
        DesiredWeight: 1,
        CurrentServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 5 }
      }
    ]
  };

  beforeEach(() => {
    acted = [];
    changes = [];
    withApi({
      scaling: async () => scaling,
      changeScaling: async (_, variant, change) => {
        changes.push([variant, change]);
        const [blue, free] = scaling.variants;
        return {
          ...scaling,
          variants: [
            {
              ...blue,
              least: change?.least ?? null,
              most: change?.most ?? null,
              tracking: change?.tracking ? [change.tracking] : []
            },
            free
          ]
        };
      },
      act: async (...args) => {
        acted.push(args[5]);
      }
    });
    jest.spyOn(store, 'refetch').mockResolvedValue(undefined);
  });

  it('begin with what AWS goes over to, and send what differs', async () => {
    await show(<Variants {...props({ definition })} />);
    const [table] = screen.getAllByRole('table');
    const shares = within(table).getAllByText(/%$/);
    expect(shares.map(one => one.textContent)).toEqual(['75%', '25%']);
    type('Weight of blue', '1');
    type('Instances of blue', '2');
    type('Concurrency of free', '7');
    expect(within(table).getAllByText('50%')).toHaveLength(2);
    await click(/^Apply$/);
    expect(acted).toEqual([
      {
        DesiredWeightsAndCapacities: [
          { VariantName: 'blue', DesiredWeight: 1, DesiredInstanceCount: 2 },
          { VariantName: 'free', ServerlessUpdateConfig: { MaxConcurrency: 7 } }
        ]
      }
    ]);
    expect(screen.getByText(/^Sent: /)).toBeTruthy();
  });

  it.each([
    ['Weight of blue', '-1'],
    ['Weight of blue', ''],
    ['Instances of blue', '0'],
    ['Instances of blue', '1.5']
  ])('are not sent with %s of "%s"', async (label, value) => {
    await show(<Variants {...props({ definition })} />);
    type(label, value);
    await click(/^Apply$/);
    expect(acted).toEqual([]);
    expect(screen.getByText(/^A weight is 0 or more/)).toBeTruthy();
  });

  it('cannot be changed while the endpoint is updating, and say so', async () => {
    const busy = row('shop', { status: 'Updating', tone: 'busy' });
    await show(<Variants {...props({ definition, row: busy })} />);
    expect(
      screen.getByText('It cannot be changed now: only when InService.')
    ).toBeTruthy();
    type('Weight of blue', '9');
    await click(/^Apply$/);
    expect(acted).toEqual([]);
  });

  it('are scaled, changed and left alone again', async () => {
    await show(<Variants {...props({ definition })} />);
    expect(screen.getByText('Serverless scales by itself.')).toBeTruthy();
    expect(document.querySelector('img')).toBeNull();
    type('At most', '4');
    await click('Scale');
    expect(changes.pop()).toEqual([
      'blue',
      {
        least: 1,
        most: 4,
        tracking: {
          metric: 'SageMakerVariantInvocationsPerInstance',
          target: 70,
          scale_in_cooldown: null,
          scale_out_cooldown: null,
          name: ''
        }
      }
    ]);
    expect(screen.getByText('blue scales now')).toBeTruthy();
    expect(screen.getByText('scaled, 1 to 4')).toBeTruthy();
    await click('Do not scale');
    expect(changes.pop()).toEqual(['blue', null]);
    expect(screen.queryByText('scaled, 1 to 4')).toBeNull();
  });

  it('do not scale to less than at least', async () => {
    await show(<Variants {...props({ definition })} />);
    type('At least', '5');
    expect(screen.getByText('At least is more than at most.')).toBeTruthy();
    await click('Scale');
    expect(changes).toEqual([]);
  });

  it('that are not there yet are said so', async () => {
    await show(<Variants {...props()} />);
    expect(screen.getByText(/^It has no variants yet/)).toBeTruthy();
  });
});
