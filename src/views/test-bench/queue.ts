import { TranslationBundle } from '@jupyterlab/translation';

import { Api, ApiError } from '../../api';
import { EndpointRoutes } from '../../api/endpoints';
import {
  IAsyncInvocation,
  IInvocation,
  IInvocationRequest
} from '../../protocol';

/** Milliseconds before it is asked again what became of a request, at first and at most. */
const FIRST = 500;
const MOST = 10_000;

/**
 * Requests to the queue of an asynchronous endpoint, one at a time.
 */
export class Queue {
  constructor(
    private readonly _api: Api,
    private readonly _where: {
      readonly connection: string;
      readonly region: string;
      readonly id: string;
    },
    private readonly _trans: TranslationBundle,
    /** Told when something began to wait, or does no more. */
    private readonly _changed: () => void
  ) {}

  /** What waits for its answer; null where nothing does. */
  get waiting(): IAsyncInvocation | null {
    return this._waiting;
  }

  /** What was answered last, or is still waited for. */
  get last(): IAsyncInvocation | null {
    return this._last;
  }

  /**
   * Put a request into the queue, and wait for what becomes of it.
   *
   * Throws ApiError, also where it is waited for no more.
   */
  async send(request: IInvocationRequest): Promise<IInvocation> {
    const { connection, region, id } = this._where;
    this._last = null;
    const sent = await this._api
      .of(EndpointRoutes)
      .invokeAsync(connection, region, id, request);
    this._last = this._waiting = sent;
    this._changed();
    try {
      for (let pause = FIRST; ; pause = Math.min(MOST, 1.5 * pause)) {
        const found = await this._look(sent);
        if (found) {
          return found;
        }
        await new Promise<void>(resolve => {
          this._wake = resolve;
          window.setTimeout(resolve, pause);
        });
        if (this._waiting !== sent) {
          throw new ApiError(this._left(sent));
        }
      }
    } finally {
      this._waiting = null;
    }
  }

  /** Wait no more; the endpoint goes on with it. */
  leave(): void {
    this._waiting = null;
    this._wake?.();
  }

  /** What became of it; null also where it could not be asked just now. */
  private async _look(sent: IAsyncInvocation): Promise<IInvocation | null> {
    const { connection, region, id } = this._where;
    try {
      return await this._api
        .of(EndpointRoutes)
        .asyncAnswer(connection, region, id, sent);
    } catch (error) {
      const cause = error instanceof ApiError ? error.problem.cause : null;
      if (cause !== 'offline' && cause !== 'throttled') {
        throw error;
      }
      return null;
    }
  }

  private _left(sent: IAsyncInvocation) {
    return {
      status: 0,
      cause: 'conflict' as const,
      title: this._trans.__('The answer is not waited for any more'),
      detail: '',
      next: this._trans.__(
        'The endpoint goes on with the request; its answer will be at %1.',
        sent.output
      ),
      command: null,
      code: null,
      request_id: sent.request_id,
      permission: null,
      retry_at: null
    };
  }

  private _waiting: IAsyncInvocation | null = null;
  private _last: IAsyncInvocation | null = null;
  private _wake: (() => void) | null = null;
}
