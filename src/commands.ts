import { ReadonlyJSONObject } from '@lumino/coreutils';

/**
 * The ids of the extension's commands.
 */
export namespace CommandIDs {
  export const openPanel = 'smext:open-panel';
  export const refresh = 'smext:refresh';
  export const selectConnection = 'smext:select-connection';
  export const create = 'smext:create';
  export const clone = 'smext:clone';
  export const openCreation = 'smext:open-creation';
  export const openResource = 'smext:open-resource';
  export const openInNewTab = 'smext:open-in-new-tab';
  export const openInConsole = 'smext:open-in-console';
  export const copyName = 'smext:copy-name';
  export const copyARN = 'smext:copy-arn';
  export const act = 'smext:act';
  export const shutDown = 'smext:shut-down';
  export const shutDownAll = 'smext:shut-down-all';
  export const showRemoteKernels = 'smext:show-remote-kernels';
  export const runNotebookAsJob = 'smext:run-notebook-as-job';
  export const trainWithScript = 'smext:train-with-script';
  export const notebookJobs = 'smext:notebook-jobs';
  export const openS3 = 'smext:open-s3';
  export const openJumpStart = 'smext:open-jumpstart';
  export const selectInstance = 'smext:select-instance';
  export const switchBack = 'smext:switch-back';
  export const keepKernelRunning = 'smext:keep-kernel-running';
  export const fetchFiles = 'smext:fetch-files';
  export const sendFiles = 'smext:send-files';
  export const logSearch = 'smext:log-search';
  export const logNextMatch = 'smext:log-next-match';
  export const logPreviousMatch = 'smext:log-previous-match';
  export const logFirstError = 'smext:log-first-error';
  export const logFollow = 'smext:log-follow';
}

/** What tells the log that has the focus to do one of its commands: `detail` is the id. */
export const LOG_EVENT = 'smext-log';

/**
 * What a command tells of its arguments, which is loaded when somebody asks for it.
 */
export function describedBy(id: string) {
  return async (): Promise<{ args: ReadonlyJSONObject }> => {
    const { ARGUMENTS } = await import('./command-arguments');
    return { args: ARGUMENTS[id] };
  };
}
