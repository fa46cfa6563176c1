import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { problemOf } from '../../api';
import {
  IInvocation,
  IInvocationPart,
  IInvocationRequest,
  IProblem
} from '../../protocol';
import { readAnswer } from './answers';
import { fromBase64, toBase64 } from './base64';
import { Reading } from './reading';
import { readStream, streamedText } from './streamed';

/**
 * A request to a model: `name` is the file's that its bytes are from, null where they were typed.
 */
export interface IRequest {
  readonly bytes: Uint8Array;
  readonly name: string | null;
  readonly contentType: string;
  readonly accept: string | null;
  readonly variant: string | null;
  readonly component: string | null;
  readonly customAttributes: string | null;
  /** Whether the answer is wanted as the model writes it. */
  readonly stream: boolean;
  /** Whether it goes into a queue, and is answered in S3. */
  readonly queued: boolean;
}

/**
 * When the calls were made whose times are kept, in epoch seconds, and who answered.
 */
export interface IWindow {
  readonly since: number;
  readonly until: number;
  readonly variant: string | null;
  readonly component: string | null;
}

/**
 * A request that was answered, or why it was not; `answer` is null where it did not get to the
 * model.
 */
export interface ICall {
  readonly request: IRequest;
  readonly answer: IInvocation | null;
  readonly body: Uint8Array;
  readonly reading: Reading | null;
  readonly problem: IProblem | null;
  /** Milliseconds to the first part of an answer that came in parts. */
  readonly first: number | null;
}

/**
 * A vector that a model made of an input, with words to know the input by.
 */
export interface IVector {
  readonly name: string;
  readonly vector: ReadonlyArray<number>;
}

/** Vectors that are kept to compare the next one with. */
const KEPT = 12;
const NAME = 60;

/**
 * The calls of one endpoint: the last one, and how long all of them took.
 */
export class Bench implements IDisposable {
  constructor(private readonly _send: Bench.Send) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The last single call; one of a repetition only where it failed before the model. */
  get last(): ICall | null {
    return this._last;
  }

  /** How long the calls took that were answered, in milliseconds. */
  get times(): ReadonlyArray<number> {
    return this._times;
  }

  /** When these calls were made; null of none. */
  get window(): IWindow | null {
    return this._window;
  }

  /** How many calls failed. */
  get failed(): number {
    return this._failed;
  }

  /** What earlier calls made vectors of, newest first. */
  get vectors(): ReadonlyArray<IVector> {
    return this._vectors;
  }

  /** Whether a call, or a repetition, is under way. */
  get isBusy(): boolean {
    return this._busy;
  }

  /** How far a repetition is; null where none runs. */
  get repetition(): { readonly done: number; readonly of: number } | null {
    return this._repetition;
  }

  /** What is there of an answer that the model still writes; null without one. */
  get partial(): string | null {
    return this._partial;
  }

  dispose(): void {
    this._isDisposed = true;
    this.stop();
    Signal.clearData(this);
  }

  /** Send one request; nothing while another is under way. */
  async send(request: IRequest): Promise<void> {
    if (this._busy) {
      return;
    }
    this._busy = true;
    this._changed.emit();
    this._keepVectors();
    const sent = toBase64(request.bytes);
    const call = request.stream
      ? await this._stream(request, sent)
      : await this._call(request, sent);
    this._last = call;
    this._busy = false;
    this._partial = null;
    this._count(call);
    this._changed.emit();
  }

  /**
   * Send a request `count` times, one after another. A model may fail on one and go on; what keeps
   * requests from the model ends it.
   */
  async repeat(request: IRequest, count: number): Promise<void> {
    if (this._busy) {
      return;
    }
    this._busy = true;
    this._stopped = false;
    const body = toBase64(request.bytes);
    for (let done = 0; done < count && !this._stopped; done++) {
      this._repetition = { done, of: count };
      this._changed.emit();
      const call = await this._call(request, body);
      this._count(call);
      if (call.answer === null) {
        this._last = call;
        break;
      }
    }
    this._busy = false;
    this._repetition = null;
    this._changed.emit();
  }

  /** End a repetition after the call that is under way. */
  stop(): void {
    this._stopped = true;
  }

  /** Forget how long calls took. */
  forget(): void {
    this._times = [];
    this._window = null;
    this._failed = 0;
    this._changed.emit();
  }

  private async _call(request: IRequest, sent: string): Promise<ICall> {
    try {
      const answer = await this._send(asked(request, sent));
      return answered(request, answer, fromBase64(answer.body), null);
    } catch (error) {
      return unanswered(request, error);
    }
  }

  private async _stream(request: IRequest, sent: string): Promise<ICall> {
    const parts: Uint8Array[] = [];
    const decoder = new TextDecoder();
    let text = '';
    let first: number | null = null;
    try {
      const answer = await this._send(asked(request, sent), part => {
        const body = fromBase64(part.body);
        first ??= 1000 * part.seconds;
        parts.push(body);
        text += decoder.decode(body, { stream: true });
        this._partial = streamedText(text);
        this._changed.emit();
      });
      const call = answered(request, answer, joined(parts), first);
      return call.problem && text
        ? // What was written before it broke off is not lost.
          { ...call, reading: { shape: 'text', texts: [streamedText(text)] } }
        : call;
    } catch (error) {
      return unanswered(request, error);
    }
  }

  private _count(call: ICall): void {
    const { answer, problem, request } = call;
    if (answer && !problem) {
      // How long it lay in a queue says nothing of the model.
      if (!request.queued) {
        this._times = [...this._times, 1000 * answer.seconds];
        this._window = {
          since: this._window?.since ?? answer.at,
          until: answer.at + answer.seconds,
          variant: answer.variant,
          component: request.component
        };
      }
    } else {
      this._failed += 1;
    }
  }

  /** What the last call made is what the next one is compared with. */
  private _keepVectors(): void {
    if (this._last?.reading?.shape === 'vectors') {
      this._vectors = [...namedVectors(this._last), ...this._vectors].slice(
        0,
        KEPT
      );
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private _busy = false;
  private _failed = 0;
  private _isDisposed = false;
  private _last: ICall | null = null;
  private _partial: string | null = null;
  private _repetition: { done: number; of: number } | null = null;
  private _stopped = false;
  private _times: number[] = [];
  private _window: IWindow | null = null;
  private _vectors: IVector[] = [];
}

/**
 * A namespace for Bench statics.
 */
export namespace Bench {
  /** Sends a request to the endpoint, in parts to `onPart` if there is one; throws ApiError. */
  export type Send = (
    request: IInvocationRequest,
    onPart?: (part: IInvocationPart) => void
  ) => Promise<IInvocation>;
}

function asked(request: IRequest, body: string): IInvocationRequest {
  return {
    body,
    content_type: request.contentType,
    accept: request.accept,
    variant: request.variant,
    component: request.component,
    custom_attributes: request.customAttributes
  };
}

function answered(
  request: IRequest,
  answer: IInvocation,
  body: Uint8Array,
  first: number | null
): ICall {
  const { problem } = answer;
  return {
    request,
    answer,
    body,
    reading: problem
      ? null
      : request.stream
        ? readStream(body, answer.content_type)
        : readAnswer(body, answer.content_type, answer.body),
    problem,
    first
  };
}

function unanswered(request: IRequest, error: unknown): ICall {
  return {
    request,
    answer: null,
    body: new Uint8Array(),
    reading: null,
    problem: problemOf(error),
    first: null
  };
}

function joined(parts: ReadonlyArray<Uint8Array>): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * The vectors of a call's answer, named by its input: a line for each where there are as many.
 */
export function namedVectors(call: ICall): IVector[] {
  const { reading, request } = call;
  if (reading?.shape !== 'vectors') {
    return [];
  }
  const names = request.name === null ? inputs(request) : [request.name];
  return reading.vectors.map((vector, index) => ({
    name:
      reading.vectors.length === names.length
        ? names[index]
        : reading.vectors.length === 1
          ? names.join(' ').slice(0, NAME)
          : `${index + 1}`,
    vector
  }));
}

/** What was typed, as the inputs that it holds: JSON's texts, else lines. */
function inputs(request: IRequest): string[] {
  const text = new TextDecoder().decode(request.bytes);
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = text.split('\n').filter(line => line.trim());
  }
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) {
    found = Object.values(found)[0];
  }
  const list = Array.isArray(found) ? found : [found];
  return list.map(one =>
    (typeof one === 'string' ? one : JSON.stringify(one)).slice(0, NAME)
  );
}
