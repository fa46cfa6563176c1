import { TranslationBundle } from '@jupyterlab/translation';

import { hourly } from '../../components/amount';
import { took } from '../../components/time';
import { IInstanceType, INotebookJob } from '../../protocol';
import { factsOf } from '../switcher/words';

/**
 * The notebook's file name.
 */
export function notebookName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Where a job stands, in one sentence.
 */
export function stateWords(
  job: INotebookJob,
  trans: TranslationBundle
): string {
  const time = job.ended === null ? '' : took(job.ended - job.started, trans);
  switch (job.state) {
    case 'running': {
      const step = job.steps.find(one => one.state === 'now');
      return step
        ? step.note
          ? trans.__('%1: %2', step.title, step.note)
          : step.title
        : trans.__('Starting');
    }
    case 'done':
      return trans.__('Done in %1', time);
    case 'cancelled':
      return trans.__('Stopped after %1', time);
    case 'failed':
      return job.problem
        ? job.problem.title
        : trans.__('Failed after %1', time);
  }
}

/**
 * `ml.m5.large · 2 vCPU + 8 GiB · $0.12/h`: what is not known is left out.
 */
export function typeWords(
  type: IInstanceType,
  charged: boolean,
  trans: TranslationBundle
): string {
  return [
    type.name,
    factsOf(type, trans),
    charged && type.price !== null ? hourly(type.price, trans) : ''
  ]
    .filter(Boolean)
    .join(' · ');
}
