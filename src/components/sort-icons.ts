import { LabIcon } from '@jupyterlab/ui-components';

import arrowDownSvg from '../../style/icons/arrow-down.svg';
import arrowUpSvg from '../../style/icons/arrow-up.svg';

// Not with the other icons: only tables have them.
export const arrowDownIcon = new LabIcon({
  name: 'jupyter_smext:arrow-down',
  svgstr: arrowDownSvg
});
export const arrowUpIcon = new LabIcon({
  name: 'jupyter_smext:arrow-up',
  svgstr: arrowUpSvg
});
