import { ILogLine } from '../../protocol';

/** Lines of one page. */
export const PAGE = 500;

/** Characters that are kept; pages that were not looked at for long go first. */
const KEPT = 3_000_000;

/**
 * The lines that were read, in pages by line number; no more of them than a page can well hold.
 */
export class LogPages {
  line(number: number): ILogLine | undefined {
    return this._pages.get(Math.floor(number / PAGE))?.[number % PAGE];
  }

  /** Take lines that follow on those of their page; others are left. */
  put(start: number, lines: ReadonlyArray<ILogLine>): void {
    let at = start;
    while (at < start + lines.length) {
      const page = Math.floor(at / PAGE);
      const known = this._pages.get(page) ?? [];
      const next = Math.min(start + lines.length, (page + 1) * PAGE);
      const skipped = page * PAGE + known.length - at;
      if (skipped >= 0) {
        const more = lines.slice(at - start + skipped, next - start);
        this._pages.delete(page);
        this._pages.set(page, more.length ? [...known, ...more] : known);
        this._size += size(more);
      }
      at = next;
    }
  }

  /**
   * The first stretch of [first, last] that is not here, of `count` lines in all, and mark those
   * that are as used.
   */
  missing(
    first: number,
    last: number,
    count: number
  ): { start: number; count: number } | null {
    let found: { start: number; count: number } | null = null;
    for (
      let page = Math.floor(first / PAGE);
      page * PAGE < Math.min(last + 1, count);
      page++
    ) {
      const known = this._pages.get(page);
      if (known) {
        this._pages.delete(page);
        this._pages.set(page, known);
      }
      const start = page * PAGE + (known?.length ?? 0);
      const end = Math.min((page + 1) * PAGE, count);
      if (start < end && start <= last) {
        found ??= { start, count: end - start };
      }
    }
    for (const [page, lines] of this._pages) {
      if (this._size <= KEPT) {
        break;
      }
      if ((page + 1) * PAGE <= first || page * PAGE > last) {
        this._pages.delete(page);
        this._size -= size(lines);
      }
    }
    return found;
  }

  clear(): void {
    this._pages.clear();
    this._size = 0;
  }

  private readonly _pages = new Map<number, ReadonlyArray<ILogLine>>();
  private _size = 0;
}

function size(lines: ReadonlyArray<ILogLine>): number {
  // A line without text has its object.
  return lines.reduce((sum, { text }) => sum + text.length + 50, 0);
}
