import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { decimal } from '../../components/amount';
import { duration, exactTime } from '../../components/time';
import { useNow } from '../../hooks';
import { IFact, ITimeline } from '../../protocol';
import { IViewProps } from '../../tokens';
import { logPlace } from '../log/place';
import { Epochs } from './epochs';
import { RelatedResources } from './related';
import { Timeline } from './timeline';

import '../../../style/overview.css';

const Failure = React.lazy(() => import('../failure'));
const LogView = React.lazy(() => import('../log'));
const Metrics = React.lazy(() => import('../metrics/summary'));

/**
 * How the resource goes: its phases, what it hangs together with, the facts that matter, its log.
 */
export function Overview(props: IViewProps): React.ReactElement {
  const { spec, smext, timeline, visible } = props;
  const { connection, region, kind, id } = props;
  const { trans } = smext;
  return (
    <div className="jp-smext-overview">
      <div className="jp-smext-overview-columns">
        <div>
          <Failure {...props} />
          {timeline && (
            <Timeline
              timeline={timeline}
              place={props}
              smext={smext}
              visible={visible}
            />
          )}
          {kind === 'training-job' && (
            <Epochs
              place={{ connection, region }}
              job={visible && trainsNow(timeline) ? id : null}
              smext={smext}
            />
          )}
          <RelatedResources {...props} />
          {spec.metrics && <FoldedFacts {...props} />}
        </div>
        <div>
          {spec.metrics ? <Metrics {...props} /> : <Facts {...props} />}
        </div>
      </div>
      {spec.logs && (
        <section className="jp-smext-overview-log" aria-label={trans.__('Log')}>
          <LogView
            smext={smext}
            place={{ connection, region, kind, id }}
            visible={visible}
            compact
            onOpen={(stream, line) =>
              smext.openResource(props, 'logs', logPlace(stream, line))
            }
          />
        </section>
      )}
    </div>
  );
}

/** Whether its program runs, of all that a training job goes through. */
function trainsNow(timeline: ITimeline | null): boolean {
  return !!timeline?.phases.some(
    ({ status, state }) => status === 'Training' && state === 'now'
  );
}

/** Whether the facts were unfolded last; those of the next tab begin so. */
let unfolded = false;

/** The facts where there is more to see than them. */
function FoldedFacts(props: IViewProps): React.ReactElement {
  const [open, setOpen] = React.useState(unfolded);
  return (
    <details
      open={open}
      onToggle={event => {
        unfolded = event.currentTarget.open;
        setOpen(unfolded);
      }}
    >
      <summary className="jp-smext-h2">{props.smext.trans.__('Facts')}</summary>
      {open && <FactList {...props} />}
    </details>
  );
}

function Facts(props: IViewProps): React.ReactElement {
  return (
    <section>
      <h2 className="jp-smext-h2">{props.smext.trans.__('Facts')}</h2>
      <FactList {...props} />
    </section>
  );
}

function FactList(props: IViewProps): React.ReactElement {
  const { facts } = props.resource;
  const { trans } = props.smext;
  const now = useNow();
  return (
    <>
      {facts.length ? (
        <dl className="jp-smext-facts-grid">
          {facts.map((fact, index) => (
            <React.Fragment key={index}>
              <dt>{fact.label}</dt>
              <dd>
                <Fact fact={fact} now={now} trans={trans} />
              </dd>
            </React.Fragment>
          ))}
        </dl>
      ) : (
        <p className="jp-smext-muted">
          {trans.__('AWS tells no more of it than its name.')}
        </p>
      )}
    </>
  );
}

function Fact(props: {
  fact: IFact;
  now: number;
  trans: TranslationBundle;
}): React.ReactElement {
  const { fact, now, trans } = props;
  const { value, format } = fact;
  if (value === null || value === '') {
    return <span className="jp-smext-muted">{trans.__('none')}</span>;
  }
  if (typeof value === 'boolean') {
    return <>{value ? trans.__('yes') : trans.__('no')}</>;
  }
  switch (format) {
    case 'time':
      return (
        <>
          {exactTime(Number(value))}{' '}
          <span className="jp-smext-muted">
            {trans.__('%1 ago', duration(now - Number(value), trans))}
          </span>
        </>
      );
    case 'seconds':
      return (
        <span title={trans.__('%1 s', value)}>
          {duration(Number(value), trans)}
        </span>
      );
    case 'bytes':
      return <>{decimal(Number(value), trans)}</>;
    case 'number':
      return <>{Number(value).toLocaleString()}</>;
    case 'code':
      return <code>{value}</code>;
    default:
      return <>{value}</>;
  }
}

export default Overview;
