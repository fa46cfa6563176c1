import {
  cleanup,
  fireEvent,
  render,
  screen,
  within
} from '@testing-library/react';
import * as React from 'react';

import { IInstanceTypes, ILaunch, IModelPage } from '../protocol';
import { InventoryStore } from '../store';
import { About } from '../views/jumpstart/model/about';
import { model, modelPage, parameter } from './jumpstart-models';
import { type } from './switching';
import { apiOf, Bus, smextWith, World } from './world';

const EULA = 's3://cache/eula.txt';

function types(more: Partial<IInstanceTypes> = {}): IInstanceTypes {
  return {
    connection: 'profile:research',
    region: 'us-east-1',
    use: 'hosting',
    types: [
      type('ml.m5.large', { price: 0.115, quota: 4, quota_left: 3 }),
      type('ml.m5.xlarge', { price: null, quota: null, quota_left: null })
    ],
    charged: true,
    prices_of: null,
    prices_read_at: null,
    prices_problem: null,
    quotas_problem: null,
    reading: false,
    ...more
  };
}

function accepted(more: Partial<ILaunch> = {}): ILaunch {
  return {
    id: 'one',
    rev: 1,
    what: 'deploy',
    deploy: { endpoint: 'llama' } as ILaunch['deploy'],
    fine_tune: null,
    state: 'done',
    steps: [],
    started: 1_700_000_000,
    ended: null,
    made: [],
    left: [],
    problem: null,
    licence: EULA,
    ...more
  };
}

describe("a model's page", () => {
  let store: InventoryStore;

  beforeEach(() => {
    const world = new World();
    store = new InventoryStore({
      api: world.api,
      events: new Bus(),
      standby: 'never'
    });
  });
  afterEach(() => {
    cleanup();
    store.dispose();
  });

  function show(
    page: Partial<IModelPage> = {},
    launches: ReadonlyArray<ILaunch> = [],
    hosting = types()
  ): void {
    render(
      <About
        page={modelPage(page)}
        smext={smextWith(apiOf({}), store)}
        hosting={{ value: hosting, problem: null }}
        training={{ value: types({ use: 'training' }), problem: null }}
        launches={launches}
        markdown={source => <p>{source}</p>}
      />
    );
  }

  const fact = (name: string) =>
    screen.getByText(name, { selector: 'dt' }).nextElementSibling!.textContent;
  const cells = (table: string, row: number) =>
    [
      ...within(screen.getByRole('table', { name: table })).getAllByRole('row')[
        row
      ].children
    ].map(cell => cell.textContent);

  it('says what its document says', () => {
    show({
      model: model('bert', {
        framework: 'Hugging Face',
        url: 'https://www.huggingface.co/bert/',
        vulnerable: false
      }),
      volume_gib: 32,
      dataset_about: 'Flowers, by their kind.'
    });
    expect(fact('Source')).toBe('huggingface.co/bert');
    expect(fact('Input')).toBe('application/x-image');
    expect(fact('Output')).toBe('application/json');
    expect(fact('Container')).toBe(
      'PyTorch 1.10.0, Python 3.8, without network'
    );
    expect(fact('Image')).toBe('pytorch:1.10');
    expect(fact('Volume')).toBe('32 GiB for inference, 30 GiB for training');
    expect(fact('Metrics')).toBe('val-accuracy');
    expect(fact('Vulnerabilities')).toBe('None listed for this version');
    expect(screen.getByText('One folder per class.')).toBeDefined();
    expect(screen.getByText('Flowers, by their kind.')).toBeDefined();
    expect(screen.getByText('s3://cache/flowers/')).toBeDefined();
    expect(cells('Hyperparameters', 1)).toEqual([
      'epochs',
      'int',
      '5',
      '1 to 1,000'
    ]);
    expect(cells('Hyperparameters', 2)[3]).toBe('1e-8 to 1');
    expect(cells('Environment', 1)).toEqual([
      'SAGEMAKER_PROGRAM',
      'text',
      'a.py',
      ''
    ]);
  });

  it('has price and quota of the instance types that it supports', () => {
    show();
    expect(cells('Deploys to', 1)).toEqual([
      'ml.m5.large default',
      '2 vCPU + 4 GiB',
      '3 of 4',
      '0.12'
    ]);
    expect(cells('Deploys to', 2).slice(2)).toEqual([
      'not readable',
      'no price'
    ]);
    expect(cells('Trains on', 1)[0]).toBe('ml.m5.xlarge default');
  });

  it('has neither where nothing is charged', () => {
    show({}, [], types({ charged: false }));
    expect(cells('Deploys to', 0)).toEqual(['Instance type', 'Has']);
  });

  it('has the numbers that AWS measured', () => {
    show({
      benchmarks: [
        {
          instance_type: 'ml.g5.2xlarge',
          config: 'tgi',
          name: 'Throughput',
          value: '52',
          unit: 'tokens/s',
          concurrency: '4'
        }
      ]
    });
    expect(cells('Measured by AWS', 1)).toEqual([
      'ml.g5.2xlarge',
      'tgi',
      '4',
      'Throughput',
      '52 tokens/s'
    ]);
  });

  it('has the words of a licence, and when it was accepted here', () => {
    const page = { eula: EULA, eula_text: 'You shall be kind.' };
    show(page);
    expect(screen.getByText('You shall be kind.')).toBeDefined();
    expect(screen.getByText('It was not accepted here yet.')).toBeDefined();
    cleanup();
    const other = accepted({ id: 'other', licence: 's3://cache/old.txt' });
    show(page, [
      accepted(),
      other,
      ...[1, 2, 3].map(day =>
        accepted({
          id: `${day}`,
          deploy: null,
          fine_tune: { job: `tune-${day}` } as ILaunch['fine_tune'],
          started: 1_600_000_000
        })
      )
    ]);
    const times = screen
      .getAllByText(/^Accepted at/)
      .map(({ textContent }) => textContent);
    expect(times).toHaveLength(3);
    expect(times[0]).toMatch(/to deploy llama$/);
    expect(times[1]).toMatch(/to train tune-1$/);
    expect(screen.getByText('and 1 time before')).toBeDefined();
  });

  it('says what AWS says of a version it gave up, and what is wrong with one', () => {
    show({
      model: model('old', { vulnerable: true }),
      deprecated_message: 'Take version 2.'
    });
    expect(
      screen.getByText('AWS says of this version: Take version 2.')
    ).toBeDefined();
    expect(fact('Vulnerabilities')).toMatch(/^AWS marks this version/);
    cleanup();
    show({ vulnerabilities: ['CVE-1', 'CVE-2'] });
    expect(fact('Vulnerabilities')).toBe('CVE-1, CVE-2');
  });

  it('says nothing for a document that could not be read', () => {
    show({ document: null, configs: [], data_format: '', hyperparameters: [] });
    expect(screen.queryByText('Training data')).toBeNull();
    expect(screen.queryByText('Licence')).toBeNull();
  });

  it('leads to where a proprietary model is subscribed to, by the web only', () => {
    show({ subscription: 'https://aws.amazon.com/marketplace/pp/1' });
    expect(
      screen.getByText('In AWS Marketplace, before it is deployed')
    ).toBeDefined();
    cleanup();
    show({ subscription: 'javascript:alert(1)' });
    expect(screen.queryByText(/In AWS Marketplace/)).toBeNull();
  });

  it('shows all types when they are asked for', () => {
    const names = Array.from({ length: 9 }, (_, at) => `ml.m${at}.large`);
    show({
      configs: [
        {
          name: '',
          instance_type: names[8],
          instance_types: names,
          environment: [parameter('A')],
          environment_by_type: {}
        }
      ]
    });
    const rows = () =>
      within(screen.getByRole('table', { name: 'Deploys to' })).getAllByRole(
        'row'
      );
    expect(rows()).toHaveLength(7);
    expect(rows()[1].textContent).toContain(names[8]);
    fireEvent.click(screen.getByText('3 more'));
    expect(rows()).toHaveLength(10);
  });
});
