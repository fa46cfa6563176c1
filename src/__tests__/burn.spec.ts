import { nullTranslator } from '@jupyterlab/translation';

import { hourly, spokenHourly } from '../components/amount';
import { burnTitle, burnWords } from '../components/burn';
import { ICosts, IRow } from '../protocol';
import {
  IInventoryView,
  mergeInventory,
  summarise,
  unreadRegion
} from '../store';
import { interval } from '../store/regions';
import { kind, page, problem, REGION, row } from './world';

const trans = nullTranslator.load('jupyter_smext');

const KINDS = new Map(
  [kind('endpoint'), kind('tuning-job', { paid_by: 'training-job' })].map(
    one => [one.id, one]
  )
);

function costs(more: Partial<ICosts> = {}): ICosts {
  return {
    charged: true,
    rows: [],
    prices_of: 1700000000,
    prices_read_at: 1700000100,
    problem: null,
    reading: false,
    ...more
  };
}

/** A view of one region, of endpoints and tuning jobs that run. */
function view(
  told: ICosts | null,
  endpoints: string[],
  tuning: string[] = [],
  more: { kinds_read?: number; problem?: boolean } = {}
): IInventoryView {
  const run = (name: string, created: number): IRow =>
    row(name, { running: true, created });
  const region = mergeInventory(
    unreadRegion(REGION),
    {
      connection: 'profile:research',
      region: REGION,
      rev: 1,
      reading: false,
      kinds: 2,
      kinds_read: more.kinds_read ?? 2,
      read_at: 1000,
      next_read_at: null,
      problem: null,
      pages: [
        page('endpoint', endpoints.map(run), {
          problem: more.problem ? problem('denied') : null
        }),
        page('tuning-job', tuning.map(run))
      ],
      costs: told
    },
    0
  );
  return summarise('profile:research', [region], KINDS);
}

function priced(prices: { [id: string]: number | null }): ICosts {
  return costs({
    rows: Object.entries(prices).map(([id, price]) => ({
      kind: 'endpoint',
      id,
      price,
      memory: null
    }))
  });
}

describe('what runs takes', () => {
  it('is the sum of the prices, dearest first', () => {
    const seen = view(priced({ a: 0.23, b: 7.09, c: 0.46 }), ['a', 'b', 'c']);
    expect(burnWords(seen.burn, trans)).toBe('$7.78/h');
    expect(seen.running.map(({ row }) => row.name)).toEqual(['b', 'c', 'a']);
    expect(burnTitle(seen.burn, trans)).toMatch(/list price.*Price list of/);
  });

  it('is more than the sum while something has no price', () => {
    const seen = view(priced({ a: null, b: 7.09 }), ['a', 'b']);
    expect(burnWords(seen.burn, trans)).toBe('≥ $7.09/h');
    expect(seen.running.map(({ row }) => row.name)).toEqual(['b', 'a']);
    expect(burnTitle(seen.burn, trans)).toContain('Not all of it');
  });

  it('is more than the sum while something is not read', () => {
    const told = priced({ a: 0.5 });
    expect(
      burnWords(view(told, ['a'], [], { kinds_read: 1 }).burn, trans)
    ).toBe('≥ $0.50/h');
    expect(
      burnWords(view(told, ['a'], [], { problem: true }).burn, trans)
    ).toBe('≥ $0.50/h');
  });

  it('does not count twice what another row is paid for', () => {
    const seen = view(priced({ a: 0.5 }), ['a'], ['tuned']);
    expect(burnWords(seen.burn, trans)).toBe('$0.50/h');
  });

  it('is nothing when nothing runs, and no price when there is none', () => {
    expect(burnWords(view(costs(), []).burn, trans)).toBe('$0.00/h');
    expect(
      burnWords(view(costs(), [], [], { kinds_read: 1 }).burn, trans)
    ).toBeNull();
    const denied = costs({
      prices_of: null,
      prices_read_at: null,
      problem: problem('denied', { title: 'Not allowed: pricing:GetProducts' }),
      rows: priced({ a: null }).rows
    });
    const seen = view(denied, ['a']);
    expect(burnWords(seen.burn, trans)).toBe('no price');
    expect(burnTitle(seen.burn, trans)).toContain('pricing:GetProducts');
  });

  it('is not told before prices were read', () => {
    const reading = costs({
      prices_of: null,
      prices_read_at: null,
      reading: true,
      rows: priced({ a: null }).rows
    });
    const seen = view(reading, ['a']);
    expect(burnWords(seen.burn, trans)).toBeNull();
    expect(burnWords(view(null, ['a']).burn, trans)).toBeNull();
    expect(interval(seen.regions, false)).toBe(5);
  });

  it('is memory on the local engine, newest first', () => {
    const seen = view(
      costs({
        charged: false,
        rows: [
          { kind: 'endpoint', id: 'a', price: null, memory: 300 * 1024 ** 2 },
          { kind: 'endpoint', id: 'b', price: null, memory: 62 * 1024 ** 2 }
        ]
      }),
      ['a', 'b']
    );
    expect(burnWords(seen.burn, trans)).toBe('362 MiB');
    expect(burnTitle(seen.burn, trans)).toContain('Memory');
    expect(seen.running.map(({ row }) => row.name)).toEqual(['b', 'a']);
    expect(interval(seen.regions, false)).toBe(5);
  });
});

describe('prices in words', () => {
  it.each([
    [7.09, '$7.09/h', '7 dollars 9 per hour'],
    [0.74, '$0.74/h', '74 cents per hour'],
    [1, '$1.00/h', '1 dollar per hour'],
    [0.001, '$0.001/h', 'less than a cent per hour'],
    [0, '$0.00/h', '0 dollars per hour']
  ])('%s', (price, written, spoken) => {
    expect(hourly(price, trans)).toBe(written);
    expect(spokenHourly(price, trans)).toBe(spoken);
  });
});
