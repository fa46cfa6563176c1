import { TranslationBundle } from '@jupyterlab/translation';

import { took } from '../../../components/time';
import { ILaunch } from '../../../protocol';
import { IModelId, IResourceId } from '../../../tokens';

/**
 * The endpoint's or the job's name.
 */
export function launchName(launch: ILaunch): string {
  return launch.deploy?.endpoint ?? launch.fine_tune?.job ?? launch.id;
}

/**
 * The model that it is of.
 */
export function modelOf(launch: ILaunch): IModelId | null {
  const request = launch.deploy ?? launch.fine_tune;
  return (
    request && {
      connection: request.connection,
      region: request.region,
      hub: request.hub,
      id: request.model,
      version: request.version
    }
  );
}

/**
 * A resource that it made, from its name on the wire: `KIND/ROW_ID`.
 */
export function madeBy(launch: ILaunch, name: string): IResourceId | null {
  const request = launch.deploy ?? launch.fine_tune;
  const at = name.indexOf('/');
  return request && at > 0
    ? {
        connection: request.connection,
        region: request.region,
        kind: name.slice(0, at),
        id: name.slice(at + 1)
      }
    : null;
}

/**
 * How far it is, in one sentence.
 */
export function launchWords(launch: ILaunch, trans: TranslationBundle): string {
  const time =
    launch.ended === null ? '' : took(launch.ended - launch.started, trans);
  switch (launch.state) {
    case 'running': {
      const step = launch.steps.find(one => one.state === 'now');
      return step
        ? step.note
          ? trans.__('%1: %2', step.title, step.note)
          : step.title
        : trans.__('Starting');
    }
    case 'done':
      return launch.what === 'deploy'
        ? trans.__('In service after %1', time)
        : trans.__('Trained in %1', time);
    case 'cancelled':
      return trans.__('Stopped after %1', time);
    case 'failed':
      return launch.problem?.title ?? trans.__('Failed after %1', time);
  }
}
