import { IInstanceType, IInstanceTypes } from '../protocol';
import { offersBy } from '../views/jumpstart/catalogue/offers';
import { ordered, turned } from '../views/jumpstart/catalogue/order';
import { columnsWithin, widthsOf } from '../views/jumpstart/catalogue/room';
import {
  chosenValues,
  entriesOf,
  select,
  toggled
} from '../views/jumpstart/catalogue/selection';
import { model } from './jumpstart-models';

const MODELS = [
  model('pytorch-ic-mobilenet-v2', { fine_tunable: true, runs_here: true }),
  model('mxnet-od-ssd', {
    task: 'Object detection',
    framework: 'mxnet',
    provider: 'GluonCV',
    fine_tunable: true
  }),
  model('meta-llama', {
    task: 'Text generation',
    data_type: 'Text',
    framework: 'meta',
    provider: 'Meta',
    gated: true,
    keywords: ['chat'],
    instance_type: 'ml.g5.2xlarge',
    instance_types: ['ml.g5.2xlarge', 'ml.p4d.24xlarge']
  }),
  model('xgboost', {
    task: 'Tabular classification',
    data_type: null,
    framework: 'xgboost',
    provider: 'XGBoost',
    gated: false,
    instance_type: 'ml.m5.large',
    deprecated: true
  })
];

function type(name: string, more: Partial<IInstanceType>): IInstanceType {
  return {
    name,
    vcpu: 2,
    memory_gib: 8,
    gpus: null,
    gpu: null,
    gpu_memory_gib: null,
    fast_launch: false,
    price: null,
    quota: null,
    quota_left: null,
    ...more
  };
}

function types(charged = true): IInstanceTypes {
  return {
    connection: 'profile:research',
    region: 'us-east-1',
    use: 'hosting',
    types: [
      type('ml.m5.large', { price: 0.115, quota: 4, quota_left: 0 }),
      type('ml.g5.2xlarge', { price: 1.515, quota: 0, quota_left: 0 }),
      type('ml.p4d.24xlarge', { quota: 1, quota_left: 1 })
    ],
    charged,
    prices_of: null,
    prices_read_at: null,
    prices_problem: null,
    quotas_problem: null,
    reading: false
  };
}

const entries = entriesOf(MODELS, offersBy(types()));
const ids = (text: string, ...chosen: [string, string][]) =>
  select(entries, {
    text,
    chosen: chosen.reduce(
      (before, [facet, value]) => toggled(before, facet as 'task', value),
      {}
    )
  }).entries.map(entry => entry.model.id);

describe('what is left of the models', () => {
  it('holds every word, wherever it stands', () => {
    expect(ids('')).toHaveLength(4);
    expect(ids('  MOBILENET  image ')).toEqual(['pytorch-ic-mobilenet-v2']);
    expect(ids('chat meta')).toEqual(['meta-llama']);
    expect(ids('mobilenet gluoncv')).toEqual([]);
  });

  it('has one of the values of each facet', () => {
    expect(ids('', ['tune', 'yes'])).toEqual([
      'pytorch-ic-mobilenet-v2',
      'mxnet-od-ssd'
    ]);
    expect(
      ids('', ['task', 'Object detection'], ['task', 'Text generation'])
    ).toEqual(['mxnet-od-ssd', 'meta-llama']);
    expect(ids('', ['tune', 'yes'], ['task', 'Text generation'])).toEqual([]);
    expect(ids('', ['here', 'yes'])).toEqual(['pytorch-ic-mobilenet-v2']);
    expect(ids('', ['family', 'p4d'])).toEqual(['meta-llama']);
    expect(ids('', ['family', 'm5'])).toEqual(['xgboost']);
  });

  it('does not take what is not known for nothing to accept', () => {
    expect(ids('', ['free', 'yes'])).toEqual(['xgboost']);
  });

  it('works with a quota that leaves an instance of any supported type', () => {
    expect(ids('', ['quota', 'yes'])).toEqual(['meta-llama']);
    const free = entriesOf(MODELS, offersBy(types(false)));
    expect(free.every(({ offer }) => !offer.withinQuota)).toBe(true);
    expect(free.every(({ offer }) => offer.from === null)).toBe(true);
  });

  it('counts what each value would leave beside the other facets', () => {
    const { counts } = select(entries, {
      text: '',
      chosen: { tune: ['yes'] }
    });
    expect(Object.fromEntries(counts.get('task')!)).toEqual({
      'Image classification': 1,
      'Object detection': 1
    });
    const task = select(entries, {
      text: '',
      chosen: { task: ['Object detection'] }
    });
    // Its own choice takes nothing from a facet's other values.
    expect(task.counts.get('task')!.get('Text generation')).toBe(1);
    expect(task.counts.get('tune')!.get('yes')).toBe(1);
    expect(task.counts.get('provider')!.get('Meta')).toBeUndefined();
  });

  it('goes back to all when a value is switched off', () => {
    const on = toggled({}, 'task', 'Object detection');
    expect(chosenValues(on)).toEqual([['task', 'Object detection']]);
    expect(chosenValues(toggled(on, 'task', 'Object detection'))).toEqual([]);
  });
});

describe('the order of the models', () => {
  const by = (order: Parameters<typeof ordered>[1]) =>
    ordered(entries, order).map(entry => entry.model.id);

  it('begins with what runs here and ends with what AWS gave up', () => {
    expect(by(null)).toEqual([
      'pytorch-ic-mobilenet-v2',
      'meta-llama',
      'mxnet-od-ssd',
      'xgboost'
    ]);
  });

  it('keeps what has no value last in both directions', () => {
    expect(by({ by: 'price', descending: false })).toEqual([
      'xgboost',
      'meta-llama',
      'mxnet-od-ssd',
      'pytorch-ic-mobilenet-v2'
    ]);
    expect(by({ by: 'price', descending: true })).toEqual([
      'meta-llama',
      'xgboost',
      'mxnet-od-ssd',
      'pytorch-ic-mobilenet-v2'
    ]);
  });

  it('compares versions by their numbers', () => {
    const versions = entriesOf(
      ['2.0.9', '10.0.0', '2.0.14'].map(version =>
        model(`m-${version}`, { version })
      ),
      offersBy(null)
    );
    expect(
      ordered(versions, { by: 'version', descending: false }).map(
        entry => entry.model.version
      )
    ).toEqual(['2.0.9', '2.0.14', '10.0.0']);
  });

  it('turns with each click on a header, and back to the usual one', () => {
    const up = turned(null, 'task');
    const down = turned(up, 'task');
    expect(up).toEqual({ by: 'task', descending: false });
    expect(down).toEqual({ by: 'task', descending: true });
    expect(turned(down, 'task')).toBeNull();
    expect(turned(down, 'name')).toEqual({ by: 'name', descending: false });
  });
});

describe('the columns of the models', () => {
  it('are fewer where there is less room, never without the id', () => {
    expect(columnsWithin(300)).toEqual(['name']);
    expect(columnsWithin(800)).toEqual(['name', 'task', 'price', 'version']);
    expect(columnsWithin(1200)).toContain('tune');
    expect(columnsWithin(1600)).toHaveLength(8);
    expect(widthsOf([{ id: 'name' }, { id: 'task' }])).toBe(
      'minmax(0, 1fr) 160px'
    );
  });
});
