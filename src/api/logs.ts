import { ILogLines, ILogMatches, ILogStreams } from '../protocol';
import type { IResourceId } from '../tokens';
import { Api } from './transport';

/**
 * The logs of a resource.
 */
export class LogRoutes {
  constructor(private readonly _api: Api) {}

  /** The log streams of a resource. */
  streams(of: IResourceId): Promise<ILogStreams> {
    return this._api.get(['resources', of.kind, of.id, 'logs'], where(of));
  }

  /**
   * Lines of a stream from the number `start` on, a negative one from the end; with `known` it is
   * answered when there are more than those, or after some seconds.
   */
  lines(
    of: IResourceId,
    stream: string,
    start: number,
    count: number,
    known?: number
  ): Promise<ILogLines> {
    return this._api.get(
      ['resources', of.kind, of.id, 'logs', stream, 'lines'],
      where(of, { start, count, ...(known === undefined ? {} : { known }) })
    );
  }

  /** The lines from the number `start` on that a text or a pattern is found in. */
  search(
    of: IResourceId,
    stream: string,
    query: { text: string; regex: boolean; match_case: boolean },
    start: number
  ): Promise<ILogMatches> {
    return this._api.get(
      ['resources', of.kind, of.id, 'logs', stream, 'search'],
      where(of, {
        q: query.text,
        regex: query.regex,
        case: query.match_case,
        start
      })
    );
  }

  /** A line by its number; no more than about `most` characters of it are fetched. */
  async line(
    of: IResourceId,
    stream: string,
    line: number,
    most: number
  ): Promise<string> {
    const { text } = await this._api.ask(
      this.url(of, stream, line),
      { method: 'GET' },
      response => beginning(response, most)
    );
    return text;
  }

  /** Where a stream, or one line of it, is downloaded from. */
  url(of: IResourceId, stream: string, line?: number): string {
    const path = ['resources', of.kind, of.id, 'logs', stream];
    return this._api.url(
      line === undefined
        ? [...path, 'download']
        : [...path, 'lines', String(line)],
      where(of)
    );
  }
}

function where(
  { connection, region }: { connection: string; region: string },
  more: { [key: string]: string | number | boolean } = {}
): { [key: string]: string } {
  const query = Object.entries(more).map(([key, value]) => [
    key,
    String(value)
  ]);
  return { connection, region, ...Object.fromEntries(query) };
}

/** The first characters of a text, which may be far longer than a page can hold. */
async function beginning(response: Response, most: number): Promise<string> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < most) {
    const { value, done } = await reader.read();
    text += decoder.decode(value, { stream: !done });
    if (done) {
      return text;
    }
  }
  await reader.cancel();
  return text.slice(0, most);
}
