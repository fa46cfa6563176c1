import { ApiError } from '../api';
import { ILogLine, ILogState, ILogStreams } from '../protocol';

/** A line as the server has it. */
export function written(text: string, more: Partial<ILogLine> = {}): ILogLine {
  return {
    at: 1_700_000_000.123,
    text,
    length: text.length,
    level: '',
    whole: true,
    ...more
  };
}

/** The logs of a server of a test, and what it was asked. */
export class Logs {
  texts: { [stream: string]: ILogLine[] } = { a: [] };
  listed: Partial<ILogStreams> = {};
  state: Partial<ILogState> = {};
  failing: ApiError | null = null;
  badSearch: ApiError | null = null;
  asked: string[] = [];

  readonly api = {
    streams: async (): Promise<ILogStreams> => {
      this._fail();
      return {
        streams: Object.keys(this.texts).map((id, index) => ({
          id,
          group: '/aws/sagemaker/TrainingJobs',
          name: `job/${id}`,
          label: `algo-${id}`,
          first: 1000,
          last: 2000 + index
        })),
        said: '',
        more: false,
        problems: [],
        ...this.listed
      };
    },
    lines: async (
      _: unknown,
      stream: string,
      start: number,
      count: number,
      known?: number
    ) => {
      this._fail();
      this.asked.push(`${stream} ${start} ${count}`);
      if (known !== undefined && known >= this.texts[stream].length) {
        await new Promise(done => setTimeout(done, 50));
      }
      const lines = this.texts[stream];
      const from = start < 0 ? Math.max(0, lines.length + start) : start;
      const errors = lines.flatMap(({ level }, at) =>
        level === 'error' ? [at] : []
      );
      return {
        start: from,
        lines: lines.slice(from, from + count),
        state: {
          lines: lines.length,
          reading: false,
          ended: false,
          first_error: errors[0] ?? null,
          errors: errors.length,
          behind: 1,
          problem: null,
          ...this.state
        }
      };
    },
    search: async (
      _: unknown,
      stream: string,
      query: { text: string },
      start: number
    ) => {
      if (this.badSearch) {
        throw this.badSearch;
      }
      const lines = this.texts[stream].flatMap(({ text }, at) =>
        at >= start && text.includes(query.text) ? [at] : []
      );
      return {
        total: lines.length,
        capped: false,
        lines,
        scanned: this.texts[stream].length
      };
    },
    line: async (_: unknown, stream: string, line: number, most: number) =>
      `whole ${line} `.padEnd(most, 'x'),
    url: (_: unknown, stream: string, line?: number) =>
      `/download/${stream}/${line ?? ''}`
  };

  private _fail(): void {
    if (this.failing) {
      throw this.failing;
    }
  }
}
