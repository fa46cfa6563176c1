import { bytes, hourly } from '../components/amount';
import { matchesType, parseFilter } from '../views/switcher/filter';
import { nameAfter } from '../views/switcher/dialog/new-instance';
import { outcome } from '../views/switcher/notes';
import { sortedTypes } from '../views/switcher/sort';
import {
  fraction,
  length,
  roughly,
  stepNumber,
  usualLength
} from '../views/switcher/steps';
import {
  buttonWords,
  doing,
  factsOf,
  goalOf,
  memoryOf
} from '../views/switcher/words';
import {
  instance,
  local,
  session,
  step,
  task,
  trans,
  type,
  TYPES
} from './switching';
import { problem } from './world';

const found = (text: string) =>
  TYPES.filter(one => matchesType(one, parseFilter(text))).map(
    ({ name }) => name
  );

describe('memory', () => {
  it.each([
    [0.5, '0.5 GiB'],
    [10.5, '10.5 GiB'],
    [15.04, '15 GiB'],
    [23.5, '24 GiB'],
    [768, '768 GiB']
  ])('of %p reads %p', (gib, words) => {
    expect(memoryOf(gib, trans)).toBe(words);
  });
});

describe('the filter of types', () => {
  it.each([
    ['', 5],
    ['g4dn', 1],
    ['T4', 1],
    ['gpu', 3],
    ['≥ 16 GiB', 3],
    ['>=16', 3],
    ['>= 16', 3],
    ['>16', 1],
    ['≤ 8 gib', 2],
    ['16 GiB', 2],
    ['= 8 vcpu', 1],
    ['< $0.2', 2],
    ['<$1', 3],
    ['> 1 $/h', 1],
    ['1 gpu', 3],
    ['xlarge >= 16 gib', 3],
    ['fast', 3],
    ['>=', 5],
    ['m5 ≥', 1],
    ['nothing', 0]
  ])('%j leaves %i', (text, count) => {
    expect(found(text)).toHaveLength(count);
  });

  it('meets no bound with what is not known', () => {
    expect(found('<= $9')).not.toContain('ml.g5.xlarge');
  });

  it('reads the digits of a name as part of it', () => {
    expect(found('ml.g4dn.xlarge')).toEqual(['ml.g4dn.xlarge']);
    expect(found('2xlarge')).toEqual(['ml.p3.2xlarge']);
  });
});

describe('the order of types', () => {
  const by = (column: 'price' | 'name' | 'gpu', descending = false) =>
    sortedTypes(TYPES, { by: column, descending }).map(({ name }) => name);

  it('has what is not known last, whichever way', () => {
    expect(by('price').pop()).toBe('ml.g5.xlarge');
    expect(by('price', true).pop()).toBe('ml.g5.xlarge');
    expect(by('price')[0]).toBe('ml.t3.medium');
    expect(by('price', true)[0]).toBe('ml.p3.2xlarge');
  });

  it('counts the numbers in names', () => {
    const types = ['ml.m5.12xlarge', 'ml.m5.2xlarge'].map(name => type(name));
    expect(
      sortedTypes(types, { by: 'name', descending: false }).map(
        ({ name }) => name
      )
    ).toEqual(['ml.m5.2xlarge', 'ml.m5.12xlarge']);
  });
});

describe('amounts', () => {
  it.each([
    [12, '12 B'],
    [3_565_158, '3.4 MiB'],
    [38 * 1024 * 1024, '38 MiB'],
    [20 * 1024 ** 3, '20 GiB']
  ])('%i bytes are %s', (count, words) => {
    expect(bytes(count, trans)).toBe(words);
  });

  it('of money have cents, and a third digit below one', () => {
    expect(hourly(7.089, trans)).toBe('$7.09/h');
    expect(hourly(0.0032, trans)).toBe('$0.003/h');
  });

  it('of time are as exact as they are known', () => {
    expect(length(0.42, trans)).toBe('0.4 s');
    expect(length(69, trans)).toBe('1 min 9 s');
    expect(roughly(34, trans)).toBe('30 s');
    expect(roughly(236, trans)).toBe('4 min');
  });
});

describe('the button', () => {
  const words = (options: Partial<Parameters<typeof buttonWords>[0]>) => {
    const { tone, facts, place } = buttonWords(
      { session: null, task: null, problem: null, answered: true, ...options },
      trans
    );
    return [tone, facts, place];
  };
  const on = (more: object) => words({ session: session(more) });

  it('says what the kernel has, and where', () => {
    expect(on({ compute: local() })).toEqual([
      'ok',
      '8 vCPU + 31 GiB',
      'Local'
    ]);
    expect(on({})).toEqual(['ok', '2 vCPU + 4 GiB', 'nb-cpu · $0.05/h']);
    expect(factsOf({ vcpu: 4, memory_gib: 16, gpus: 2 }, trans)).toBe(
      '4 vCPU + 16 GiB + 2 GPUs'
    );
  });

  it('says no price that is not known, and memory where nothing costs', () => {
    const at = { ...instance('nb').at, connection: 'profile:research' };
    expect(on({ compute: instance('nb', { price: null, at }) })[2]).toBe('nb');
    const used = { price: null, memory_used: 300 * 1024 * 1024 };
    const compute = instance('nb', used);
    expect(on({ compute })[2]).toBe('nb · on this machine');
    expect(
      buttonWords(
        {
          session: session({ compute }),
          task: null,
          problem: null,
          answered: true
        },
        trans
      ).used
    ).toBe('300 MiB used');
  });

  it('says how far a switch is', () => {
    expect(words({ task: task() })).toEqual([
      'busy',
      '4 vCPU + 16 GiB + 1 GPU',
      'step 2 of 4'
    ]);
  });

  it('says when it goes back', () => {
    const back = task({
      steps: [
        step('Start nb-cpu', 'skipped'),
        { ...step('Start nb-cpu', 'now'), id: 'back-start' }
      ]
    });
    expect(words({ task: back })[1]).toBe('2 vCPU + 4 GiB');
    expect(doing(back, trans)).toBe('Going back from ml.g4dn.xlarge');
    expect(doing(task(), trans)).toBe('Switching to ml.g4dn.xlarge');
  });

  it('says what came of going back', () => {
    const steps = [{ ...step('Change it back', 'done'), id: 'back-retype' }];
    const back = task({ state: 'cancelled', steps });
    expect(outcome(back, trans)).toBe(
      'Back on ml.t3.medium: nb-cpu is as it was.'
    );
    expect(outcome({ ...back, now: local() }, trans)).toBe(
      'The switch to nb-cpu was undone: the kernel is on this machine.'
    );
  });

  it('says when only the kernel is a new one', () => {
    const same = task({ then: instance('nb-cpu') });
    expect(doing(same, trans)).toBe('Starting a new kernel on nb-cpu');
    const done = { ...same, state: 'done' as const, ended: 1002 };
    expect(outcome(done, trans)).toBe(
      'A new kernel runs on nb-cpu, after 2.0 s.'
    );
  });

  it('tells a cut line from one that is over', () => {
    expect(on({ line: 'lost' })).toEqual([
      'unknown',
      '2 vCPU + 4 GiB',
      'nb-cpu · reconnecting'
    ]);
    const broken = instance('nb-gpu', { status: 'Failed', tone: 'bad' });
    expect(on({ line: 'lost', compute: broken })).toEqual([
      'bad',
      '2 vCPU + 4 GiB',
      'nb-gpu failed'
    ]);
    const stopped = instance('nb-gpu', { status: 'Stopped' });
    expect(on({ line: 'ended', compute: stopped })[2]).toBe('nb-gpu stopped');
    expect(on({ line: 'ended' })).toEqual([
      'bad',
      '2 vCPU + 4 GiB',
      'nb-cpu disconnected'
    ]);
  });

  it('does not show what could not be read as nothing', () => {
    expect(words({ problem: problem('offline') })).toEqual([
      'unknown',
      'Select instance',
      'not readable'
    ]);
    expect(words({})[2]).toBe('no kernel');
  });
});

describe('a switch in words', () => {
  it('names the place, or the type of the same', () => {
    expect(goalOf(task(), trans)).toBe('ml.g4dn.xlarge');
    expect(goalOf(task({ then: local() }), trans)).toBe('this machine');
    expect(
      goalOf(task({ now: local(), then: instance('nb-new') }), trans)
    ).toBe('nb-new');
  });

  it('has a usual length only when each step has', () => {
    expect(usualLength(task())).toBeNull();
    const steps = [
      step('a', 'done', { started: 0, ended: 10 }),
      step('b', 'now', { started: 10, usual: 50 }),
      step('c', 'skipped')
    ];
    expect(usualLength(task({ steps }))).toBe(60);
  });

  it('moves within a step, by its own word or by its usual length', () => {
    const steps = [
      step('a', 'done', { usual: 50 }),
      step('b', 'now', { started: 100, usual: 50 })
    ];
    expect(fraction(task({ steps }), 125)).toBeCloseTo(0.75);
    expect(fraction(task({ steps }), 9999)).toBeLessThan(1);
    const told = [steps[0], { ...steps[1], progress: 0.2 }];
    expect(fraction(task({ steps: told }), 125)).toBeCloseTo(0.6);
  });

  it('counts its steps from one', () => {
    expect(stepNumber(task())).toEqual({ step: 2, of: 4 });
    const steps = [step('a', 'done'), step('b', 'failed'), step('c', 'todo')];
    expect(stepNumber(task({ steps })).step).toBe(2);
  });
});

describe('the name of a new instance', () => {
  it.each([
    ['work/02 Churn (final).ipynb', '02-Churn-final'],
    ['_.ipynb', 'notebook'],
    [`${'a'.repeat(80)}.ipynb`, 'a'.repeat(63)]
  ])('after %s is %s', (path, name) => {
    expect(nameAfter(path)).toBe(name);
  });
});
