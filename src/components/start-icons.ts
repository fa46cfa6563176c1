import { LabIcon } from '@jupyterlab/ui-components';

import chipSvg from '../../style/icons/chip.svg';
import jobSvg from '../../style/icons/job.svg';
import jumpStartSvg from '../../style/icons/jumpstart.svg';
import plusSvg from '../../style/icons/plus.svg';
import powerSvg from '../../style/icons/power.svg';

// In the page from its start; all others come with the views.
export const chipIcon = new LabIcon({
  name: 'jupyter_smext:chip',
  svgstr: chipSvg
});
export const jobIcon = new LabIcon({
  name: 'jupyter_smext:job',
  svgstr: jobSvg
});
export const jumpStartIcon = new LabIcon({
  name: 'jupyter_smext:jumpstart',
  svgstr: jumpStartSvg
});
export const plusIcon = new LabIcon({
  name: 'jupyter_smext:plus',
  svgstr: plusSvg
});
export const powerIcon = new LabIcon({
  name: 'jupyter_smext:power',
  svgstr: powerSvg
});
