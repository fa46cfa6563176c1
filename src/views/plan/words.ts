import { TranslationBundle } from '@jupyterlab/translation';

import { took } from '../../components/time';
import { IKind, IPlanRequest, IStep } from '../../protocol';
import { PlanSession } from './session';

/**
 * The words of a plan: a shut-down, or another verb that asks first (a delete).
 */
export class PlanWords {
  constructor(options: PlanWords.IOptions) {
    this._trans = options.trans;
    this._kinds = new Map(options.kinds.map(kind => [kind.id, kind]));
  }

  /**
   * The one verb that was asked for by name; `null` when each resource is simply shut down.
   */
  verb(session: PlanSession): string | null {
    const [request] = session.requests as (IPlanRequest | undefined)[];
    if (!request?.operation) {
      return null;
    }
    const { operation } = request;
    const kind = this._kinds.get(request.targets[0]?.kind);
    const named = (name: string) =>
      kind?.verbs.find(verb => verb.operation === name);
    // The same operation stops a space and deletes an app.
    const verb = named(operation);
    if (verb) {
      return verb.shutdown ? null : verb.label;
    }
    // The word alone is for resources of several kinds: each has its own `Delete…`.
    return named(`${operation}${kind?.noun}`)?.label ?? null;
  }

  /** The question: `Shut down 4 running items?` */
  question(session: PlanSession): string {
    const trans = this._trans;
    const verb = this.verb(session);
    const { steps } = session;
    if (session.state === 'proposing' || session.state === 'refused') {
      return verb ? trans.__('%1?', verb) : trans.__('Shut down?');
    }
    if (!steps.length) {
      return trans.__('Nothing to shut down');
    }
    if (steps.length === 1) {
      const [{ name }] = steps;
      return verb
        ? trans.__('%1 %2?', verb, name)
        : trans.__('Shut down %1?', name);
    }
    return verb
      ? trans._n('%2 %1 item?', '%2 %1 items?', steps.length, verb)
      : trans._n(
          'Shut down %1 running item?',
          'Shut down %1 running items?',
          steps.length
        );
  }

  /** The button that does it: `Shut down 4 items` */
  action(session: PlanSession): string {
    const trans = this._trans;
    const verb = this.verb(session);
    const count = session.steps.length;
    return verb
      ? trans._n('%2 %1 item', '%2 %1 items', count, verb)
      : trans._n('Shut down %1 item', 'Shut down %1 items', count);
  }

  /** `Shutting down 4 items` */
  doing(session: PlanSession): string {
    const trans = this._trans;
    const verb = this.verb(session);
    const count = session.steps.length;
    return verb
      ? trans._n('%2: %1 item', '%2: %1 items', count, verb)
      : trans._n('Shutting down %1 item', 'Shutting down %1 items', count);
  }

  /** `Stop notebook instance my-notebook` */
  step(step: IStep): string {
    const verb = this._kinds
      .get(step.kind)
      ?.verbs.find(verb => verb.operation === step.operation);
    return this._trans.__(
      '%1 %2 %3',
      verb?.label ?? step.operation,
      midSentence(step.kind_label),
      step.name
    );
  }

  /** The line over the victims: `Shut down: 4` */
  victims(session: PlanSession): string {
    const trans = this._trans;
    return trans.__(
      '%1: %2',
      this.verb(session) ?? trans.__('Shut down'),
      session.steps.length
    );
  }

  /** `5 steps.` The closing check is one of them. */
  size(session: PlanSession): string {
    const steps = session.steps.length + 1;
    return this._trans._n('%1 step.', '%1 steps.', steps);
  }

  /** How far it is, for the notification. */
  progress(session: PlanSession): string {
    const done = session.steps.filter(step => step.state === 'done').length;
    return this._trans.__(
      '%1: %2 of %3 done',
      this.doing(session),
      done,
      session.steps.length
    );
  }

  /** The heading when it is over. */
  title(session: PlanSession): string {
    const trans = this._trans;
    const failed = session.steps.some(step => step.state === 'failed');
    if (session.isDone) {
      return this.verb(session) ? trans.__('Done') : trans.__('Shut down');
    }
    return session.isStopped && !failed
      ? trans.__('Stopped before the end')
      : trans.__('Not everything was done');
  }

  /** What became of it, in one sentence. */
  outcome(session: PlanSession): string {
    const trans = this._trans;
    const { steps, length } = session;
    const done = steps.filter(step => step.state === 'done').length;
    if (!session.isDone) {
      return trans.__('%1 of %2 steps done.', done, steps.length);
    }
    const time = took(length ?? 0, trans);
    return this.verb(session)
      ? trans._n('%1 item done in %2.', '%1 items done in %2.', done, time)
      : trans._n(
          '%1 item shut down in %2.',
          '%1 items shut down in %2.',
          done,
          time
        );
  }

  /** Which resources are as they were. */
  stillRunning(steps: ReadonlyArray<IStep>): string {
    const names = steps.map(step => step.name).join(', ');
    return this._trans._n(
      '%2 is still there.',
      '%2 are still there.',
      steps.length,
      names
    );
  }

  private readonly _trans: TranslationBundle;
  private readonly _kinds: ReadonlyMap<string, IKind>;
}

/**
 * A namespace for PlanWords statics.
 */
export namespace PlanWords {
  /**
   * The options of the words.
   */
  export interface IOptions {
    readonly trans: TranslationBundle;
    readonly kinds: ReadonlyArray<IKind>;
  }
}

/**
 * A label as it reads inside a sentence: `Notebook instance` → `notebook instance`, `MLflow server` stays.
 */
export function midSentence(label: string): string {
  return /^[A-Z][a-z]+\b/.test(label)
    ? label[0].toLowerCase() + label.slice(1)
    : label;
}
