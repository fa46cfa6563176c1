import { TranslationBundle } from '@jupyterlab/translation';

import { bytes, hourly } from '../../components/amount';
import {
  ICompute,
  IProblem,
  ISessionCompute,
  ISwitch,
  Tone
} from '../../protocol';
import { LOCAL } from '../../store/local';
import { isSame } from '../../store/compute-name';
import { stepNumber } from './steps';

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
    memory_gib === null ? '' : memoryOf(memory_gib, trans),
    gpus ? trans._n('%1 GPU', '%1 GPUs', gpus) : ''
  ]
    .filter(Boolean)
    .join(' + ');
}

/**
 * `0.5 GiB`, `24 GiB`: what a machine has is no round number.
 */
export function memoryOf(gib: number, trans: TranslationBundle): string {
  return trans.__(
    '%1 GiB',
    gib < 16 ? Math.round(10 * gib) / 10 : Math.round(gib)
  );
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
 * What a switch goes to, in one name: another place, or the other type of the same.
 */
export function goalOf(task: ISwitch, trans: TranslationBundle): string {
  const { now, then } = task;
  const retypes = isSame(now.at, then.at) && !onlyKernel(task);
  return (retypes && then.instance_type) || placeInSentence(then, trans);
}

/**
 * Whether a switch undoes what it did; its steps for that begin with `back-`.
 */
export function goesBack(task: ISwitch): boolean {
  return task.steps.some(({ id }) => id.startsWith('back-'));
}

/**
 * Whether a switch changes neither place nor type: it is for a new kernel.
 */
export function onlyKernel(task: ISwitch): boolean {
  const { now, then } = task;
  return isSame(now.at, then.at) && now.instance_type === then.instance_type;
}

/**
 * What a switch is doing: `Switching to ml.g4dn.xlarge`.
 */
export function doing(task: ISwitch, trans: TranslationBundle): string {
  if (goesBack(task)) {
    return trans.__('Going back from %1', goalOf(task, trans));
  }
  return onlyKernel(task)
    ? trans.__('Starting a new kernel on %1', goalOf(task, trans))
    : trans.__('Switching to %1', goalOf(task, trans));
}

/**
 * A place and how it stands, as a sentence: `nb-cpu is in service.`
 */
export function stands(compute: ICompute, trans: TranslationBundle): string {
  const place = placeInSentence(compute, trans);
  return compute.status === 'Failed'
    ? trans.__('%1 has failed.', place)
    : trans.__('%1 is %2.', place, statusWords(compute.status));
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
 * What the button says: the tone, the facts, the place behind them. `type` and `used` are for where
 * there is room; `more` are facts for which it has none anywhere.
 */
export interface IButtonWords {
  readonly type: string | null;
  readonly used: string | null;
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
      type: to.instance_type,
      used: null
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
      type: null,
      used: null
    };
  }
  const { compute, line, note } = session;
  const type = compute.instance_type;
  const words = {
    type,
    used: null,
    facts: factsOf(compute, trans) || (type ?? compute.name),
    more: [type, compute.at.region, note].filter(Boolean).join(' · ')
  };
  const name = placeOf(compute, trans);
  if (line !== 'open' && compute.status && !isUp(compute)) {
    return {
      ...words,
      tone: line === 'ended' ? 'bad' : compute.tone,
      place: `${name} ${statusWords(compute.status)}`
    };
  }
  if (line === 'ended') {
    return {
      ...words,
      tone: 'bad',
      place: trans.__('%1 disconnected', name)
    };
  }
  if (line === 'lost') {
    return {
      ...words,
      tone: 'unknown',
      place: trans.__('%1 · reconnecting', name)
    };
  }
  const isInstance = compute.at.kind !== 'local';
  const cost =
    compute.price !== null && isInstance ? hourly(compute.price, trans) : '';
  // The local engine's: nobody shall take it for a machine elsewhere.
  const here =
    isInstance && compute.at.connection === LOCAL
      ? trans.__('on this machine')
      : '';
  return {
    ...words,
    used:
      compute.memory_used === null
        ? null
        : trans.__('%1 used', bytes(compute.memory_used, trans)),
    tone: compute.tone,
    place: [name, cost || here].filter(Boolean).join(' · ')
  };
}

/** Whether a kernel can be started at a place now. */
export function isUp(compute: ICompute): boolean {
  return UP.has(compute.status);
}

const UP: ReadonlySet<string> = new Set(['InService', 'Running']);
