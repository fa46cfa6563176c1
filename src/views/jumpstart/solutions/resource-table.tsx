import * as React from 'react';

import { LinkButton } from '../../../components/button';
import { CopyButton } from '../../../components/copy-button';
import { ToneMark } from '../../../components/tone';
import { ISolutionLaunch, IStackResource } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { Reason } from './reason';
import { rowOf, toneOfStatus, typeWords } from './words';

/**
 * Resources of a stack, each with its last state by AWS's word.
 */
export function ResourceTable(props: {
  caption: string;
  resources: ReadonlyArray<IStackResource>;
  launch: ISolutionLaunch;
  smext: ISmext;
  /** What is done before a resource is opened. */
  onOpen?: () => void;
}): React.ReactElement {
  const { caption, resources, launch, smext, onOpen } = props;
  const { trans } = smext;
  return (
    <div className="jp-smext-stack-scroll">
      <table className="jp-smext-table jp-smext-stack-table">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Resource')}</th>
            <th scope="col">{trans.__('Type')}</th>
            <th scope="col">{trans.__('Name in AWS')}</th>
            <th scope="col">{trans.__('State')}</th>
          </tr>
        </thead>
        <tbody>
          {resources.map(one => {
            const { tone, off } = toneOfStatus(one.status);
            const row = rowOf(one, launch);
            return (
              <React.Fragment key={one.name}>
                <tr data-reason={one.reason ? true : undefined}>
                  <td>{one.name}</td>
                  <td title={one.type}>{typeWords(one.type)}</td>
                  <td>
                    <span className="jp-smext-line">
                      {row ? (
                        <LinkButton
                          label={shortOf(one.physical)}
                          title={one.physical}
                          onClick={() => {
                            onOpen?.();
                            smext.openResource(row);
                          }}
                        />
                      ) : (
                        <code title={one.physical}>
                          {shortOf(one.physical)}
                        </code>
                      )}
                      {one.physical && (
                        <CopyButton
                          text={one.physical}
                          label={trans.__('Copy %1', one.physical)}
                          trans={trans}
                        />
                      )}
                    </span>
                  </td>
                  <td className="jp-smext-stack-state">
                    <span className="jp-smext-line">
                      <ToneMark tone={tone} off={off} trans={trans} mute />
                      <code>{one.status}</code>
                    </span>
                  </td>
                </tr>
                {one.reason && (
                  <tr>
                    <td colSpan={4}>
                      <Reason text={one.reason} />
                    </td>
                  </tr>
                )}
              </React.Fragment>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** An ARN by its last part; any other name as it is. */
function shortOf(physical: string): string {
  return physical.startsWith('arn:')
    ? physical.slice(physical.lastIndexOf(':') + 1)
    : physical;
}
