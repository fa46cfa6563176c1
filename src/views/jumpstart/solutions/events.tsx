import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../../components/button';
import { clockTime, exactTime } from '../../../components/time';
import { ToneMark } from '../../../components/tone';
import { IStackEvent } from '../../../protocol';
import { Reason } from './reason';
import { toneOfStatus, typeWords } from './words';

/** Events that are shown before all are asked for. */
const FEW = 50;

/**
 * What happened to a stack, the latest first.
 */
export function StackEvents(props: {
  events: ReadonlyArray<IStackEvent>;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { events, trans } = props;
  const [all, setAll] = React.useState(false);
  const now = Date.now() / 1000;
  const latest = [...events].reverse();
  const shown = all ? latest : latest.slice(0, FEW);
  if (!events.length) {
    return null;
  }
  return (
    <div className="jp-smext-stack-scroll">
      <table className="jp-smext-table jp-smext-stack-table">
        <caption>{trans.__('Events, the latest first')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Time')}</th>
            <th scope="col">{trans.__('Resource')}</th>
            <th scope="col">{trans.__('State')}</th>
            <th scope="col">{trans.__('Reason')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ id, at, resource, type, status, reason }) => (
            <tr key={id}>
              <td className="jp-smext-stack-time" title={exactTime(at)}>
                {clockTime(at, now)}
              </td>
              <td title={typeWords(type)}>{resource}</td>
              <td className="jp-smext-stack-state">
                <span className="jp-smext-line">
                  {/* What was going on then is over. */}
                  {status.endsWith('_IN_PROGRESS') ? (
                    <i className="jp-smext-stack-past" />
                  ) : (
                    <ToneMark {...toneOfStatus(status)} trans={trans} mute />
                  )}
                  <code>{status}</code>
                </span>
              </td>
              <td>
                <Reason text={reason} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < events.length && (
        <LinkButton
          label={trans.__('%1 earlier ones', events.length - shown.length)}
          onClick={() => setAll(true)}
        />
      )}
    </div>
  );
}
