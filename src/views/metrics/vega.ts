import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { decimated, ICurve, pieces, Places, short } from './curve';

/** As JupyterLab's own Vega renderer calls it. */
export const MIME = 'application/vnd.vegalite.v5+json';

/**
 * What is drawn in a plot.
 */
export interface IPlotOptions {
  readonly curve: ICurve;
  /** The same of another resource, dashed and grey. */
  readonly other: ICurve | null;
  readonly places: Places;
  readonly unit: string;
  /** From where to where, in the places of the curve. */
  readonly span: readonly [number, number] | null;
  /** Where it ended badly. */
  readonly end: number | null;
  /** Whether more is to come behind the last value. */
  readonly live: boolean;
  readonly width: number;
  readonly height: number;
  /** What a place is told as, when the pointer is near. */
  readonly told: (x: number) => string;
  /** The words for a place and a value. */
  readonly words: readonly [string, string];
}

/** Seconds in the unit of an axis of elapsed time, by the longest that it is used for. */
const UNITS: ReadonlyArray<[number, number, string]> = [
  [180, 1, 's'],
  [3 * 3600, 60, 'min'],
  [Infinity, 3600, 'h']
];

/**
 * A plot as Vega-Lite has it. Of what others wrote nothing is in it but numbers.
 */
export function plotSpec(options: IPlotOptions): ReadonlyPartialJSONObject {
  const { places, unit, span, end, told, words } = options;
  const style = getComputedStyle(document.body);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const [busy, grey, bad] = [
    color('--jp-brand-color1'),
    color('--jp-ui-font-color2'),
    color('--jp-error-color1')
  ];
  const lines = [options.curve, ...(options.other ? [options.other] : [])].map(
    curve => decimated(curve)
  );
  const longest = Math.max(
    span?.[1] ?? 0,
    ...lines.map(({ x }) => x[x.length - 1] ?? 0)
  );
  const [, seconds, word] =
    places === 'elapsed'
      ? UNITS.find(([limit]) => longest <= limit)!
      : [0, places === 'time' ? 1e-3 : 1, ''];
  const put = (x: number) => x / seconds;
  const points = lines.map(curve => {
    const piece = pieces(curve);
    const alone = (at: number) =>
      piece[at - 1] !== piece[at] && piece[at + 1] !== piece[at];
    return curve.x.map((x, at) => ({
      x: put(x),
      y: curve.y[at],
      p: piece[at],
      d: alone(at) ? 1 : 0,
      t: told(x),
      v: short(curve.y[at], unit)
    }));
  });
  const type = places === 'time' ? 'temporal' : 'quantitative';
  const x = {
    field: 'x',
    type,
    title: null,
    ...(span
      ? { scale: { domain: [put(span[0]), put(span[1])], nice: false } }
      : { scale: { zero: false, nice: false } }),
    axis: {
      grid: false,
      labelFlush: true,
      labelOverlap: 'greedy',
      tickCount: Math.max(2, Math.floor(options.width / 90)),
      ...(word ? { labelExpr: `datum.label + ' ${word}'` } : {}),
      ...(places === 'count' ? { tickMinStep: 1, format: 'd' } : {})
    }
  };
  const y = {
    field: 'y',
    type: 'quantitative',
    title: null,
    scale: scaleOf(
      lines.flatMap(line => line.y),
      unit
    ),
    axis: {
      tickCount: 2,
      domain: false,
      ticks: false,
      minExtent: 40,
      maxExtent: 40,
      labelExpr: `format(datum.value, abs(datum.value) < 1e4 ? '~g' : '~s')`
    }
  };
  const detail = { field: 'p', type: 'nominal' };
  const line = (
    values: ReadonlyArray<{ d: number }>,
    color: string,
    more: object
  ): object[] => {
    const alone = values.filter(({ d }) => d);
    return [
      {
        data: { values },
        mark: {
          type: 'line',
          color,
          strokeWidth: 1.5,
          strokeJoin: 'round',
          ...more
        },
        encoding: { x, y, detail }
      },
      // A piece of one value is no line. An empty layer has no extent, of which Vega warns.
      ...(alone.length ? [dots(alone, color, 16, x, y)] : [])
    ];
  };
  const [own, other] = points;
  const layer: object[] = [
    ...(other ? line(other, grey, { strokeDash: [4, 3] }) : []),
    ...line(own, busy, {}),
    ...(options.live ? [dots(own.slice(-1), busy, 40, x, y)] : []),
    ...(end === null
      ? []
      : [
          {
            data: { values: [{ x: put(end) }] },
            mark: { type: 'rule', color: bad, strokeDash: [3, 2] },
            encoding: { x }
          }
        ]),
    {
      data: { values: own },
      params: [
        {
          name: 'near',
          select: {
            type: 'point',
            encodings: ['x'],
            nearest: true,
            on: 'mousemove',
            clear: 'mouseout'
          }
        }
      ],
      mark: { type: 'point', filled: true, size: 40, color: busy },
      encoding: {
        x,
        y,
        opacity: {
          condition: { param: 'near', empty: false, value: 1 },
          value: 0
        },
        tooltip: [
          { field: 't', type: 'nominal', title: words[0] },
          { field: 'v', type: 'nominal', title: words[1] }
        ]
      }
    }
  ];
  const font = color('--jp-ui-font-family');
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    width: options.width,
    height: options.height,
    padding: 0,
    autosize: { type: 'fit', contains: 'padding' },
    background: 'transparent',
    config: {
      font,
      view: { stroke: null },
      axis: {
        labelColor: grey,
        labelFontSize: 11,
        labelFont: font,
        gridColor: color('--jp-border-color3'),
        domainColor: color('--jp-border-color1'),
        tickColor: color('--jp-border-color1')
      }
    },
    layer: layer as ReadonlyPartialJSONObject[]
  };
}

/** Values as points. */
function dots(
  values: ReadonlyArray<object>,
  color: string,
  size: number,
  x: object,
  y: object
): object {
  return {
    data: { values },
    mark: { type: 'point', filled: true, size, color, opacity: 1 },
    encoding: { x, y }
  };
}

/** Of shares, times and counts the whole is seen; of anything else what changes. */
function scaleOf(values: ReadonlyArray<number>, unit: string): object {
  if (values.every(value => value === 0)) {
    return { domain: [0, 1] };
  }
  const whole = values.every(value => value >= 0 && Number.isInteger(value));
  return { zero: unit !== '' || whole };
}
