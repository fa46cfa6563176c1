import * as React from 'react';

import { LinkButton } from '../../components/button';
import { IViewProps, resourceId } from '../../tokens';
import { fromPlace, memoryOf, rangeOf } from './choices';
import { Curves } from './curves';
import { Overlay, overName } from './overlay';
import { placesOf, plotsOf, telling } from './plots';
import { useMetrics } from './reading';
import { Age, State } from './state';

import '../../../style/metrics.css';

/**
 * The few plots that tell most of a resource, for its Overview.
 */
export default function MetricsSummary(props: IViewProps): React.ReactElement {
  const { smext, spec, resource, visible } = props;
  const { api, trans } = smext;
  const id = resourceId(props);
  const [over, setOver] = React.useState('');
  const [statistics, setStatistics] = React.useState<{
    [metric: string]: string;
  }>(() => fromPlace(memoryOf(spec.id).load() ?? '').statistics);
  const when = () => rangeOf('', Date.now() / 1000);
  const own = useMetrics(api, id, '', when, visible);
  const laid = useMetrics(
    api,
    over ? { ...id, id: over } : null,
    '',
    when,
    visible
  );
  const { metrics } = own;
  const plots = metrics
    ? telling(plotsOf(metrics, placesOf(metrics)[0] ?? ''))
    : [];
  return (
    <section
      className="jp-smext-metrics-summary"
      aria-label={trans.__('Metrics')}
    >
      <div className="jp-smext-metrics-bar">
        <h2 className="jp-smext-h2">{trans.__('Metrics')}</h2>
        {metrics && <Age metrics={metrics} smext={smext} visible={visible} />}
        <span className="jp-smext-grow" />
        {plots.length > 0 && (
          <>
            <LinkButton
              label={trans.__('All metrics')}
              onClick={() => smext.openResource(id, 'metrics')}
            />
            <Overlay {...props} over={over} onOver={setOver} />
          </>
        )}
      </div>
      <State
        smext={smext}
        resource={resource}
        reading={own}
        ranged={metrics?.ranged ?? false}
      />
      {over && laid.problem && (
        <State
          smext={smext}
          resource={resource}
          reading={laid}
          ranged={false}
        />
      )}
      {metrics && (
        <Curves
          plots={plots}
          metrics={metrics}
          over={laid.metrics && { name: overName(over), metrics: laid.metrics }}
          bad={resource.row.tone === 'bad'}
          statistics={statistics}
          onStatistic={(metric, statistic) =>
            setStatistics({ ...statistics, [metric]: statistic })
          }
          visible={visible}
          smext={smext}
        />
      )}
    </section>
  );
}
