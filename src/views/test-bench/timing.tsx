import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { refreshIcon, stopIcon } from '../../components/icons';
import { IEndpointLatency } from '../../protocol';
import { Bench, IWindow } from './bench';
import { HistogramPlot } from './histogram-plot';
import { ISpread, spread } from './latency';
import { milliseconds } from './milliseconds';
import { ModelShare } from './model-share';

const COUNTS = [10, 100, 1000];

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
        <HistogramPlot times={times} found={found} trans={trans} />
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
