import * as React from 'react';

import { useChanges } from '../../hooks';
import { ISmext } from '../../tokens';
import { INetwork, networkTrouble } from './network';

/**
 * What is known of the subnet, security group or key that a field names, below it.
 */
export function About(props: {
  id: string;
  value: string | undefined;
  smext: ISmext;
  network?: INetwork;
}): React.ReactElement | null {
  const { id, value, smext, network } = props;
  useChanges(network?.known.changed);
  const words = value && network?.known.about(value, smext.trans);
  return words ? (
    <p id={`${id}__about`} className="jp-smext-field-help">
      <bdi>{words}</bdi>
    </p>
  ) : null;
}

/**
 * What is known to be wrong with subnets or groups. AWS has the last word: it can be sent all the same.
 */
export function Trouble(props: {
  id: string;
  smext: ISmext;
  network?: INetwork;
}): React.ReactElement {
  const { id, smext, network } = props;
  useChanges(network?.known.changed);
  const field = network?.fields.get(id);
  const words = field && networkTrouble(field, network!.known, smext.trans);
  return (
    <div role="status">
      {words && <p className="jp-smext-field-error">{words}</p>}
    </div>
  );
}
