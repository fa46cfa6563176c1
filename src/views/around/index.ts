/**
 * The inventory, and what of it shows around the panel: loaded together, at the first use.
 */
export { actionsOf, type IAction } from './actions';
export { InstanceKernels } from './instance-kernels';
export { type IRunningContents } from './running-contents';
export { RunningKernels } from './running-kernels';
export { RunningResources } from './running-resources';
export { createSmext } from './smext';
export { statusOf } from './status';
