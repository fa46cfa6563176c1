import { LabIcon } from '@jupyterlab/ui-components';

import checkSvg from '../../style/icons/check.svg';
import chevronDownSvg from '../../style/icons/chevron-down.svg';
import chevronRightSvg from '../../style/icons/chevron-right.svg';
import clockSvg from '../../style/icons/clock.svg';
import copySvg from '../../style/icons/copy.svg';
import lockSvg from '../../style/icons/lock.svg';
import moreSvg from '../../style/icons/more.svg';
import openSvg from '../../style/icons/open.svg';
import playSvg from '../../style/icons/play.svg';
import plugSvg from '../../style/icons/plug.svg';
import refreshSvg from '../../style/icons/refresh.svg';
import searchSvg from '../../style/icons/search.svg';
import starSvg from '../../style/icons/star.svg';
import stopSvg from '../../style/icons/stop.svg';
import warningSvg from '../../style/icons/warning.svg';
import xSvg from '../../style/icons/x.svg';

// In the page from its start, where they stand in toolbars, tabs and menus.
export * from './start-icons';

export const checkIcon = new LabIcon({
  name: 'jupyter_smext:check',
  svgstr: checkSvg
});
export const chevronDownIcon = new LabIcon({
  name: 'jupyter_smext:chevron-down',
  svgstr: chevronDownSvg
});
export const chevronRightIcon = new LabIcon({
  name: 'jupyter_smext:chevron-right',
  svgstr: chevronRightSvg
});
export const clockIcon = new LabIcon({
  name: 'jupyter_smext:clock',
  svgstr: clockSvg
});
export const copyIcon = new LabIcon({
  name: 'jupyter_smext:copy',
  svgstr: copySvg
});
export const lockIcon = new LabIcon({
  name: 'jupyter_smext:lock',
  svgstr: lockSvg
});
export const moreIcon = new LabIcon({
  name: 'jupyter_smext:more',
  svgstr: moreSvg
});
export const openIcon = new LabIcon({
  name: 'jupyter_smext:open',
  svgstr: openSvg
});
export const playIcon = new LabIcon({
  name: 'jupyter_smext:play',
  svgstr: playSvg
});
export const plugIcon = new LabIcon({
  name: 'jupyter_smext:plug',
  svgstr: plugSvg
});
export const refreshIcon = new LabIcon({
  name: 'jupyter_smext:refresh',
  svgstr: refreshSvg
});
export const searchIcon = new LabIcon({
  name: 'jupyter_smext:search',
  svgstr: searchSvg
});
export const starIcon = new LabIcon({
  name: 'jupyter_smext:star',
  svgstr: starSvg
});
export const stopIcon = new LabIcon({
  name: 'jupyter_smext:stop',
  svgstr: stopSvg
});
export const warningIcon = new LabIcon({
  name: 'jupyter_smext:warning',
  svgstr: warningSvg
});
export const xIcon = new LabIcon({ name: 'jupyter_smext:x', svgstr: xSvg });
