/** The height of a line in the page, in pixels. */
export const LINE = 18;

/** Browsers draw nothing that is taller: Firefox ends at 17.8 million pixels. */
const TALLEST = 15_000_000;

/**
 * Which part of lines is seen, in pixels from the first one. Where they are taller than a browser
 * can scroll, the scroll bar stands for all of them and small steps stay small.
 */
export class LogScroll {
  /** The height of all lines. */
  get height(): number {
    return Math.max(this._count * LINE, this._room);
  }

  /** The height that is scrolled through. */
  get scrolled(): number {
    return Math.min(this.height, TALLEST);
  }

  get room(): number {
    return this._room;
  }

  get top(): number {
    return this._top;
  }

  get end(): number {
    return this.height - this._room;
  }

  get first(): number {
    return Math.floor(this._top / LINE);
  }

  get last(): number {
    return Math.min(
      this._count - 1,
      Math.floor((this._top + this._room - 1) / LINE)
    );
  }

  /** There are so many lines now, and so much room for them; the first one seen stays. */
  resize(count: number, room: number): void {
    this._count = count;
    this._room = room;
    this._top = Math.min(this._top, this.end);
  }

  /** Show what begins there; the answer is where the scroll bar belongs. */
  go(top: number): number {
    this._top = Math.max(0, Math.min(top, this.end));
    this._bar = Math.round(this._top * this._ratio);
    return this._bar;
  }

  /** Show a line, in the middle where it was not seen; the answer as {@link go}. */
  show(line: number): number {
    const top = line * LINE;
    if (top < this._top || top + LINE > this._top + this._room) {
      return this.go(top - Math.floor((this._room - LINE) / 2));
    }
    return this.go(this._top);
  }

  /** As {@link show}, moving no further than it has to. */
  step(line: number): number {
    const top = line * LINE;
    return this.go(Math.max(Math.min(this._top, top), top + LINE - this._room));
  }

  /** The scroll bar was moved to there; the answer is how far that moved what is seen. */
  moved(bar: number): number {
    const before = this._top;
    const by = bar - this._bar;
    this._bar = bar;
    if (by === 0) {
      return 0;
    }
    let top = bar / this._ratio;
    if (this._ratio < 1 && Math.abs(by) < 2 * this._room) {
      top = before + by;
    }
    // The ends are the ends, however it came there.
    if (bar <= 0) {
      top = 0;
    } else if (bar >= this.scrolled - this._room - 1) {
      top = this.end;
    }
    this._top = Math.max(0, Math.min(top, this.end));
    return this._top - before;
  }

  private get _ratio(): number {
    return this.end > 0 ? (this.scrolled - this._room) / this.end : 1;
  }

  private _bar = 0;
  private _count = 0;
  private _room = 0;
  private _top = 0;
}
