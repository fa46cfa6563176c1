import { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { ISignal, Signal } from '@lumino/signaling';

import { Api, problemOf } from '../../api';
import { LogRoutes } from '../../api/logs';
import { ILogLine, ILogState, ILogStreams, IProblem } from '../../protocol';
import { IResourceId } from '../../tokens';
import { LogPages, PAGE } from './pages';
import { LogSearch } from './search';

/** Milliseconds between looks at the end of a stream: our server looks once a second. */
const LIVE = 400;

/** The same while there is no stream yet. */
const NONE = 3000;

/** Looks at its end before the streams are listed again, and the matches counted. */
const RELIST = 15;
const RECOUNT = 5;

/** Requests for lines at once. */
const AT_ONCE = 2;

/**
 * The streams of a resource, and one of them by line number: as much of it as is looked at, read on
 * while somebody looks.
 */
export class LogModel implements IDisposable {
  constructor(options: LogModel.IOptions) {
    this._options = options;
    this._stream = options.stream ?? null;
    this.search = new LogSearch(this, options.api, options.place, () =>
      this._emit()
    );
    this._poll = new Poll({
      name: 'jupyter_smext:log',
      factory: () => this._look(),
      frequency: { interval: LIVE, backoff: true, max: 30_000 },
      standby: () => !options.isVisible() || 'when-hidden'
    });
  }

  readonly search: LogSearch;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  get streams(): ILogStreams | null {
    return this._streams;
  }

  /** The id of the stream that is read. */
  get stream(): string | null {
    return this._stream;
  }

  /** How far it has been read; null before the first answer. */
  get state(): ILogState | null {
    return this._state;
  }

  /** Why the last request was not served. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /** How many lines there are. */
  get count(): number {
    return this._state?.lines ?? 0;
  }

  dispose(): void {
    this._poll.dispose();
    Signal.clearData(this);
  }

  /** Read another stream. */
  choose(stream: string): void {
    if (stream === this._stream) {
      return;
    }
    this._stream = stream;
    this._state = null;
    this._pages.clear();
    this.search.clear();
    this._emit();
    this.again();
  }

  /** Look at its end now. */
  again(): void {
    void this._poll.start();
    void this._poll.refresh();
  }

  /** A line, where it has been read. */
  line(number: number): ILogLine | undefined {
    return this._pages.line(number);
  }

  /** These lines are looked at: read those that are not here. */
  want(first: number, last: number): void {
    this._wanted = { first, last };
    this._fetch();
  }

  /** Some lines, read now; at most `count`, and fewer where they are long. Throws ApiError. */
  async read(start: number, count: number): Promise<ReadonlyArray<ILogLine>> {
    const { api, place } = this._options;
    return (await api.of(LogRoutes).lines(place, this._stream!, start, count))
      .lines;
  }

  private async _look(): Promise<void> {
    try {
      if (!this._streams?.streams.length || this._looks % RELIST === 0) {
        await this._list();
      }
      const stream = this._stream;
      if (stream !== null) {
        const { api, place } = this._options;
        const answer = await (this._state
          ? api.of(LogRoutes).lines(place, stream, this.count, PAGE, this.count)
          : api.of(LogRoutes).lines(place, stream, -PAGE, PAGE));
        this._take(stream, answer.state, answer.start, answer.lines);
        if (this._looks % RECOUNT === 0) {
          void this.search.goOn();
        }
      }
      this._looks += 1;
      this._problem = null;
    } catch (error) {
      this._problem = problemOf(error);
      throw error;
    } finally {
      this._stuck = false;
      this._emit();
    }
    const interval = this._stream === null ? NONE : LIVE;
    if (interval !== this._poll.frequency.interval && !this.isDisposed) {
      this._poll.frequency = { ...this._poll.frequency, interval };
    }
    const { state } = this;
    if (state?.ended && !state.reading && !this.isDisposed) {
      void this._poll.stop();
    }
  }

  private async _list(): Promise<void> {
    const { api, place } = this._options;
    const answer = await api.of(LogRoutes).streams(place);
    this._streams = answer;
    const { streams } = answer;
    if (!streams.some(({ id }) => id === this._stream)) {
      // The one that was named may be gone, or not be listed: it is asked for all the same.
      this._stream ??=
        [...streams].sort((a, b) => (b.last ?? 0) - (a.last ?? 0))[0]?.id ??
        null;
    }
  }

  private _take(
    stream: string,
    state: ILogState,
    start: number,
    lines: ReadonlyArray<ILogLine>
  ): void {
    if (stream !== this._stream) {
      return;
    }
    if (state.lines < this.count) {
      // Another stream of that name took its place.
      this._pages.clear();
      this.search.clear();
    }
    this._state = state;
    this._pages.put(start, lines);
  }

  private _fetch(): void {
    const stream = this._stream;
    if (!this._wanted || this._stuck || stream === null || this.isDisposed) {
      return;
    }
    const { first, last } = this._wanted;
    const missing = this._pages.missing(first, last, this.count);
    if (
      missing === null ||
      this._asked.size >= AT_ONCE ||
      this._asked.has(missing.start)
    ) {
      return;
    }
    const { start, count } = missing;
    this._asked.add(start);
    void this._options.api
      .of(LogRoutes)
      .lines(this._options.place, stream, start, count)
      .then(
        answer => {
          this._take(stream, answer.state, answer.start, answer.lines);
          // What has no lines now is asked for again after the next look at the end.
          this._stuck = !answer.lines.length;
        },
        (error: unknown) => {
          this._problem = problemOf(error);
          this._stuck = true;
          this.again();
        }
      )
      .finally(() => {
        this._asked.delete(start);
        this._emit();
        this._fetch();
      });
  }

  private _emit(): void {
    if (!this.isDisposed) {
      this._changed.emit();
    }
  }

  private readonly _asked = new Set<number>();
  private readonly _changed = new Signal<this, void>(this);
  private readonly _options: LogModel.IOptions;
  private readonly _pages = new LogPages();
  private readonly _poll: Poll;
  private _looks = 0;
  private _problem: IProblem | null = null;
  private _state: ILogState | null = null;
  private _stream: string | null;
  private _streams: ILogStreams | null = null;
  private _stuck = false;
  private _wanted: { first: number; last: number } | null = null;
}

/**
 * A namespace for LogModel statics.
 */
export namespace LogModel {
  /**
   * The options of the model.
   */
  export interface IOptions {
    readonly api: Api;
    readonly place: IResourceId;
    /** The stream to begin with. */
    readonly stream?: string;
    /** Whether somebody can see it. */
    isVisible(): boolean;
  }
}
