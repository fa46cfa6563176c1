import { downloadIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IMetricSeries } from '../../protocol';
import { IViewProps, resourceId } from '../../tokens';
import { fromPlace, IChoices, memoryOf, placeOf, rangeOf } from './choices';
import { Curves } from './curves';
import { Overlay, overName } from './overlay';
import { csvOf, placesOf, plotsOf } from './plots';
import { Range } from './range';
import { useMetrics } from './reading';
import { Age, State } from './state';

import '../../../style/metrics.css';
import '../../../style/segment.css';

const GROUPS: ReadonlyArray<IMetricSeries['group']> = [
  'algorithm',
  'invocations',
  'instance'
];

/**
 * All that CloudWatch has measured of a resource, live. Its place are the choices.
 */
export default function Metrics(props: IViewProps): React.ReactElement {
  const { smext, spec, resource, visible, place, onPlace } = props;
  const { api, trans } = smext;
  const memory = React.useMemo(() => memoryOf(spec.id), [spec.id]);
  const choices = fromPlace(place || memory.load() || '');
  const { range, over, statistics } = choices;
  const choose = (change: Partial<IChoices>) => {
    const next = { ...choices, ...change };
    onPlace(placeOf(next));
    // What is laid over this one is not what is wanted over the next.
    memory.save(placeOf({ ...next, over: '', of: '' }));
  };
  const id = resourceId(props);
  const when = () => rangeOf(range, Date.now() / 1000);
  const own = useMetrics(api, id, range, when, visible);
  const { metrics } = own;
  const ranged = metrics?.ranged ?? false;
  const laid = useMetrics(
    api,
    over && metrics ? { ...id, id: over } : null,
    range,
    when,
    visible
  );
  const name = overName(over);
  const hosts = metrics ? placesOf(metrics) : [];
  const of = hosts.includes(choices.of) ? choices.of : (hosts[0] ?? '');
  const plots = metrics ? plotsOf(metrics, of) : [];
  const titles = {
    algorithm: trans.__('Algorithm'),
    invocations: trans.__('Requests'),
    instance: trans.__('Instance')
  };
  return (
    <div className="jp-smext-metrics">
      <div className="jp-smext-metrics-bar">
        {ranged && (
          <Range
            range={range}
            onRange={range => choose({ range })}
            trans={trans}
          />
        )}
        {hosts.length > 1 && (
          <select
            className="jp-smext-select"
            aria-label={
              ranged ? trans.__('Production variant') : trans.__('Instance')
            }
            value={of}
            onChange={event => choose({ of: event.target.value })}
          >
            {hosts.map(host => (
              <option key={host}>{host}</option>
            ))}
          </select>
        )}
        <Overlay {...props} over={over} onOver={over => choose({ over })} />
        <span className="jp-smext-grow" />
        {metrics && <Age metrics={metrics} smext={smext} visible={visible} />}
        {metrics && metrics.series.length > 0 && (
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() =>
              download(
                `${resource.row.name}-metrics.csv`,
                csvOf([
                  { name: resource.row.name, metrics },
                  ...(laid.metrics ? [{ name, metrics: laid.metrics }] : [])
                ])
              )
            }
          >
            <downloadIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('Download CSV')}
          </button>
        )}
      </div>
      <State smext={smext} resource={resource} reading={own} ranged={ranged} />
      {over && laid.problem && (
        <State
          smext={smext}
          resource={resource}
          reading={laid}
          ranged={ranged}
        />
      )}
      {over && laid.metrics && !laid.metrics.series.length && (
        <p className="jp-smext-muted" role="status">
          {trans.__('CloudWatch has nothing of %1 to lay over this.', name)}
        </p>
      )}
      {metrics &&
        GROUPS.map(group => {
          const shown = plots.filter(({ series }) => series[0].group === group);
          // Of an endpoint that nobody calls that is what there is to say.
          const silent = ranged && group === 'invocations' && plots.length > 0;
          return (
            (shown.length > 0 || silent) && (
              <section key={group} aria-label={titles[group]}>
                <h2 className="jp-smext-h2">{titles[group]}</h2>
                {shown.length === 0 && (
                  <p className="jp-smext-muted">
                    {trans.__('None in this time.')}
                  </p>
                )}
                <Curves
                  plots={shown}
                  metrics={metrics}
                  over={laid.metrics && { name, metrics: laid.metrics }}
                  bad={resource.row.tone === 'bad'}
                  statistics={statistics}
                  onStatistic={(metric, statistic) =>
                    choose({
                      statistics: { ...statistics, [metric]: statistic }
                    })
                  }
                  visible={visible}
                  smext={smext}
                />
              </section>
            )
          );
        })}
    </div>
  );
}

function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
