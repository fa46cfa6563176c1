import * as React from 'react';

import { IStatusChange } from '../../store';
import { ISmext } from '../../tokens';

/** Spoken at once; more than this are counted. */
const SPOKEN = 3;

/**
 * Says changes of state to those who do not see them.
 */
export function Announcer({ smext }: { smext: ISmext }): React.ReactElement {
  const { store, trans } = smext;
  const [text, setText] = React.useState('');
  React.useEffect(() => {
    const say = (_: unknown, changes: ReadonlyArray<IStatusChange>) => {
      const said = changes
        .slice(0, SPOKEN)
        .map(({ row }) => trans.__('%1 is now %2', row.name, row.status));
      if (changes.length > SPOKEN) {
        said.push(trans.__('and %1 more changed', changes.length - SPOKEN));
      }
      setText(said.join(', '));
    };
    store.statusChanged.connect(say);
    return () => {
      store.statusChanged.disconnect(say);
    };
  }, [store, trans]);
  return (
    <div className="jp-smext-sr" role="status" aria-live="polite">
      {text}
    </div>
  );
}
