import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  within
} from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import { IMetrics, IMetricSeries, IResource, IRow } from '../protocol';
import { InventoryStore } from '../store';
import { ISmext, IViewProps } from '../tokens';
import { fromPlace, placeOf, rangeOf } from '../views/metrics/choices';
import { decimated, pieces, short } from '../views/metrics/curve';
import { ahead, csvOf, plotsOf, telling } from '../views/metrics/plots';
import MetricsSummary from '../views/metrics/summary';
import Metrics from '../views/metrics/tab';
import { MIME } from '../views/metrics/vega';
import { giveRoom } from './room';
import { apiOf, Bus, kind, problem, row, smextWith, World } from './world';

configure({ asyncUtilTimeout: 8000 });

const HOSTILE = '<img src=x onerror="window.harmed = 1">\u202e';

function series(
  name: string,
  values: number[],
  more: Partial<IMetricSeries> = {}
): IMetricSeries {
  const made: IMetricSeries = {
    id: '',
    name,
    label: name,
    group: 'algorithm',
    unit: '',
    statistic: 'Average',
    of: '',
    times: values.map((_, index) => 1000 + index),
    values,
    ...more
  };
  const { group, statistic, of } = made;
  return { ...made, id: [group, name, statistic, of].join('|') };
}

function reading(all: IMetricSeries[], more: Partial<IMetrics> = {}): IMetrics {
  return {
    start: 1000,
    end: 1010,
    period: 1,
    read_at: Date.now() / 1000,
    live: false,
    every: 30,
    ranged: false,
    series: all,
    problems: [],
    ...more
  };
}

const LATENCY = ['p50', 'p90', 'p99'].map((statistic, index) =>
  series('ModelLatency', [10 * (index + 1)], {
    label: 'Model latency',
    group: 'invocations',
    unit: 'ms',
    of: 'AllTraffic',
    statistic
  })
);

describe('metrics', () => {
  let answers: { [id: string]: IMetrics | ApiError };
  let asked: { id: string; start: number | null; end: number | null }[];
  let places: string[];
  let smext: ISmext;
  let rows: IRow[];
  let drawn: { [mime: string]: unknown }[];

  beforeEach(() => {
    giveRoom(320);
    window.localStorage.clear();
    window.sessionStorage.clear();
    answers = {};
    asked = [];
    places = [];
    drawn = [];
    rows = [row('one'), row('two', { name: HOSTILE, created: 5 })];
    const api = apiOf({
      metrics: async (of: { id: string }, range: IRange) => {
        asked.push({ id: of.id, ...range });
        const answer = answers[of.id];
        if (answer instanceof ApiError) {
          throw answer;
        }
        return answer;
      },
      page: async () => ({
        kind: 'job',
        rev: 1,
        read_at: 1,
        stale: false,
        problem: null,
        rows
      })
    });
    const store = new InventoryStore({
      api: new World().api,
      events: new Bus(),
      standby: 'never'
    });
    smext = {
      ...smextWith(api, store),
      rendermime: async () =>
        ({
          mimeTypes: [MIME],
          createModel: (options: unknown) => options,
          createRenderer: () => {
            const widget = new Widget();
            return Object.assign(widget, {
              renderModel: async (model: { data: (typeof drawn)[0] }) => {
                drawn.push(model.data);
                widget.node.textContent = 'drawn';
              }
            });
          }
        }) as unknown as IRenderMimeRegistry
    };
  });

  afterEach(cleanup);

  interface IRange {
    start: number | null;
    end: number | null;
  }

  function props(more: Partial<IViewProps> = {}): IViewProps {
    return {
      connection: 'local',
      region: 'us-east-1',
      kind: 'job',
      id: 'one',
      spec: kind('job', { label: 'Training job', metrics: true }),
      resource: { row: row('one') } as IResource,
      smext,
      visible: true,
      place: '',
      onPlace: place => places.push(place),
      ...more
    } as IViewProps;
  }

  async function show(element: React.ReactElement) {
    const shown = render(element);
    await act(async () => undefined);
    return shown;
  }

  async function settled(count: number) {
    const deadline = Date.now() + 5000;
    while (drawn.length < count && Date.now() < deadline) {
      await act(() => new Promise(resolve => setTimeout(resolve, 5)));
    }
    expect(drawn.length).toBe(count);
  }

  it('are drawn by JupyterLab, each with a sentence and a table', async () => {
    answers.one = reading([
      series('train:loss', [2, 1, 0.5]),
      series('CPUUtilization', [50, 75], {
        group: 'instance',
        unit: '%',
        of: 'algo-1'
      })
    ]);
    const { container } = await show(<Metrics {...props()} />);
    const plot = await screen.findByRole('img', {
      name: 'train:loss: 3 values, the first 2, the last 0.5, between 0.5 and 2'
    });
    expect(
      screen.getByRole('img', { name: /^CPUUtilization: .* 75 %/ })
    ).toBeDefined();
    await settled(2);
    const { layer } = drawn[0][MIME] as {
      layer: { data: { values: { y: number; v: string }[] } }[];
    };
    expect(layer[0].data.values.map(({ y }) => y)).toEqual([2, 1, 0.5]);
    expect(container.querySelector('.jp-smext-vega')!.textContent).toBe(
      'drawn'
    );
    const details = plot.parentElement!.querySelector('details')!;
    details.open = true;
    fireEvent(details, new Event('toggle'));
    const table = screen.getByRole('table', { name: 'train:loss' });
    expect(within(table).getAllByRole('row')).toHaveLength(4);
    expect(asked).toEqual([{ id: 'one', start: null, end: null }]);
  });

  it('hold what others wrote as text, and nothing of it is in a plot', async () => {
    answers.one = reading([series(HOSTILE, [1, 2])]);
    const { container } = await show(<Metrics {...props()} />);
    expect(await screen.findByText(HOSTILE)).toBeDefined();
    await settled(1);
    expect(container.querySelector('img')).toBeNull();
    expect(JSON.stringify(drawn)).not.toContain('onerror');
  });

  it('say why there are none', async () => {
    await show(<Metrics {...props()} />);
    cleanup();
    answers.one = new ApiError(problem('denied', { title: 'Not allowed' }));
    await show(<Metrics {...props()} />);
    expect(await screen.findByText('Not allowed')).toBeDefined();
    answers.one = reading([]);
    fireEvent.click(screen.getByText('Try again'));
    expect(
      await screen.findByText(/CloudWatch has nothing of it/)
    ).toBeDefined();
    cleanup();
    answers.one = reading(
      [series('CPUUtilization', [1], { group: 'instance', unit: '%' })],
      { live: true, ranged: true }
    );
    await show(<Metrics {...props()} />);
    expect(await screen.findByText('None in this time.')).toBeDefined();
    cleanup();
    answers.one = reading([], { live: true, ranged: true });
    await show(<Metrics {...props()} />);
    expect(
      await screen.findByText(/has measured nothing in this time/)
    ).toBeDefined();
  });

  it('say what is missing beside what there is', async () => {
    answers.one = reading([series('loss', [1])], {
      problems: [problem('broken', { title: 'Some values are no numbers' })]
    });
    await show(<Metrics {...props()} />);
    expect(await screen.findByText('Some values are no numbers')).toBeDefined();
    expect(screen.getByRole('img', { name: /^loss: 1 values/ })).toBeDefined();
  });

  it('are of a chosen statistic and range, kept in the place', async () => {
    answers.one = reading(LATENCY, { ranged: true, live: true });
    const { rerender } = await show(<Metrics {...props()} />);
    const choice = await screen.findByLabelText('Statistic of Model latency');
    expect(screen.getByText('10 ms')).toBeDefined();
    fireEvent.change(choice, { target: { value: 'p99' } });
    expect(places).toEqual(['stat=p99%3AModelLatency']);
    rerender(<Metrics {...props({ place: places[0] })} />);
    expect(screen.getByText('30 ms')).toBeDefined();
    fireEvent.click(screen.getByLabelText('1 d'));
    expect(places[1]).toBe('range=1d&stat=p99%3AModelLatency');
    asked = [];
    rerender(<Metrics {...props({ place: places[1] })} />);
    await screen.findByText('30 ms');
    expect(Date.now() / 1000 - asked[0].start! - 86_400).toBeLessThan(60);
    // A range of one's own, by its fields.
    fireEvent.click(screen.getByLabelText('Own…'));
    fireEvent.change(screen.getByLabelText('From'), {
      target: { value: '2026-01-02T10:00' }
    });
    fireEvent.change(screen.getByLabelText('to'), {
      target: { value: '2026-01-02T09:00' }
    });
    expect(screen.getByText('It ends before it begins.')).toBeDefined();
    fireEvent.change(screen.getByLabelText('to'), {
      target: { value: '2026-01-02T12:00' }
    });
    fireEvent.click(screen.getByText('Show'));
    const own = fromPlace(places[2]).range;
    const { start, end } = rangeOf(own, 0);
    expect(end! - start!).toBe(7200);
    // The next one of its kind begins with the same choices.
    cleanup();
    await show(<Metrics {...props()} />);
    expect(await screen.findByText('30 ms')).toBeDefined();
  });

  it('are laid over each other from their beginnings on', async () => {
    answers.one = reading([series('loss', [2, 1])]);
    answers.two = reading(
      [series('loss', [3, 2, 1], { times: [5000, 5001, 5002] })],
      { start: 5000, end: 5010 }
    );
    const { rerender } = await show(<Metrics {...props()} />);
    fireEvent.click(
      await screen.findByLabelText('Overlay another training job…')
    );
    fireEvent.click(await screen.findByRole('option', { name: /img src/ }));
    expect(places).toEqual(['over=two']);
    rerender(<Metrics {...props({ place: 'over=two' })} />);
    expect(
      await screen.findByRole('img', { name: /^loss: 2 values.*Dashed: two/ })
    ).toBeDefined();
    const details = document.querySelector('details')!;
    details.open = true;
    fireEvent(details, new Event('toggle'));
    const [, second] = screen.getAllByRole('table');
    expect(
      within(second)
        .getAllByRole('row')
        .map(one => one.textContent)
    ).toEqual(['Aftertwo', '0 s3', '1 s2', '2 s1']);
    fireEvent.click(screen.getByLabelText('Take the overlay away'));
    expect(places[1]).toBe('');
  });

  it('offer no more resources to lay over than a list has room for', async () => {
    answers.one = reading([series('loss', [1])]);
    rows = Array.from({ length: 1000 }, (_, at) => row(`job-${at}`));
    await show(<Metrics {...props()} />);
    const button = await screen.findByLabelText(
      'Overlay another training job…'
    );
    fireEvent.click(button);
    expect(screen.getByText('Reading…')).toBeDefined();
    expect(
      await screen.findByText('800 more; type to find them.')
    ).toBeDefined();
    expect(screen.getAllByRole('option')).toHaveLength(200);
    fireEvent.change(screen.getByRole('combobox', { name: /^Filter/ }), {
      target: { value: 'job-999' }
    });
    expect(screen.getAllByRole('option')).toHaveLength(1);
    fireEvent.click(button);
    rows = [row('one')];
    fireEvent.click(button);
    expect(await screen.findByText('There is no other one.')).toBeDefined();
  });

  it('are not asked for while nobody looks', async () => {
    answers.one = reading([series('loss', [1])], { live: true, every: 0.01 });
    const { rerender } = await show(<Metrics {...props({ visible: false })} />);
    await act(() => new Promise(resolve => setTimeout(resolve, 50)));
    expect(asked).toHaveLength(0);
    rerender(<Metrics {...props()} />);
    await screen.findByText('loss');
    await act(() => new Promise(resolve => setTimeout(resolve, 50)));
    expect(asked.length).toBeGreaterThan(1);
    rerender(<Metrics {...props({ visible: false })} />);
    await act(() => new Promise(resolve => setTimeout(resolve, 20)));
    const before = asked.length;
    await act(() => new Promise(resolve => setTimeout(resolve, 50)));
    expect(asked.length).toBe(before);
  });

  it('are told by the table where JupyterLab draws none', async () => {
    smext = { ...smext, rendermime: async () => null };
    answers.one = reading([series('loss', [1])]);
    await show(<Metrics {...props()} />);
    expect(await screen.findByText(/its Vega extension is off/)).toBeDefined();
  });

  it('are summed up in a few plots', async () => {
    answers.one = reading([
      series('other', [1]),
      series('valid:acc', [1]),
      series('train:loss', [1]),
      series('CPUUtilization', [1], { group: 'instance' }),
      series('MemoryUtilization', [1], { group: 'instance' })
    ]);
    await show(<MetricsSummary {...props()} />);
    await screen.findByText('train:loss');
    const names = screen
      .getAllByRole('img')
      .map(one => one.getAttribute('aria-label'));
    expect(names.map(name => name!.replace(/: \d+ values.*/, ''))).toEqual([
      'train:loss',
      'valid:acc',
      'CPUUtilization'
    ]);
    fireEvent.click(screen.getByText('All metrics'));
    expect(smext.openResource).toHaveBeenCalledWith(
      expect.objectContaining({ id: 'one' }),
      'metrics'
    );
  });
});

describe('curves of metrics', () => {
  it('keep their ends and extremes when there is no room for all', () => {
    const x = Array.from({ length: 100_000 }, (_, index) => index);
    const y = x.map(index => (index === 54_321 ? 1e6 : Math.sin(index)));
    const shown = decimated({ x, y });
    expect(shown.x.length).toBeLessThanOrEqual(400);
    expect(Math.max(...shown.y)).toBe(1e6);
    expect([shown.x[0], shown.x[shown.x.length - 1]]).toEqual([0, 99_999]);
    expect(
      shown.x.every((at, index) => !index || at > shown.x[index - 1])
    ).toBe(true);
  });

  it('break where nothing was measured', () => {
    expect(pieces({ x: [0, 1, 2, 30, 31], y: [1, 1, 1, 1, 1] })).toEqual([
      0, 0, 0, 1, 1
    ]);
    expect(pieces({ x: [], y: [] })).toEqual([]);
    expect(pieces({ x: [7], y: [1] })).toEqual([0]);
  });

  it('have short words for values', () => {
    expect(short(0.123456)).toBe('0.1235');
    expect(short(1e-9, 'ms')).toBe('1e-9 ms');
  });

  it('have an end ahead of the last value that is not another each second', () => {
    const ends = new Set(
      Array.from({ length: 8 }, (_, at) => ahead(0, 100 + at))
    );
    expect(ends.size).toBeLessThanOrEqual(2);
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(100);
  });

  it('are exported as text that no spreadsheet runs', () => {
    const metrics = reading([series('=HYPERLINK("x")', [-1.5])]);
    const [, line] = csvOf([{ name: 'a,b', metrics }]).split('\r\n');
    expect(line).toBe(
      `"a,b",1970-01-01T00:16:40.000Z,"'=HYPERLINK(""x"")",Average,,,-1.5`
    );
  });

  it('are chosen by what they tell', () => {
    const shown = telling(
      plotsOf(
        reading([
          ...LATENCY,
          series('Invocations', [1], { group: 'invocations' })
        ]),
        'AllTraffic'
      )
    );
    expect(shown.map(({ series }) => series[0].name)).toEqual([
      'Invocations',
      'ModelLatency'
    ]);
  });
});

describe('the place of the metrics', () => {
  it('holds the choices, and nothing of another text', () => {
    const choices = {
      range: '1767300000-1767303600',
      of: 'algo-2',
      over: 'a%20b,c',
      statistics: { 'train:loss': 'Maximum' }
    };
    expect(fromPlace(placeOf(choices))).toEqual(choices);
    for (const text of ['', '4118:algo-1', 'range=9y', 'range=5-2', '%%%']) {
      expect(fromPlace(text)).toEqual({
        range: '',
        of: '',
        over: '',
        statistics: {}
      });
    }
  });
});
