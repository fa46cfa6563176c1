import { nullTranslator } from '@jupyterlab/translation';
import {
  cleanup,
  configure,
  fireEvent,
  render,
  screen
} from '@testing-library/react';
import * as React from 'react';

import {
  IInstanceTypes,
  IJumpStartCatalogue,
  IJumpStartModel,
  IModelName
} from '../protocol';
import { Models } from '../views/jumpstart/catalogue/models';
import { Search } from '../views/jumpstart/search';
import { Elsewhere, TabCount } from '../views/jumpstart/search-counts';
import { catalogue, model } from './jumpstart-models';
import { giveRoom } from './room';
import { type } from './switching';

const trans = nullTranslator.load('jupyter_smext');

configure({ asyncUtilTimeout: 8000 });
beforeAll(() => giveRoom(2000));
afterEach(cleanup);

const READ = {
  origin: 'public hub',
  hub: 'SageMakerPublicHub',
  documented: true,
  gated: false
} as const;

const MODELS = [
  model('cheap', {
    ...READ,
    instance_type: 'ml.g5.2xlarge',
    instance_types: ['ml.g5.2xlarge', 'ml.m5.large']
  }),
  model('dear', {
    ...READ,
    instance_type: 'ml.g5.2xlarge',
    instance_types: ['ml.g5.2xlarge'],
    gated: true
  }),
  // Its document was read, and has no instance type.
  model('package', { ...READ, proprietary: true }),
  model('unread', {
    origin: 'public hub',
    hub: 'SageMakerPublicHub',
    task: 'Object detection'
  })
];

const TYPES: IInstanceTypes = {
  connection: 'profile:research',
  region: 'us-east-1',
  use: 'hosting',
  types: [
    type('ml.m5.large', { price: 0.115, quota: 4, quota_left: 4 }),
    type('ml.g5.2xlarge', { price: 1.52, quota: 1, quota_left: 0 })
  ],
  charged: true,
  prices_of: null,
  prices_read_at: null,
  prices_problem: null,
  quotas_problem: null,
  reading: false
};

describe('the models of an account', () => {
  let read: ReadonlyArray<IModelName>[];
  let search: Search;

  beforeEach(() => {
    read = [];
    search = new Search();
  });

  function show(
    models: IJumpStartModel[] = MODELS,
    more: Partial<IJumpStartCatalogue> = {},
    types: Partial<IInstanceTypes> = {}
  ): void {
    render(
      <>
        <TabCount search={search} tab="models" trans={trans} />
        <Models
          catalogue={catalogue(models, {
            connection: 'profile:research',
            as_of: null,
            read_at: 1000,
            ...more
          })}
          types={{ value: { ...TYPES, ...types }, problem: null }}
          search={search}
          elsewhere={
            <Elsewhere
              search={search}
              but="models"
              trans={trans}
              onShow={tab => shown.push(tab)}
            />
          }
          trans={trans}
          onRefresh={jest.fn()}
          onRead={models => read.push(models)}
          onOpen={jest.fn()}
        />
      </>
    );
  }

  const shown: string[] = [];
  const rows = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map(row => row.querySelector('[data-column=name] span')!.textContent);
  const prices = () =>
    [...document.querySelectorAll('[role=gridcell][data-column=price]')].map(
      cell => [cell.textContent, cell.getAttribute('title')]
    );
  const tick = (name: RegExp) =>
    fireEvent.click(screen.getByRole('checkbox', { name }));
  const foot = () =>
    document.querySelector('.jp-smext-catalogue-foot')?.textContent ?? '';

  it('cost what the cheapest type costs that they run on, and are sorted by it', () => {
    show();
    expect(rows()).toEqual(['cheap', 'dear', 'package', 'unread']);
    expect(prices()).toEqual([
      ['0.12', 'ml.m5.large'],
      ['1.52', 'ml.g5.2xlarge'],
      ['–', null],
      ['–', null]
    ]);
    fireEvent.click(screen.getByRole('columnheader', { name: 'From $/h' }));
    fireEvent.click(screen.getByRole('columnheader', { name: 'From $/h' }));
    expect(rows()).toEqual(['dear', 'cheap', 'package', 'unread']);
  });

  it('work with a quota that has room for one of their types', () => {
    show();
    tick(/^Works with my quota 1$/);
    expect(rows()).toEqual(['cheap']);
  });

  it('are not narrowed by a quota that could not be read', () => {
    show(
      MODELS,
      {},
      { types: [type('ml.m5.large', { quota: null, quota_left: null })] }
    );
    expect(screen.queryByText('Works with my quota')).toBeNull();
  });

  it('work with a quota of which what runs now is not known', () => {
    show(
      MODELS,
      {},
      { types: [type('ml.g5.2xlarge', { quota: 1, quota_left: null })] }
    );
    tick(/^Works with my quota 2$/);
    expect(rows()).toEqual(['cheap', 'dear']);
  });

  it('are told apart by licence and by instance family', () => {
    show();
    tick(/^Must be accepted 1$/);
    expect(rows()).toEqual(['dear']);
    tick(/^Must be accepted 1$/);
    tick(/^Proprietary 1$/);
    expect(rows()).toEqual(['package']);
    tick(/^Proprietary 1$/);
    tick(/^m5 1$/);
    expect(rows()).toEqual(['cheap']);
    tick(/^m5 1$/);
    tick(/^Nothing to accept 2$/);
    expect(rows()).toEqual(['cheap', 'package']);
  });

  it('say of how many all is known, and have the rest read', () => {
    show();
    expect(foot()).toBe(
      'Instance, price, quota and licence are known for 3 of these 4: they stand in each model’s document. Read the other 1'
    );
    fireEvent.click(screen.getByText('Read the other 1'));
    expect(read).toEqual([
      [{ hub: 'SageMakerPublicHub', id: 'unread', version: '1.0.0' }]
    ]);
    tick(/^Nothing to accept/);
    expect(foot()).toBe('');
  });

  it('do not offer to read what is being read', () => {
    show(MODELS, { reading: true });
    expect(foot()).toMatch(/Reading…$/);
  });

  it('have no documents of AWS’s models on the local engine', () => {
    show(
      [model('here', { ...READ, runs_here: true }), model('there')],
      { connection: 'local', as_of: '2025-06-23' },
      { charged: false }
    );
    expect(foot()).toBe(
      'Instance and licence are known for 1 of these 2: they stand in each model’s document. Those of the other 1 are at AWS.'
    );
  });

  it('are counted beside the other tabs, which are offered when none matches', () => {
    search.has('solutions', ['fraud detection', 'churn prediction']);
    search.has('notebooks', ['detect fraud with xgboost']);
    show();
    const count = () =>
      document.querySelector('.jp-smext-tab-count')!.textContent;
    expect(count()).toBe('4');
    const box = screen.getByRole('searchbox', { name: 'Search models' });
    fireEvent.change(box, { target: { value: 'object' } });
    expect(count()).toBe('1 of 4');
    expect(screen.queryByText('Elsewhere:')).toBeNull();
    fireEvent.change(box, { target: { value: 'Fraud detect' } });
    expect(count()).toBe('0 of 4');
    fireEvent.click(screen.getByText('1 notebook'));
    fireEvent.click(screen.getByText('1 solution'));
    expect(shown).toEqual(['notebooks', 'solutions']);
  });
});
