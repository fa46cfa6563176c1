import * as React from 'react';

import { checkIcon, warningIcon } from '../../../components/icons';
import { exactTime } from '../../../components/time';
import { ISolutionLaunch, IStackDeletion } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { ResourceTable } from './resource-table';
import { isGone } from './words';

/**
 * That a stack is deleted: what AWS says of it by its id, and the last state of each resource.
 */
export function Proof(props: {
  launch: ISolutionLaunch;
  deletion: IStackDeletion;
  smext: ISmext;
}): React.ReactElement {
  const { launch, deletion, smext } = props;
  const { trans } = smext;
  const { proven, resources, retained, emptied } = deletion;
  const Icon = proven ? checkIcon : warningIcon;
  const left = resources.filter(one => !isGone(one)).length;
  const gone = resources.filter(
    ({ status }) => status === 'DELETE_COMPLETE'
  ).length;
  return (
    <section className="jp-smext-stack-proof">
      <div
        className="jp-smext-callout"
        data-tone={proven ? (retained.length ? 'idle' : 'ok') : 'bad'}
      >
        <Icon.react tag="span" className="jp-smext-icon" />
        <div className="jp-smext-grow">
          <p>
            <b>
              {!proven
                ? trans.__('It is not proven that nothing is left.')
                : retained.length
                  ? trans.__('Nothing is left but what is kept on purpose.')
                  : trans.__('Nothing of it is left.')}
            </b>
          </p>
          <p>
            {trans.__(
              'AWS says of the stack, by its id: %1. Resources deleted: %2 of %3.',
              deletion.status || '–',
              gone,
              resources.length
            )}
            {left > 0 && ' '}
            {left > 0 && trans.__('Left: %1.', left)}
            {deletion.ended !== null && (
              <span className="jp-smext-muted">
                {' '}
                {exactTime(deletion.ended)}
              </span>
            )}
          </p>
          {retained.length > 0 && (
            <p>
              {trans.__(
                'Kept, and billed if it costs anything: %1',
                retained.join(', ')
              )}
            </p>
          )}
          {emptied.length > 0 && (
            <p>{trans.__('Emptied before: %1', emptied.join(', '))}</p>
          )}
        </div>
      </div>
      {resources.length > 0 && (
        <ResourceTable
          caption={trans.__('The last state of each resource')}
          resources={resources}
          launch={launch}
          smext={smext}
        />
      )}
    </section>
  );
}
