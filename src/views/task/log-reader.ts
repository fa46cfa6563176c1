import { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { problemOf } from '../../api';
import { ILogPage, IProblem } from '../../protocol';

/** Older lines leave the page: a browser draws no more of them in good time. */
const KEPT = 5000;

/** Colours and cursor movements, which are for terminals. */
// eslint-disable-next-line no-control-regex -- they begin with one
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]/g;

/**
 * Reads a log on and on while it is looked at, at most two seconds behind.
 */
export class LogReader implements IDisposable {
  constructor(
    private readonly _read: (next: string | null) => Promise<ILogPage>
  ) {
    this._poll = new Poll({
      name: 'jupyter_smext:log',
      factory: () => this._readOn(),
      frequency: { interval: 1500, backoff: true, max: 30000 },
      standby: 'when-hidden'
    });
  }

  get lines(): ReadonlyArray<string> {
    return this._lines;
  }

  /** How many older lines are no longer in {@link lines}. */
  get left(): number {
    return this._left;
  }

  /** Whether all has been read. */
  get ended(): boolean {
    return this._ended;
  }

  get problem(): IProblem | null {
    return this._problem;
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
    try {
      const page = await this._read(this._next);
      this._next = page.next;
      this._problem = null;
      this._take(page.lines);
      this._ended = page.ended;
    } catch (error) {
      this._problem = problemOf(error);
      throw error;
    } finally {
      if (!this.isDisposed) {
        this._changed.emit();
      }
    }
    if (this._ended && !this.isDisposed) {
      void this._poll.stop();
    }
  }

  private _take(lines: ReadonlyArray<string>): void {
    if (!lines.length) {
      return;
    }
    const all = [
      ...this._lines,
      ...lines.map(line => line.replace(ESCAPES, ''))
    ];
    const over = Math.max(0, all.length - KEPT);
    this._left += over;
    this._lines = over ? all.slice(over) : all;
  }

  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, void>(this);
  private _lines: ReadonlyArray<string> = [];
  private _left = 0;
  private _next: string | null = null;
  private _ended = false;
  private _problem: IProblem | null = null;
}
