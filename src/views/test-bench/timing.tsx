import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { refreshIcon, stopIcon } from '../../components/icons';
import { IEndpointLatency } from '../../protocol';
import { Bench, IWindow } from './bench';
import { histogram, ISpread, spread } from './latency';
import { milliseconds } from './milliseconds';
import { ModelShare } from './model-share';

import '../../../style/plot.css';

const COUNTS = [10, 100, 1000];
/** The plot's size in its own units. */
const WIDTH = 620;
const HEIGHT = 100;

/**
 * How long the calls took: percentiles and a histogram; and a repetition of the last one.
 */
export function Timing(props: {
  bench: Bench;
  /** US dollars an hour that the endpoint costs; null where that is not known. */
  price: number | null;
  repeat: ((count: number) => void) | null;
  /** Why times say nothing here; null where they do. */
  single: string | null;
  /** What CloudWatch says of the calls of a time. */
  ask: (window: IWindow) => Promise<IEndpointLatency>;
  serverless: boolean;
  trans: TranslationBundle;
}): React.ReactElement {
  const { bench, price, repeat, single, trans } = props;
  const [count, setCount] = React.useState(100);
  const { times, failed, repetition } = bench;
  const found = spread(times);
  if (single !== null) {
    return <p className="jp-smext-muted jp-smext-bench-timing">{single}</p>;
  }
  return (
    <section aria-label={trans.__('Latency')} className="jp-smext-bench-timing">
      <div className="jp-smext-line jp-smext-bench-head">
        <h2 className="jp-smext-h2 jp-smext-grow">
          {trans.__('Latency')}{' '}
          {times.length > 0 && (
            <span className="jp-smext-muted">
              {trans._n(
                'of %1 call',
                'of %1 calls, one after another',
                times.length
              )}
            </span>
          )}
        </h2>
        {times.length + failed > 0 && !bench.isBusy && (
          <LinkButton
            label={trans.__('Forget them')}
            onClick={() => bench.forget()}
          />
        )}
        <select
          className="jp-smext-input"
          aria-label={trans.__('Number of calls')}
          value={count}
          disabled={bench.isBusy}
          onChange={event => setCount(Number(event.target.value))}
        >
          {COUNTS.map(one => (
            <option key={one} value={one}>
              {trans.__('%1 calls', one)}
            </option>
          ))}
        </select>
        {repetition ? (
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => bench.stop()}
          >
            <stopIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('Stop')}
          </button>
        ) : (
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={repeat === null || undefined}
            title={
              repeat === null
                ? trans.__('There is nothing to send.')
                : trans.__('Send the input that often, one after another.')
            }
            onClick={repeat === null ? undefined : () => repeat(count)}
          >
            <refreshIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('Repeat')}
          </button>
        )}
      </div>
      {repetition && (
        <div
          className="jp-smext-progress"
          role="progressbar"
          aria-label={trans.__('Calls')}
          aria-valuenow={repetition.done}
          aria-valuemax={repetition.of}
        >
          <i style={{ width: `${(100 * repetition.done) / repetition.of}%` }} />
        </div>
      )}
      {(found || failed > 0) && (
        <Figures found={found} failed={failed} price={price} trans={trans} />
      )}
      {found && times.length > 1 && (
        <Histogram times={times} found={found} trans={trans} />
      )}
      {found && bench.window && !bench.isBusy && (
        <ModelShare
          window={bench.window}
          count={times.length}
          p50={found.p50}
          ask={props.ask}
          trans={trans}
        />
      )}
      {props.serverless && (
        <p className="jp-smext-muted">
          {trans.__(
            'A serverless endpoint starts its container for the first request after a pause: that one takes longer.'
          )}
        </p>
      )}
    </section>
  );
}

function Figures(props: {
  found: ISpread | null;
  failed: number;
  price: number | null;
  trans: TranslationBundle;
}): React.ReactElement {
  const { found, failed, price, trans } = props;
  const time = (value: number) => trans.__('%1 ms', milliseconds(value));
  return (
    <dl className="jp-smext-bench-figures">
      {found && (
        <>
          <Figure label={trans.__('Least')} value={time(found.least)} />
          <Figure label={trans.__('p50')} value={time(found.p50)} strong />
          <Figure label={trans.__('p90')} value={time(found.p90)} strong />
          <Figure label={trans.__('p99')} value={time(found.p99)} strong />
          <Figure label={trans.__('Most')} value={time(found.most)} />
        </>
      )}
      <Figure label={trans.__('Failed')} value={String(failed)} />
      {found && price !== null && (
        <Figure
          label={trans.__('Per call')}
          value={`$${((price * found.p50) / 3_600_000).toPrecision(1)}`}
          title={trans.__('What the endpoint costs in the time of the p50.')}
        />
      )}
    </dl>
  );
}

function Figure(props: {
  label: string;
  value: string;
  strong?: boolean;
  title?: string;
}): React.ReactElement {
  const { label, value, strong, title } = props;
  return (
    <div title={title}>
      <dt>{label}</dt>
      <dd>{strong ? <b>{value}</b> : value}</dd>
    </div>
  );
}

function Histogram(props: {
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
