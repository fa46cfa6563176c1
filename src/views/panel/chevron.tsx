import * as React from 'react';

import { chevronDownIcon, chevronRightIcon } from '../../components/icons';

/**
 * Whether what is under a line is shown.
 */
export function Chevron({
  expanded
}: {
  expanded: boolean;
}): React.ReactElement {
  const Icon = expanded ? chevronDownIcon : chevronRightIcon;
  return <Icon.react tag="span" className="jp-smext-icon" />;
}
