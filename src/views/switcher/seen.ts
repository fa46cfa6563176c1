import { ISignal, Signal } from '@lumino/signaling';

import { WindowMemory } from '../../memory';
import { ISwitch } from '../../protocol';

/** So many endings are remembered. */
const KEPT = 50;

/**
 * Which switches this window follows to their end, and of which states it has put the word away.
 */
export class Seen {
  constructor(
    private readonly _closed = new WindowMemory<string[]>(
      'jupyter_smext:switches-closed',
      isNames
    ),
    // Another window has not waited for it.
    private readonly _followed = new WindowMemory<string[]>(
      'jupyter_smext:switches-followed',
      isNames,
      window.sessionStorage,
      window.sessionStorage
    )
  ) {}

  /** Something was put away, or is to be shown again. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Whether what is to be said of a switch now was put away. */
  isClosed(task: ISwitch): boolean {
    return (this._closed.load() ?? []).includes(stateOf(task));
  }

  close(task: ISwitch): void {
    const closed = this._closed.load() ?? [];
    this._closed.save([...closed, stateOf(task)].slice(-KEPT));
    this._changed.emit();
  }

  /** Show it again. */
  open(task: ISwitch): void {
    const closed = this._closed.load() ?? [];
    this._closed.save(closed.filter(one => one !== stateOf(task)));
    this._changed.emit();
  }

  /** Whether this window saw it run; then it says how it ended. */
  isFollowed(task: ISwitch): boolean {
    return (this._followed.load() ?? []).includes(task.id);
  }

  follow(task: ISwitch): void {
    if (!this.isFollowed(task)) {
      const followed = this._followed.load() ?? [];
      this._followed.save([...followed, task.id].slice(-KEPT));
    }
  }

  forget(task: ISwitch): void {
    const followed = this._followed.load() ?? [];
    this._followed.save(followed.filter(one => one !== task.id));
  }

  private readonly _changed = new Signal<this, void>(this);
}

/** A switch and the state it is in; a retry ends at another time. */
function stateOf(task: ISwitch): string {
  return [task.id, task.state, task.ended ?? ''].join(' ');
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string');
}
