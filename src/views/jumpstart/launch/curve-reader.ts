import { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { problemOf } from '../../../api';
import { IProblem, ITrainingMetrics } from '../../../protocol';
import { extended, ICurve } from './curves';

/**
 * Reads the metrics that a job writes into its log on and on, while they are looked at.
 */
export class CurveReader implements IDisposable {
  constructor(
    private readonly _read: (next: string | null) => Promise<ITrainingMetrics>
  ) {
    this._poll = new Poll({
      name: 'jupyter_smext:curves',
      factory: () => this._readOn(),
      frequency: { interval: 1500, backoff: true, max: 30000 },
      standby: 'when-hidden'
    });
  }

  get curves(): ReadonlyArray<ICurve> {
    return this._curves;
  }

  /** Why there is no curve of a metric, or no newer value of any. */
  get problems(): ReadonlyArray<IProblem> {
    return this._unread ? [...this._missing, this._unread] : this._missing;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    this._poll.dispose();
    Signal.clearData(this);
  }

  private async _readOn(): Promise<void> {
    let ended = false;
    try {
      const page = await this._read(this._next);
      this._next = page.next;
      this._curves = extended(this._curves, page.values);
      // The same is said of each page of the log.
      if (page.problems.length) {
        this._missing = page.problems;
      }
      this._unread = null;
      ended = page.ended;
    } catch (error) {
      this._unread = problemOf(error);
      throw error;
    } finally {
      if (!this.isDisposed) {
        this._changed.emit();
      }
    }
    if (ended && !this.isDisposed) {
      void this._poll.stop();
    }
  }

  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private _curves: ReadonlyArray<ICurve> = [];
  private _missing: ReadonlyArray<IProblem> = [];
  private _next: string | null = null;
  private _unread: IProblem | null = null;
}
