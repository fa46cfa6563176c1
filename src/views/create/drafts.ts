import { Parameters } from './parameters';

/**
 * A form that was not sent yet.
 */
export interface IDraft {
  /** When it was changed last, in seconds since 1970. */
  readonly at: number;
  readonly parameters: Parameters;
}

const PREFIX = 'jupyter_smext:draft:';

/** As many are kept; the oldest one goes. */
const MOST = 20;

/**
 * The drafts of forms, in this browser.
 */
export class Drafts {
  constructor(private readonly _storage: Storage = window.localStorage) {}

  /** The draft of a form; null where there is none, or it cannot be read. */
  load(key: string): IDraft | null {
    try {
      const found: unknown = JSON.parse(
        this._storage.getItem(PREFIX + key) ?? 'null'
      );
      return isDraft(found) ? found : null;
    } catch {
      return null;
    }
  }

  /** Whether it is kept: storage may be full or switched off. */
  save(key: string, parameters: Parameters): boolean {
    const draft: IDraft = { at: Date.now() / 1000, parameters };
    try {
      this._storage.setItem(PREFIX + key, JSON.stringify(draft));
    } catch {
      return false;
    }
    const kept = this._keys()
      .map(one => [this.load(one)?.at ?? 0, one] as const)
      .sort(([a], [b]) => b - a);
    kept.slice(MOST).forEach(([, one]) => this.discard(one));
    return true;
  }

  discard(key: string): void {
    this._storage.removeItem(PREFIX + key);
  }

  private _keys(): string[] {
    return Object.keys(this._storage).flatMap(key =>
      key.startsWith(PREFIX) ? [key.slice(PREFIX.length)] : []
    );
  }
}

function isDraft(value: unknown): value is IDraft {
  const draft = value as Partial<IDraft> | null;
  return (
    typeof draft === 'object' &&
    typeof draft?.at === 'number' &&
    typeof draft.parameters === 'object' &&
    draft.parameters !== null
  );
}

/** Those of this window. */
export const drafts = new Drafts();
