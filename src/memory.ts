/**
 * Remembers a value per browser window, and the last one for windows to come.
 */
export class WindowMemory<T> {
  constructor(
    private readonly _key: string,
    private readonly _isValid: (value: unknown) => value is T,
    private readonly _window: Storage = window.sessionStorage,
    private readonly _last: Storage = window.localStorage
  ) {}

  /** The remembered value; null when there is none, or it is not readable. */
  load(): T | null {
    for (const storage of [this._window, this._last]) {
      const value = read(storage, this._key);
      if (this._isValid(value)) {
        return value;
      }
    }
    return null;
  }

  save(value: T): void {
    for (const storage of [this._window, this._last]) {
      try {
        storage.setItem(this._key, JSON.stringify(value));
      } catch (error) {
        // Storage that is full or switched off costs the memory, not the choice.
        console.debug(`${this._key} is not remembered`, error);
      }
    }
  }
}

function read(storage: Storage, key: string): unknown {
  try {
    return JSON.parse(storage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}
