import { Api, problemOf } from '../../api';
import { LogRoutes } from '../../api/logs';
import { ILogMatches, IProblem } from '../../protocol';
import { IResourceId } from '../../tokens';

/** Lines that are searched at once, instead of with the next ones. */
const MANY = 50_000;

/**
 * What is searched for.
 */
export interface IQuery {
  readonly text: string;
  readonly regex: boolean;
  readonly match_case: boolean;
}

/**
 * What is found in the stream that a log shows, and in what is written to it later.
 */
export class LogSearch {
  constructor(
    private readonly _log: {
      readonly stream: string | null;
      readonly count: number;
    },
    private readonly _api: Api,
    private readonly _place: IResourceId,
    private readonly _changed: () => void
  ) {}

  get query(): IQuery | null {
    return this._query;
  }

  /** What was found so far; null where nothing is searched for, or the answer is waited for. */
  get found(): ILogMatches | null {
    return this._found;
  }

  /** Why there is no answer. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /** Whether there may be more matches than are known. */
  get more(): boolean {
    const found = this._found;
    return (
      found !== null && (found.capped || this._log.count - found.scanned > MANY)
    );
  }

  /** Search for something; null for nothing. */
  start(query: IQuery | null): void {
    this._query = query;
    this.clear();
    this._changed();
    void this.goOn();
  }

  /** Forget what was found: the lines are others. */
  clear(): void {
    this._found = null;
    this._problem = null;
  }

  /** The match at or behind a line, as an index in the matches; round the end to the first one. */
  from(line: number): number {
    const lines = this._found?.lines ?? [];
    return lines.length ? place(lines, line) % lines.length : -1;
  }

  /** The match before a line; round the beginning to the last one. */
  before(line: number): number {
    const lines = this._found?.lines ?? [];
    return (place(lines, line) + lines.length - 1) % Math.max(1, lines.length);
  }

  /** Search on behind what was searched; `beyond` what an answer holds where that is asked for. */
  async goOn(beyond = false): Promise<void> {
    const { _query: query, _found: known } = this;
    const { stream, count } = this._log;
    const from = known?.scanned ?? 0;
    if (query === null || stream === null || this._asking) {
      return;
    }
    if (known && (from >= count || (known.capped && !beyond))) {
      return;
    }
    this._asking = true;
    let found: ILogMatches | null = null;
    let problem: IProblem | null = null;
    try {
      found = await this._api
        .of(LogRoutes)
        .search(this._place, stream, query, from);
    } catch (error) {
      problem = problemOf(error);
    }
    this._asking = false;
    if (
      query !== this._query ||
      stream !== this._log.stream ||
      known !== this._found
    ) {
      void this.goOn();
      return;
    }
    this._problem = problem;
    if (found) {
      this._found = {
        ...found,
        total: found.total + (known?.total ?? 0),
        lines: [...(known?.lines ?? []), ...found.lines]
      };
    }
    this._changed();
    // It stopped to answer in time.
    if (
      found &&
      found.scanned > from &&
      this._log.count - found.scanned > MANY
    ) {
      void this.goOn();
    }
  }

  private _asking = false;
  private _found: ILogMatches | null = null;
  private _problem: IProblem | null = null;
  private _query: IQuery | null = null;
}

/** How many of ascending numbers are smaller than `line`. */
function place(lines: ReadonlyArray<number>, line: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle] < line) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
