import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ICurve, short, ticks } from './curves';

import '../../../../style/plot.css';

/** The plot's size in its own units. */
const WIDTH = 300;
const HEIGHT = 96;

function Plot(props: {
  curve: ICurve;
  trans: TranslationBundle;
}): React.ReactElement {
  const { curve, trans } = props;
  const [open, setOpen] = React.useState(false);
  const { name, values, count, step } = curve;
  const lines = ticks(values);
  const [low, high] = [lines[0], lines[lines.length - 1]];
  const last = values[values.length - 1];
  const x = (index: number) => (WIDTH * index) / Math.max(1, values.length - 1);
  const y = (value: number) => HEIGHT * (1 - (value - low) / (high - low));
  const sorted = [...values].sort((a, b) => a - b);
  const words = trans.__(
    '%1: %2 values, the first %3, the last %4, between %5 and %6',
    name,
    count,
    short(values[0]),
    short(last),
    short(sorted[0]),
    short(sorted[sorted.length - 1])
  );
  return (
    <figure className="jp-smext-curve">
      <figcaption className="jp-smext-line">
        <span className="jp-smext-grow">{name}</span>
        <b className="jp-smext-num">{short(last)}</b>
      </figcaption>
      <svg
        className="jp-smext-plot"
        viewBox={`-44 -8 ${WIDTH + 52} ${HEIGHT + 28}`}
        role="img"
        aria-label={words}
      >
        {lines.map(value => (
          <g key={value}>
            <line x1={0} x2={WIDTH} y1={y(value)} y2={y(value)} />
            <text x={-6} y={y(value) + 4} textAnchor="end">
              {short(value)}
            </text>
          </g>
        ))}
        {values.length > 1 && (
          <polyline
            points={values
              .map((value, index) => `${x(index)},${y(value)}`)
              .join(' ')}
          />
        )}
        <circle cx={x(values.length - 1)} cy={y(last)} r={3} />
        <text x={0} y={HEIGHT + 16} textAnchor="middle">
          1
        </text>
        {count > 1 && (
          <text x={WIDTH} y={HEIGHT + 16} textAnchor="end">
            {trans.__('value %1', count)}
          </text>
        )}
      </svg>
      <details
        className="jp-smext-plot-table"
        onToggle={event => setOpen(event.currentTarget.open)}
      >
        <summary>{trans.__('Table')}</summary>
        {open && (
          <table className="jp-smext-table" aria-label={name}>
            <thead>
              <tr>
                <th scope="col" className="jp-smext-num">
                  {trans.__('Value')}
                </th>
                <th scope="col" className="jp-smext-num">
                  {name}
                </th>
              </tr>
            </thead>
            <tbody>
              {values.map((value, index) => (
                <tr key={index}>
                  <th scope="row" className="jp-smext-num">
                    {index * step + 1}
                  </th>
                  <td className="jp-smext-num">{short(value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </details>
    </figure>
  );
}

/**
 * A metric over the values that a job reported of it, with a table of the same.
 */
export const CurvePlot = React.memo(Plot);
