import * as React from 'react';

import { SolutionRoutes } from '../../../api/solutions';
import { useChanges } from '../../../hooks';
import { ISolutionLaunch } from '../../../protocol';
import { whyNothing } from '../../../store';
import { ISmext } from '../../../tokens';
import { ModalHead } from '../../modal/frame';
import { ProblemCallout } from '../../modal/problem';
import { TaskSession } from '../../task/session';
import { CheckField } from '../launch/field';
import { ResourceTable } from './resource-table';
import { canDelete, isGone, resourcesOf } from './words';

const BUCKET = 'AWS::S3::Bucket';

/**
 * The question before a stack is deleted: every resource that goes with it, and what stays.
 */
export function DeleteDialog(props: {
  session: TaskSession<ISolutionLaunch>;
  smext: ISmext;
  titleId: string;
  aboutId: string;
  onClose: () => void;
}): React.ReactElement {
  const { session, smext, onClose } = props;
  const { api, store, trans } = smext;
  useChanges(session.changed, store.changed);
  const [empties, setEmpties] = React.useState(false);
  const [asked, setAsked] = React.useState(false);
  const cancel = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => cancel.current?.focus(), []);
  const launch = session.value;
  const { connection, region, stack } = launch.request;
  const there = resourcesOf(launch).filter(one => !isGone(one));
  const kept = there.filter(({ name }) => launch.keeps.includes(name));
  const victims = there.filter(({ name }) => !launch.keeps.includes(name));
  const buckets = victims.filter(({ type }) => type === BUCKET);
  const why =
    whyNothing(store.connectionOf(connection), null, trans) ??
    (canDelete(launch) ? null : trans.__('There is nothing to delete.'));
  const send = async () => {
    if (asked || why !== null) {
      return;
    }
    setAsked(true);
    await session.attempt(() =>
      api
        .of(SolutionRoutes)
        .deleteSolutionLaunch(session.id, { empty_buckets: empties })
    );
    if (session.problem === null) {
      onClose();
    } else {
      setAsked(false);
    }
  };
  return (
    <>
      <ModalHead
        titleId={props.titleId}
        title={trans.__('Delete all resources of %1?', stack)}
        trans={trans}
        onClose={onClose}
      >
        <p id={props.aboutId}>
          {launch.state === 'creating'
            ? trans.__(
                'The stack is still being made in %1: that ends, and what there is by then is deleted.',
                region
              )
            : trans.__(
                'The stack in %1 is deleted with everything in it.',
                region
              )}{' '}
          {trans.__('It cannot be undone.')}
        </p>
      </ModalHead>
      <div className="jp-smext-modal-body">
        {victims.length > 0 ? (
          <ResourceTable
            caption={trans.__('Deleted: %1', victims.length)}
            resources={victims}
            launch={launch}
            smext={smext}
            onOpen={onClose}
          />
        ) : (
          <p className="jp-smext-muted">
            {trans.__('No resource of it is known yet.')}
          </p>
        )}
        {kept.length > 0 && (
          <ResourceTable
            caption={trans.__('Kept by the template: %1', kept.length)}
            resources={kept}
            launch={launch}
            smext={smext}
            onOpen={onClose}
          />
        )}
        {buckets.length > 0 && (
          <CheckField
            label={trans.__('Empty its buckets first')}
            help={trans.__(
              'All objects, in all their versions, of %1. A bucket that holds something is not deleted otherwise.',
              buckets.map(({ physical, name }) => physical || name).join(', ')
            )}
            checked={empties}
            onChange={setEmpties}
          />
        )}
        <p className="jp-smext-muted">
          {trans.__(
            'What a notebook made beside the stack is not the stack’s, and stays.'
          )}
        </p>
        {session.problem && (
          <ProblemCallout problem={session.problem} trans={trans} />
        )}
      </div>
      <div className="jp-smext-modal-foot">
        {why !== null && (
          <span className="jp-smext-modal-aside jp-smext-muted">{why}</span>
        )}
        <button
          ref={cancel}
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={onClose}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-warn jp-mod-large"
          aria-disabled={why !== null || asked || undefined}
          onClick={() => void send()}
        >
          {victims.length > 0
            ? trans._n(
                'Delete %1 resource',
                'Delete %1 resources',
                victims.length
              )
            : trans.__('Delete the stack')}
        </button>
      </div>
    </>
  );
}
