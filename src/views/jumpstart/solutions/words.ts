import { TranslationBundle } from '@jupyterlab/translation';

import { took } from '../../../components/time';
import {
  ISolution,
  ISolutionLaunch,
  IStackResource,
  Tone
} from '../../../protocol';
import { LOCAL } from '../../../store';
import { IResourceId, ISolutionId } from '../../../tokens';
import { Outcome } from '../../task/followed';

/**
 * Whether a solution can be launched through a connection, in a word or two.
 */
export function launchWord(
  solution: ISolution,
  connection: string,
  trans: TranslationBundle
): string {
  const { origin, template, regions, repository } = solution;
  if (template === null && !regions.length) {
    return repository === null
      ? trans.__('nothing public')
      : trans.__('repository only');
  }
  if (connection === LOCAL && origin === 'shipped') {
    return trans.__('needs AWS');
  }
  return template === null
    ? trans.__('in %1', regions.join(', '))
    : trans.__('can be launched');
}

/**
 * The solution that a stack was made of.
 */
export function solutionOf({ request }: ISolutionLaunch): ISolutionId {
  const { connection, region, solution } = request;
  return { connection, region, solution };
}

/**
 * How a stack is told of while it is not looked at.
 */
export function outcomeOf({ state }: ISolutionLaunch): Outcome {
  switch (state) {
    case 'creating':
    case 'deleting':
      return 'running';
    case 'created':
    case 'deleted':
      return 'done';
    case 'failed':
    case 'not deleted':
      return 'failed';
  }
}

/**
 * The tone of a stack; `off` is at rest.
 */
export function toneOf({ state }: ISolutionLaunch): {
  tone: Tone;
  off: boolean;
} {
  const tones: { readonly [state in ISolutionLaunch['state']]: Tone } = {
    creating: 'busy',
    created: 'ok',
    failed: 'bad',
    deleting: 'busy',
    deleted: 'idle',
    'not deleted': 'bad'
  };
  return { tone: tones[state], off: state === 'deleted' };
}

/**
 * How far a stack is, in one sentence.
 */
export function stackWords(
  launch: ISolutionLaunch,
  trans: TranslationBundle
): string {
  const { state, note, started, ended, deletion, problem } = launch;
  switch (state) {
    case 'creating':
      return note ? trans.__('Making it: %1', note) : trans.__('Making it');
    case 'created':
      return ended === null
        ? trans.__('Made')
        : trans.__('Made in %1', took(ended - started, trans));
    case 'deleting':
      return note ? trans.__('Deleting it: %1', note) : trans.__('Deleting it');
    case 'deleted':
      return deletion?.retained.length
        ? trans.__('Deleted, but for what its template keeps')
        : trans.__('Deleted');
    case 'failed':
    case 'not deleted':
      return problem?.title ?? trans.__('Failed');
  }
}

/**
 * The same where what went wrong stands beside it.
 */
export function stateWords(
  launch: ISolutionLaunch,
  trans: TranslationBundle
): string {
  switch (launch.state) {
    case 'failed':
      return trans.__('It could not be made');
    case 'not deleted':
      return trans.__('Not all of it could be deleted');
    default:
      return stackWords(launch, trans);
  }
}

/**
 * Whether there is something left of it that can be deleted.
 */
export function canDelete(launch: ISolutionLaunch): boolean {
  const { state, stack_id, deletion } = launch;
  switch (state) {
    case 'creating':
    case 'created':
    case 'not deleted':
      return true;
    case 'failed':
      return stack_id !== null && !deletion?.proven;
    default:
      return false;
  }
}

/**
 * The resources of a stack, each with its last state: while something is done they are only told
 * of by its events.
 */
export function resourcesOf(launch: ISolutionLaunch): IStackResource[] {
  const { state, stack_id, events, resources } = launch;
  if (state !== 'creating' && state !== 'deleting') {
    return [...resources];
  }
  const found = new Map(resources.map(one => [one.name, one]));
  for (const { resource, physical, type, status, reason } of events) {
    if (physical !== stack_id) {
      const before = found.get(resource);
      found.set(resource, {
        name: resource,
        type,
        physical: physical || (before?.physical ?? ''),
        status,
        reason,
        row: before?.row ?? null
      });
    }
  }
  return [...found.values()];
}

/**
 * Whether a resource is none of its stack's any more.
 */
export function isGone({ status }: IStackResource): boolean {
  return status === 'DELETE_COMPLETE' || status === 'DELETE_SKIPPED';
}

/**
 * The tone of AWS's word for the state of a resource.
 */
export function toneOfStatus(status: string): { tone: Tone; off: boolean } {
  if (status === 'DELETE_COMPLETE' || status === 'DELETE_SKIPPED') {
    return { tone: 'idle', off: true };
  }
  return {
    tone: status.endsWith('_FAILED')
      ? 'bad'
      : status.endsWith('_IN_PROGRESS')
        ? 'busy'
        : status.endsWith('_COMPLETE')
          ? 'ok'
          : 'unknown',
    off: false
  };
}

/**
 * Where the panel has a resource of a stack; null where it has it not.
 */
export function rowOf(
  { row }: IStackResource,
  launch: ISolutionLaunch
): IResourceId | null {
  const at = row?.indexOf('/') ?? -1;
  if (row === null || at < 1) {
    return null;
  }
  const { connection, region } = launch.request;
  return { connection, region, kind: row.slice(0, at), id: row.slice(at + 1) };
}

/**
 * `SageMaker endpoint config` of `AWS::SageMaker::EndpointConfig`.
 */
export function typeWords(type: string): string {
  const [, service, name] = type.split('::');
  return service && name
    ? `${service} ${name
        .split(/(?<=[a-z0-9])(?=[A-Z])/)
        .join(' ')
        .toLowerCase()}`
    : type;
}
