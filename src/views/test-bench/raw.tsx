import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes } from '../../components/amount';
import { IAsyncInvocation } from '../../protocol';
import { ICall } from './bench';
import { isText } from './content-types';
import { milliseconds } from './milliseconds';

/** Characters of a body that are shown. */
const SHOWN = 2000;

/**
 * The last request and its answer, as they went over the network.
 */
export function Raw(props: {
  call: ICall;
  endpoint: string;
  /** Where an asynchronous endpoint had the request from. */
  queued: IAsyncInvocation | null;
  trans: TranslationBundle;
}): React.ReactElement {
  const { call, endpoint, trans } = props;
  const queued = call.request.queued ? props.queued : null;
  const { request, answer } = call;
  const path = request.queued
    ? 'async-invocations'
    : request.stream
      ? 'invocations-response-stream'
      : 'invocations';
  const given: [string, string | null][] = [
    [
      request.queued ? 'X-Amzn-SageMaker-Content-Type' : 'Content-Type',
      request.contentType
    ],
    [
      request.queued || request.stream ? 'X-Amzn-SageMaker-Accept' : 'Accept',
      request.accept
    ],
    ['X-Amzn-SageMaker-InputLocation', queued?.input ?? null],
    ['X-Amzn-SageMaker-Target-Variant', request.variant],
    ['X-Amzn-SageMaker-Inference-Component', request.component],
    ['X-Amzn-SageMaker-Custom-Attributes', request.customAttributes]
  ];
  const headers = [
    `POST …/endpoints/${endpoint}/${path}`,
    ...given.map(([name, value]) => value && `${name}: ${value}`)
  ].filter(Boolean);
  return (
    <div className="jp-smext-bench-exchange">
      <pre aria-label={trans.__('Request')} tabIndex={0}>
        {headers.join('\n')}
        {'\n\n'}
        {body(request.bytes, request.contentType, trans)}
      </pre>
      <pre aria-label={trans.__('Response')} tabIndex={0}>
        {answer ? (
          <>
            {[
              answer.status === 200 ? '200 OK' : answer.status || '',
              trans.__('%1 ms', milliseconds(1000 * answer.seconds)),
              answer.problem ? '' : bytes(call.body.length, trans)
            ]
              .filter(Boolean)
              .join(' · ')}
            {queued && `\n${answer.problem ? queued.failure : queued.output}`}
            {answer.content_type && `\nContent-Type: ${answer.content_type}`}
            {answer.variant &&
              `\nX-Amzn-Invoked-Production-Variant: ${answer.variant}`}
            {answer.custom_attributes &&
              `\nX-Amzn-SageMaker-Custom-Attributes: ${answer.custom_attributes}`}
            {'\n\n'}
            {answer.problem
              ? answer.problem.detail
              : body(call.body, answer.content_type, trans)}
          </>
        ) : queued ? (
          trans.__('Its answer will be at %1.', queued.output)
        ) : (
          trans.__('It did not get to the model.')
        )}
      </pre>
    </div>
  );
}

function body(
  content: Uint8Array,
  type: string,
  trans: TranslationBundle
): string {
  if (!isText(type)) {
    return trans.__('<%1 of %2>', bytes(content.length, trans), type);
  }
  // A character has four bytes at most.
  const text = new TextDecoder().decode(content.subarray(0, 4 * SHOWN));
  return text.length > SHOWN || content.length > 4 * SHOWN
    ? `${text.slice(0, SHOWN)}…`
    : text;
}
