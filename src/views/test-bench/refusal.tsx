import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { ICallLog, IEndpointFormats, IProblem } from '../../protocol';
import { IAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { Answer } from './answer';
import { ICall } from './bench';
import { CSV, isJson } from './content-types';
import { csvOf } from './csv';

/** Lines of what a model said that are shown at once. */
const LINES = 12;

/**
 * Why a call has no answer, what the model takes instead, and what its container logged.
 */
export function Refusal(props: {
  call: ICall;
  problem: IProblem;
  formats: IEndpointFormats | null;
  endpoint: string;
  log: IAnswer<ICallLog> | null;
  onLog: () => void;
  onCsv: (csv: string) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { call, problem, formats, endpoint, log, trans } = props;
  const { request, answer } = call;
  const unread = answer?.status === 415;
  const csv = unread ? asCsv(call, formats) : null;
  const taken =
    unread && formats?.content_types.length
      ? [
          formats.content_types.includes(request.contentType)
            ? trans.__(
                '%1 should take it by %2; its own code may not.',
                endpoint,
                formats.source
              )
            : trans.__(
                '%1 takes %2.',
                endpoint,
                formats.content_types.join(trans.__(' or '))
              ),
          csv &&
            trans._n(
              'Your row can be sent as CSV without a change of values.',
              'Your %1 rows can be sent as CSV without a change of values.',
              csv.rows
            )
        ]
          .filter(Boolean)
          .join(' ')
      : problem.next;
  return (
    <>
      <ProblemCallout
        problem={{ ...problem, next: taken }}
        // A traceback would push all else out of sight; it also stands under Raw.
        folded={problem.detail.split('\n').length > LINES}
        said={answer ? trans.__('What the model said') : undefined}
        trans={trans}
      >
        {csv && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            onClick={() => props.onCsv(csv.csv)}
          >
            {trans.__('Send as CSV')}
          </button>
        )}
        {answer && !log && (
          <LinkButton
            label={trans.__('Show the log of this call')}
            onClick={props.onLog}
          />
        )}
      </ProblemCallout>
      <Answer call={call} earlier={[]} view="drawn" trans={trans} />
      {log && <Log log={log} onAgain={props.onLog} trans={trans} />}
    </>
  );
}

function Log(props: {
  log: IAnswer<ICallLog>;
  onAgain: () => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { log, onAgain, trans } = props;
  if (log.problem) {
    return (
      <ProblemCallout problem={log.problem} trans={trans} onAgain={onAgain} />
    );
  }
  if (!log.value) {
    return <p role="status">{trans.__('Reading the log…')}</p>;
  }
  const { lines, whole } = log.value;
  return (
    <section aria-label={trans.__('Log of this call')}>
      <div className="jp-smext-line">
        <h2 className="jp-smext-h2 jp-smext-grow">
          {trans.__('Log about the time of this call')}
        </h2>
        <LinkButton label={trans.__('Read again')} onClick={onAgain} />
      </div>
      {lines.length ? (
        <pre
          className="jp-smext-bench-raw"
          role="log"
          aria-live="off"
          tabIndex={0}
        >
          {lines.join('\n')}
          {whole ? '' : '\n…'}
        </pre>
      ) : (
        <p className="jp-smext-muted">
          {trans.__(
            'Its containers logged nothing, or not yet: lines come some seconds late.'
          )}
        </p>
      )}
    </section>
  );
}

/** What was sent as JSON, as CSV, where that may help. */
function asCsv(
  { request }: ICall,
  formats: IEndpointFormats | null
): { csv: string; rows: number } | null {
  const types = formats?.content_types ?? [];
  return isJson(request.contentType) && (!types.length || types.includes(CSV))
    ? csvOf(new TextDecoder().decode(request.bytes))
    : null;
}
