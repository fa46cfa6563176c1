import {
  IAsyncAnswer,
  IAsyncInvocation,
  ICallLog,
  IClassNames,
  IEndpointFormats,
  IEndpointLatency,
  IExampleBody,
  IInvocation,
  IInvocationPart,
  IInvocationRequest
} from '../protocol';
import { Api, sent } from './transport';

/**
 * Requests to an endpoint, and what is known of them.
 */
export class EndpointRoutes {
  constructor(private readonly _api: Api) {}

  /** What an endpoint takes and answers, by its row id. */
  formats(
    connection: string,
    region: string,
    id: string
  ): Promise<IEndpointFormats> {
    return this._api.get(['endpoints', id, 'formats'], { connection, region });
  }

  /** The bytes of an example request of an endpoint's formats. */
  example(
    connection: string,
    region: string,
    id: string,
    name: string
  ): Promise<IExampleBody> {
    return this._api.get(['endpoints', id, 'example'], {
      connection,
      region,
      name
    });
  }

  /** What an endpoint's model calls its classes, by the label map in its artifact. */
  classNames(
    connection: string,
    region: string,
    id: string,
    component: string | null
  ): Promise<IClassNames> {
    return this._api.get(['endpoints', id, 'class-names'], {
      connection,
      region,
      ...(component === null ? {} : { component })
    });
  }

  /** Put one request into the queue of an asynchronous endpoint. */
  invokeAsync(
    connection: string,
    region: string,
    id: string,
    request: IInvocationRequest
  ): Promise<IAsyncInvocation> {
    return this._api.post(
      ['endpoints', id, 'invocations', 'async'],
      { connection, region },
      request
    );
  }

  /** What became of a request that was put into a queue; null while it waits. */
  async asyncAnswer(
    connection: string,
    region: string,
    id: string,
    sent: IAsyncInvocation
  ): Promise<IInvocation | null> {
    const { invocation } = await this._api.get<IAsyncAnswer>(
      ['endpoints', id, 'invocations', 'async'],
      {
        connection,
        region,
        output: sent.output,
        at: String(sent.at),
        ...(sent.failure === null ? {} : { failure: sent.failure })
      }
    );
    return invocation;
  }

  /** How much of the time of calls was the model's; times are epoch seconds. */
  latency(
    connection: string,
    region: string,
    id: string,
    of: {
      since: number;
      until: number;
      variant: string;
      component: string | null;
    }
  ): Promise<IEndpointLatency> {
    return this._api.get(['endpoints', id, 'latency'], {
      connection,
      region,
      since: String(of.since),
      until: String(of.until),
      variant: of.variant,
      ...(of.component === null ? {} : { component: of.component })
    });
  }

  /** Send one request to an endpoint; what its model refuses is the answer's problem. */
  invoke(
    connection: string,
    region: string,
    id: string,
    request: IInvocationRequest
  ): Promise<IInvocation> {
    return this._api.post(
      ['endpoints', id, 'invocations'],
      { connection, region },
      request
    );
  }

  /** As {@link invoke}, with each part of the answer as soon as it is there. */
  async invokeStreaming(
    connection: string,
    region: string,
    id: string,
    request: IInvocationRequest,
    onPart: (part: IInvocationPart) => void
  ): Promise<IInvocation> {
    const path = ['endpoints', id, 'invocations', 'stream'];
    const { response } = await this._api.ask(
      this._api.url(path, { connection, region }),
      sent('POST', request),
      async response => (response.ok ? '' : response.text())
    );
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let left = '';
    try {
      for (;;) {
        const { value, done } = await reader.read();
        const lines = (left + decoder.decode(value, { stream: !done })).split(
          '\n'
        );
        left = lines.pop()!;
        for (const line of lines) {
          const part = JSON.parse(line) as IInvocationPart;
          if (part.end) {
            return part.end;
          }
          onPart(part);
        }
        if (done) {
          throw new Error('The answer ends before its end');
        }
      }
    } catch (error) {
      throw this._api.broken(error);
    }
  }

  /** What an endpoint's containers logged about the time of a call. */
  callLog(
    connection: string,
    region: string,
    id: string,
    call: IInvocation
  ): Promise<ICallLog> {
    return this._api.get(['endpoints', id, 'log'], {
      connection,
      region,
      at: String(call.at),
      seconds: String(call.seconds)
    });
  }
}
