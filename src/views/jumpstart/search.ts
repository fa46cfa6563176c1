import { ISignal, Signal } from '@lumino/signaling';

/**
 * The tabs that are searched together.
 */
export type SearchedTab = 'models' | 'solutions' | 'notebooks';

/**
 * How much a tab has, and how much of that has every word that is searched for.
 */
export interface IFound {
  readonly all: number;
  readonly found: number;
}

/**
 * What is searched for in JumpStart, whichever of its tabs it is typed in.
 *
 * #### Notes
 * Whoever reads the list of a tab tells {@link has} its rows, each by a text to be found by
 * ({@link searchText}): so every tab can say what the others have.
 */
export class Search {
  /** Emitted when the text or the rows of a tab change. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get text(): string {
    return this._text;
  }
  set text(value: string) {
    if (value !== this._text) {
      this._text = value;
      this._found.clear();
      this._changed.emit();
    }
  }

  /**
   * The rows of a tab; null while they are not read.
   */
  has(tab: SearchedTab, rows: ReadonlyArray<string> | null): void {
    if (this._rows.get(tab) !== rows) {
      this._rows.set(tab, rows);
      this._found.delete(tab);
      this._changed.emit();
    }
  }

  /**
   * What there is in a tab; null where it is not read.
   */
  count(tab: SearchedTab): IFound | null {
    const rows = this._rows.get(tab) ?? null;
    if (rows === null) {
      return null;
    }
    let found = this._found.get(tab);
    if (found === undefined) {
      const words = wordsOf(this._text);
      found = rows.filter(row => holds(row, words)).length;
      this._found.set(tab, found);
    }
    return { all: rows.length, found };
  }

  private _text = '';
  private readonly _rows = new Map<SearchedTab, ReadonlyArray<string> | null>();
  private readonly _found = new Map<SearchedTab, number>();
  private readonly _changed = new Signal<this, void>(this);
}

/**
 * The text that a row is found by, of all that is written in it.
 */
export function searchText(parts: ReadonlyArray<string | null>): string {
  return parts.filter(Boolean).join(' ').toLowerCase();
}

/**
 * What is typed, as words to be found, each anywhere.
 */
export function wordsOf(text: string): ReadonlyArray<string> {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/**
 * Whether a row's text has every word.
 */
export function holds(row: string, words: ReadonlyArray<string>): boolean {
  return words.every(word => row.includes(word));
}
