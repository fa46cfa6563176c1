import { TranslationBundle } from '@jupyterlab/translation';

import { took } from '../../components/time';
import { ISwitch, ITaskStep } from '../../protocol';

/**
 * Which step a switch is at, counted from 1, and of how many.
 */
export function stepNumber(task: ISwitch): { step: number; of: number } {
  const { steps } = task;
  const at = steps.findIndex(
    one => one.state === 'now' || one.state === 'failed'
  );
  const over = steps.filter(one => OVER.has(one.state)).length;
  return {
    step: Math.min(at === -1 ? over + 1 : at + 1, steps.length),
    of: steps.length
  };
}

/** How many of the steps are over. */
export function stepsOver(task: ISwitch): number {
  return task.steps.filter(one => OVER.has(one.state)).length;
}

const OVER: ReadonlySet<string> = new Set(['done', 'skipped']);

/**
 * How long a switch usually takes, in seconds; null when one of its steps was never done.
 */
export function usualLength(task: ISwitch): number | null {
  let sum = 0;
  for (const step of task.steps) {
    const usual =
      step.started !== null && step.ended !== null
        ? step.ended - step.started
        : step.usual;
    if (usual === null && step.state !== 'skipped') {
      return null;
    }
    sum += usual ?? 0;
  }
  return sum;
}

/**
 * How far a switch is, 0 to 1: by the usual lengths of its steps where they are known, else by
 * their number.
 */
export function fraction(task: ISwitch, now: number): number {
  const { steps } = task;
  const weights = steps.map(step => step.usual);
  const known = weights.every(one => one !== null && one > 0);
  const weight = (at: number) => (known ? weights[at]! : 1);
  const total = steps.reduce((sum, _, at) => sum + weight(at), 0);
  const done = steps.reduce((sum, step, at) => {
    if (OVER.has(step.state)) {
      return sum + weight(at);
    }
    return step.state === 'now' ? sum + weight(at) * within(step, now) : sum;
  }, 0);
  return total ? done / total : 0;
}

function within(step: ITaskStep, now: number): number {
  if (step.progress !== null) {
    return step.progress;
  }
  return step.usual && step.started !== null
    ? Math.min(0.95, Math.max(0, now - step.started) / step.usual)
    : 0;
}

/**
 * A length of time, to a tenth where it is short: `0.4 s`, `1 min 9 s`.
 */
export function length(seconds: number, trans: TranslationBundle): string {
  return seconds < 9.95
    ? trans.__('%1 s', Math.max(0, seconds).toFixed(1))
    : took(seconds, trans);
}

/**
 * A length of time that is only known roughly: `20 s`, `4 min`.
 */
export function roughly(seconds: number, trans: TranslationBundle): string {
  return seconds < 90
    ? trans.__(
        '%1 s',
        seconds < 20
          ? Math.max(1, Math.round(seconds))
          : 10 * Math.round(seconds / 10)
      )
    : trans.__('%1 min', Math.round(seconds / 60));
}
