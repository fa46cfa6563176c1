import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator, TranslationBundle } from '@jupyterlab/translation';

import { IProblem } from '../protocol';

/**
 * A request that was not served; `problem` says why and what to do next.
 */
export class ApiError extends Error {
  constructor(readonly problem: IProblem) {
    super(problem.title);
    this.name = 'ApiError';
  }
}

/**
 * What is wrong, of an error that {@link Api} threw; any other one is thrown again.
 */
export function problemOf(error: unknown): IProblem {
  if (error instanceof ApiError) {
    return error.problem;
  }
  throw error;
}

interface IQuery {
  readonly [name: string]: string;
}

/**
 * The extension's part of the Jupyter server. Its routes are in classes by subject, see {@link of};
 * every method throws {@link ApiError} and nothing else.
 */
export class Api {
  constructor(
    readonly settings: ServerConnection.ISettings = ServerConnection.makeSettings(),
    trans: TranslationBundle = nullTranslator.load('jupyter_smext')
  ) {
    this._trans = trans;
  }

  /**
   * The routes of a subject, e.g. `api.of(PlanRoutes).run(id)`.
   *
   * #### Notes
   * Each class is loaded with the views that name it.
   */
  of<R>(Routes: new (api: Api) => R): R {
    return new Routes(this);
  }

  url(path: string[], query: IQuery = {}): string {
    const url = URLExt.join(
      this.settings.baseUrl,
      'smext',
      'api',
      ...path.map(encodeURIComponent)
    );
    return Object.keys(query).length
      ? url + URLExt.objectToQueryString(query)
      : url;
  }

  get<T>(path: string[], query?: IQuery): Promise<T> {
    return this._request(path, query, { method: 'GET' });
  }

  post<T>(path: string[], query?: IQuery, body: object = {}): Promise<T> {
    return this._request(path, query, sent('POST', body));
  }

  put<T>(path: string[], query?: IQuery, body: object = {}): Promise<T> {
    return this._request(path, query, sent('PUT', body));
  }

  delete<T>(path: string[], query?: IQuery): Promise<T> {
    return this._request(path, query, { method: 'DELETE' });
  }

  /** What is answered, and as much of its text as `read` takes of it. */
  async ask(
    url: string,
    init: RequestInit,
    read: (response: Response) => Promise<string>
  ): Promise<{ response: Response; text: string }> {
    let response: Response;
    let text: string;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
      text = await read(response);
    } catch (error) {
      throw this.broken(error);
    }
    if (!response.ok) {
      const body = parse(text);
      throw new ApiError(
        isProblem(body) ? body : this._unexpected(response, body)
      );
    }
    return { response, text };
  }

  /** The error to throw when an answer did not come to its end. */
  broken(error: unknown): ApiError {
    const trans = this._trans;
    return new ApiError({
      ...NOTHING,
      status: 0,
      cause: 'offline',
      title: trans.__('The Jupyter server does not answer'),
      detail: error instanceof Error ? error.message : String(error),
      next: trans.__(
        'It may have stopped, or the network between it and this page is down.'
      )
    });
  }

  private async _request<T>(
    path: string[],
    query: IQuery | undefined,
    init: RequestInit
  ): Promise<T> {
    const { response, text } = await this.ask(
      this.url(path, query),
      init,
      one => one.text()
    );
    const body = parse(text);
    if (body === undefined && text !== '') {
      throw new ApiError(this._unexpected(response, body));
    }
    return body as T;
  }

  private _unexpected(response: Response, body: unknown): IProblem {
    const trans = this._trans;
    const missing = response.status === 404;
    const message = (body as { message?: unknown } | undefined)?.message;
    return {
      ...NOTHING,
      status: response.status,
      cause: missing ? 'not_found' : 'broken',
      title: missing
        ? trans.__('The server half of the extension is missing')
        : trans.__('The Jupyter server answered in an unknown way'),
      detail: [
        `${response.status} ${response.statusText}`.trim(),
        typeof message === 'string' ? message : ''
      ]
        .filter(Boolean)
        .join(': '),
      next: missing
        ? trans.__('Enable it, then restart the Jupyter server.')
        : trans.__('Look at the log of the Jupyter server.'),
      command: missing ? 'jupyter server extension enable jupyter_smext' : null
    };
  }

  private _trans: TranslationBundle;
}

const NOTHING = {
  command: null,
  code: null,
  request_id: null,
  permission: null,
  retry_at: null
};

/** A request with a body, for {@link Api.ask}. */
export function sent(method: 'POST' | 'PUT', body: object): RequestInit {
  return {
    method,
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' }
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(body: unknown): body is IProblem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'cause' in body &&
    'title' in body
  );
}
