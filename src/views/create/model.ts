import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { INewResource } from '../../tokens';

/**
 * What a creation's tab is about: what is asked for, then the task that creates it.
 */
export interface ICreateTarget extends INewResource {
  /** The id of the task, once it was begun. */
  readonly creation?: string;
  /** The draft that it was begun from: kept until it is made. */
  readonly draft?: string;
}

/**
 * A creation's tab.
 */
export class CreateModel implements IDisposable {
  constructor(target: ICreateTarget) {
    this._target = target;
  }

  get target(): ICreateTarget {
    return this._target;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Ask for something else, or follow what was begun. */
  go(target: ICreateTarget): void {
    this._target = target;
    this._changed.emit();
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private readonly _changed = new Signal<this, void>(this);
  private _target: ICreateTarget;
  private _isDisposed = false;
}
