import * as React from 'react';

import { IInventoryView } from '../../store';
import { usePanel } from './context';

/**
 * Two pixels that say a reading is going on, and how far it is.
 */
export function Progress({
  view
}: {
  view: IInventoryView;
}): React.ReactElement {
  const { trans } = usePanel();
  const kinds = view.regions.reduce((sum, region) => sum + region.kinds, 0);
  const read = view.regions.reduce((sum, region) => sum + region.kindsRead, 0);
  const first = view.readAt === null && view.problem === null;
  return view.reading || first ? (
    <div
      className="jp-smext-progress jp-smext-progress-thin"
      role="progressbar"
      aria-label={trans.__('Reading resources')}
      aria-valuemin={0}
      aria-valuemax={kinds || 1}
      aria-valuenow={read}
    >
      <i style={{ width: `${(100 * read) / (kinds || 1)}%` }} />
    </div>
  ) : (
    <div className="jp-smext-progress-thin" />
  );
}
