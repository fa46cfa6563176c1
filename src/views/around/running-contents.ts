import type { IRunningSessions } from '@jupyterlab/running';

/**
 * What a section of the Running panel shows and does; its words stand in the page before.
 */
export type IRunningContents = Pick<
  IRunningSessions.IManager,
  'running' | 'runningChanged' | 'refreshRunning' | 'shutdownAll'
>;
