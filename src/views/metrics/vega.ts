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
  const { places, unit, span, end, told } = options;
  const style = getComputedStyle(document.body);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const [busy, grey, bad] = [
    color('--jp-brand-color1'),
    color('--jp-ui-font-color2'),
    color('--jp-error-color1')
  ];
  const lines = [options.curve, ...(options.other ? [options.other] : [])].map(
    decimated
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
    // Of a share the whole is seen; of anything else what changes.
    scale: {
      zero:
        unit !== '' ||
        options.curve.y.every(value => value >= 0 && Number.isInteger(value))
    },
    axis: {
      tickCount: 2,
      domain: false,
      ticks: false,
      minExtent: 40,
      maxExtent: 40,
      format: '~s'
    }
  };
  const detail = { field: 'p', type: 'nominal' };
  const line = (values: object[], color: string, more: object) => [
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
    {
      data: { values },
      transform: [{ filter: 'datum.d == 1' }],
      mark: { type: 'point', filled: true, size: 16, color, opacity: 1 },
      encoding: { x, y }
    }
  ];
  const [own, other] = points;
  const layer: object[] = [
    ...(other ? line(other, grey, { strokeDash: [4, 3] }) : []),
    ...line(own, busy, {}),
    ...(options.live
      ? [
          {
            data: { values: own.slice(-1) },
            mark: {
              type: 'point',
              filled: true,
              size: 40,
              color: busy,
              opacity: 1
            },
            encoding: { x, y }
          }
        ]
      : []),
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
          { field: 't', type: 'nominal', title: ' ' },
          { field: 'v', type: 'nominal', title: '  ' }
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
