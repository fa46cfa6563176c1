import { TranslationBundle } from '@jupyterlab/translation';

import { bytes, hourly } from '../../components/amount';
import { took } from '../../components/time';
import {
  ICompute,
  IProblem,
  ISessionCompute,
  ISwitch,
  ITaskStep,
  Tone
} from '../../protocol';

/**
 * What a compute has, as Studio words it.
 */
export interface IFacts {
  readonly vcpu: number | null;
  readonly memory_gib: number | null;
  readonly gpus: number | null;
}

/**
 * `4 vCPU + 16 GiB + 1 GPU`; empty when nothing of it is known.
 */
export function factsOf(compute: IFacts, trans: TranslationBundle): string {
  const { vcpu, memory_gib, gpus } = compute;
  return [
    vcpu === null ? '' : trans.__('%1 vCPU', vcpu),
    memory_gib === null ? '' : trans.__('%1 GiB', short(memory_gib)),
    gpus ? trans._n('%1 GPU', '%1 GPUs', gpus) : ''
  ]
    .filter(Boolean)
    .join(' + ');
}

/** What this machine has is no round number. */
function short(gib: number): number {
  return gib < 10 ? Math.round(10 * gib) / 10 : Math.round(gib);
}

/**
 * The name of a place: the instance's own, or *Local*.
 */
export function placeOf(compute: ICompute, trans: TranslationBundle): string {
  return compute.at.kind === 'local' ? trans.__('Local') : compute.name;
}

/**
 * A place inside a sentence.
 */
export function placeInSentence(
  compute: ICompute,
  trans: TranslationBundle
): string {
  return compute.at.kind === 'local' ? trans.__('this machine') : compute.name;
}

/**
 * What a switch goes to, in one name: the type, else the place.
 */
export function goalOf(task: ISwitch, trans: TranslationBundle): string {
  const { now, then } = task;
  return then.instance_type && then.instance_type !== now.instance_type
    ? then.instance_type
    : placeInSentence(then, trans);
}

/**
 * Whether a switch undoes what it did; its steps for that begin with `back-`.
 */
export function goesBack(task: ISwitch): boolean {
  return task.steps.some(({ id }) => id.startsWith('back-'));
}

/**
 * What a switch is doing: `Switching to ml.g4dn.xlarge`.
 */
export function doing(task: ISwitch, trans: TranslationBundle): string {
  return goesBack(task)
    ? trans.__('Going back from %1', goalOf(task, trans))
    : trans.__('Switching to %1', goalOf(task, trans));
}

/**
 * AWS's word for a state as it reads in a line: `InService` → `in service`.
 */
export function statusWords(status: string): string {
  return status
    .replace(/_/g, ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/**
 * What the button in the toolbar says: the tone, the facts, the place behind them; `more` are facts
 * for which it has no room.
 */
export interface IButtonWords {
  readonly type: string | null;
  readonly tone: Tone;
  readonly facts: string;
  readonly place: string;
  readonly more: string;
}

/**
 * The words of the button for a notebook. `session` is where its kernel runs, `task` its last switch.
 */
export function buttonWords(
  options: {
    session: ISessionCompute | null;
    task: ISwitch | null;
    problem: IProblem | null;
    answered: boolean;
  },
  trans: TranslationBundle
): IButtonWords {
  const { session, task, problem, answered } = options;
  if (task?.state === 'running') {
    const { step, of } = stepNumber(task);
    const to = goesBack(task) ? task.now : task.then;
    return {
      tone: 'busy',
      facts: factsOf(to, trans) || goalOf(task, trans),
      place: trans.__('step %1 of %2', step, of),
      more: doing(task, trans),
      type: to.instance_type
    };
  }
  if (session === null) {
    return {
      tone: 'unknown',
      facts: trans.__('Select instance'),
      place: problem
        ? trans.__('not readable')
        : answered
          ? trans.__('no kernel')
          : '',
      more: problem?.title ?? '',
      type: null
    };
  }
  const { compute, line, note } = session;
  const type = compute.instance_type;
  const words = {
    type,
    facts: factsOf(compute, trans) || (type ?? compute.name),
    more: [type, compute.at.region, note].filter(Boolean).join(' · ')
  };
  const name = placeOf(compute, trans);
  if (line === 'ended') {
    const up = compute.status === '' || UP.has(compute.status);
    return {
      ...words,
      tone: 'bad',
      place: up
        ? trans.__('%1 disconnected', name)
        : `${name} ${statusWords(compute.status)}`
    };
  }
  if (line === 'lost') {
    return {
      ...words,
      tone: 'unknown',
      place: trans.__('%1 · reconnecting', name)
    };
  }
  const cost =
    compute.price !== null && compute.at.kind !== 'local'
      ? hourly(compute.price, trans)
      : compute.memory_used !== null
        ? trans.__('%1 used', bytes(compute.memory_used, trans))
        : '';
  return {
    ...words,
    tone: compute.tone,
    place: [name, cost].filter(Boolean).join(' · ')
  };
}

const UP: ReadonlySet<string> = new Set(['InService', 'Running']);

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
