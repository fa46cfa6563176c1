import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { histogram, ISpread } from './latency';
import { milliseconds } from './milliseconds';

import '../../../style/plot.css';

/** The plot's size in its own units. */
const WIDTH = 620;
const HEIGHT = 100;

/**
 * How many calls took how long, with the percentiles, and a table of the same.
 */
export function HistogramPlot(props: {
  times: ReadonlyArray<number>;
  found: ISpread;
  trans: TranslationBundle;
}): React.ReactElement {
  const { times, found, trans } = props;
  const { from, width, counts } = histogram(times);
  const bar = WIDTH / counts.length;
  const highest = Math.max(...counts);
  const x = (time: number) => ((time - from) / width) * bar;
  const ticks = counts
    .map((_, index) => index)
    .filter(index => index % Math.ceil(counts.length / 6) === 0);
  const words = trans.__(
    'Half of the calls took %1 ms or less, nine of ten %2 ms or less, the longest %3 ms',
    milliseconds(found.p50),
    milliseconds(found.p90),
    milliseconds(found.most)
  );
  return (
    <>
      <svg
        className="jp-smext-plot"
        viewBox={`-8 -14 ${WIDTH + 16} ${HEIGHT + 36}`}
        role="img"
        aria-label={words}
      >
        <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {counts.map((count, index) => {
          const height = (HEIGHT * count) / highest;
          return (
            <rect
              key={index}
              x={index * bar + 1}
              y={HEIGHT - height}
              width={Math.max(1, bar - 2)}
              height={height}
            />
          );
        })}
        {marks(found, trans).map(({ label, value, row }) => (
          <g key={label}>
            <line x1={x(value)} x2={x(value)} y1={-4} y2={HEIGHT} />
            <text
              className="jp-smext-strong"
              // At the right edge the word would be cut off.
              {...(x(value) > WIDTH - 32
                ? { x: x(value) - 4, textAnchor: 'end' }
                : { x: x(value) + 4 })}
              y={6 + 13 * row}
            >
              {label}
            </text>
          </g>
        ))}
        {ticks.map((index, at) => (
          <text key={index} x={index * bar} y={HEIGHT + 16} textAnchor="middle">
            {at === ticks.length - 1
              ? trans.__('%1 ms', axis(from + index * width))
              : axis(from + index * width)}
          </text>
        ))}
      </svg>
      <details className="jp-smext-plot-table">
        <summary>{trans.__('Table')}</summary>
        <table className="jp-smext-table" aria-label={trans.__('Latency')}>
          <thead>
            <tr>
              <th scope="col">{trans.__('Milliseconds')}</th>
              <th scope="col" className="jp-smext-num">
                {trans.__('Calls')}
              </th>
            </tr>
          </thead>
          <tbody>
            {counts.map((count, index) =>
              count === 0 ? null : (
                <tr key={index}>
                  <th scope="row">
                    {axis(from + index * width)}–
                    {axis(from + (index + 1) * width)}
                  </th>
                  <td className="jp-smext-num">{count}</td>
                </tr>
              )
            )}
          </tbody>
        </table>
      </details>
    </>
  );
}

/** The percentiles as marks, each on a row of its own: they may lie close together. */
function marks(
  found: ISpread,
  trans: TranslationBundle
): { label: string; value: number; row: number }[] {
  return [
    { label: trans.__('p50'), value: found.p50, row: 0 },
    { label: trans.__('p90'), value: found.p90, row: 1 },
    { label: trans.__('p99'), value: found.p99, row: 2 }
  ];
}

function axis(value: number): string {
  return String(Number(value.toPrecision(6)));
}
