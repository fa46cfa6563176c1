import { Event } from '@jupyterlab/services';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { Debouncer, IPoll, Poll } from '@lumino/polling';

import { CHANGED_EVENT, IChanged } from '../protocol';

/**
 * When our server is asked: now and then, at events that concern us, and on demand. Only while
 * someone holds it, and never twice at a time.
 */
export class Pulse implements IDisposable {
  constructor(private readonly _options: Pulse.IOptions) {
    this._poll = new Poll({
      name: 'jupyter_smext:inventory',
      auto: false,
      factory: () => this._beat(),
      frequency: Pulse.frequency(30),
      standby: _options.standby ?? 'when-hidden'
    });
    this._soon = new Debouncer(() => this.now(), _options.debounce ?? 100);
  }

  /** Whether anyone wants to know. */
  get isHeld(): boolean {
    return this._holders.size > 0;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this._holders.clear();
    this._options.stream.disconnect(this._onEvent, this);
    this._soon.dispose();
    this._poll.dispose();
  }

  /** Go on until the answer is disposed. */
  acquire(): IDisposable {
    const holder = new DisposableDelegate(() => {
      if (this._holders.delete(holder) && !this._holders.size) {
        this._options.stream.disconnect(this._onEvent, this);
        void this._poll.stop();
      }
    });
    if (this._isDisposed) {
      return holder;
    }
    this._holders.add(holder);
    if (this._holders.size === 1) {
      this._options.stream.connect(this._onEvent, this);
      void this._poll.start();
    }
    return holder;
  }

  /** Ask now, if anyone holds it. */
  async now(): Promise<void> {
    if (!this._holders.size) {
      return;
    }
    if (this._inFlight) {
      // What is being read may already be older than what the caller knows of.
      this._again = true;
    } else {
      await this._poll.refresh();
    }
  }

  /** Ask every so many seconds from now on. */
  set every(seconds: number) {
    this._poll.frequency = Pulse.frequency(seconds);
  }

  private async _beat(): Promise<void> {
    this._inFlight = true;
    try {
      do {
        this._again = false;
        try {
          await this._options.read();
        } catch (error) {
          if (!this._again) {
            // Rejected, the poll backs off.
            throw error;
          }
        }
      } while (this._again && this._holders.size);
    } finally {
      this._inFlight = false;
    }
  }

  private _onEvent(sender: unknown, emission: Event.Emission): void {
    if (
      emission.schema_id === CHANGED_EVENT &&
      this._options.concerns(emission as unknown as IChanged)
    ) {
      void this._soon.invoke();
    }
  }

  private _again = false;
  private _holders = new Set<IDisposable>();
  private _inFlight = false;
  private _isDisposed = false;
  private _poll: Poll;
  private _soon: Debouncer;
}

/**
 * A namespace for `Pulse` statics.
 */
export namespace Pulse {
  /**
   * The instantiation options of a pulse.
   */
  export interface IOptions {
    /** Ask; a rejection makes the next time later. */
    read: () => Promise<void>;
    stream: Event.Stream;
    /** Whether an event tells of something that we do not know yet. */
    concerns: (event: IChanged) => boolean;
    standby?: Poll.Standby | (() => boolean | Poll.Standby);
    debounce?: number;
  }

  /** Every so many seconds; less often while it fails, at most once a minute. */
  export function frequency(seconds: number): IPoll.Frequency {
    return { interval: 1000 * seconds, backoff: true, max: 60_000 };
  }
}
