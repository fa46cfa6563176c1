import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ICallLog, IClassNames, IEndpointFormats } from '../../protocol';
import { IAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { Answer, headline } from './answer';
import { AnswerHead } from './answer-head';
import { Bench, ICall } from './bench';
import { milliseconds } from './milliseconds';
import { ISize, Objects, placed } from './objects';
import { Queue } from './queue';
import { Refusal } from './refusal';
import { Segments } from './segments';
import { View, viewsOf } from './view-choice';

/**
 * The answer as it comes, drawn, or why there is none.
 */
export function AnswerPane(props: {
  bench: Bench;
  queue: Queue;
  /** The last call, with names for its classes. */
  call: ICall | null;
  names: IAnswer<IClassNames>;
  formats: IEndpointFormats | null;
  endpoint: string;
  size: ISize | null | undefined;
  least: number;
  selected: number | null;
  log: IAnswer<ICallLog> | null;
  onLeast: (least: number) => void;
  onSelect: (number: number | null) => void;
  onLog: (call: ICall) => void;
  onCsv: (csv: string) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { bench, queue, call, formats, endpoint, names, trans } = props;
  const [chosen, setChosen] = React.useState<View>('drawn');
  const { isBusy, repetition } = bench;
  const reading = call?.reading ?? null;
  const view = viewsOf(reading).includes(chosen) ? chosen : 'drawn';
  const size = props.size ?? { width: 1, height: 1 };
  return (
    <>
      {bench.partial !== null ? (
        <blockquote className="jp-smext-bench-text">{bench.partial}</blockquote>
      ) : call?.problem ? (
        <Refusal
          call={call}
          problem={call.problem}
          formats={formats}
          endpoint={endpoint}
          log={props.log}
          onLog={() => props.onLog(call)}
          onCsv={props.onCsv}
          trans={trans}
        />
      ) : call ? (
        <>
          <AnswerHead
            call={call}
            endpoint={endpoint}
            least={props.least}
            view={view}
            onLeast={props.onLeast}
            onView={setChosen}
            trans={trans}
          />
          {view !== 'raw' && reading?.shape === 'objects' ? (
            <>
              <Objects
                objects={placed(reading.objects, props.least, size)}
                selected={props.selected}
                lines={reading.text !== null}
                onSelect={props.onSelect}
                trans={trans}
              />
              {reading.text !== null && (
                <blockquote
                  className="jp-smext-bench-text"
                  aria-label={trans.__('The whole text')}
                >
                  {reading.text}
                </blockquote>
              )}
            </>
          ) : view !== 'raw' && reading?.shape === 'segments' ? (
            <Segments
              segments={reading.segments.segments}
              selected={props.selected}
              onSelect={props.onSelect}
              trans={trans}
            />
          ) : (
            <Answer
              call={call}
              earlier={bench.vectors}
              view={view}
              trans={trans}
            />
          )}
          <Names call={call} names={names} trans={trans} />
        </>
      ) : (
        <p className="jp-smext-muted">
          {trans.__('The answer is drawn here.')}
        </p>
      )}
      {queue.waiting && (
        <p className="jp-smext-bench-note">
          {trans.__(
            'It waits in the endpoint’s queue; its answer will be at %1.',
            queue.waiting.output
          )}{' '}
          {queue.waiting.failure === null &&
            trans.__('Where it fails, only its log will say so.')}{' '}
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => queue.leave()}
          >
            {trans.__('Wait no more')}
          </button>
        </p>
      )}
      {isBusy && !repetition && (
        <div className="jp-smext-progress jp-mod-moving">
          <i />
        </div>
      )}
      <p role="status" className="jp-smext-sr">
        {isBusy
          ? repetition
            ? ''
            : trans.__('Sending…')
          : call && !call.problem
            ? trans.__(
                'Answered in %1 ms: %2',
                milliseconds(1000 * call.answer!.seconds),
                headline(call, trans)
              )
            : ''}
      </p>
    </>
  );
}

/**
 * Where the names of the classes are from, or why they are numbers.
 */
function Names(props: {
  call: ICall;
  names: IAnswer<IClassNames>;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { call, names, trans } = props;
  const { reading } = call;
  if (names.problem) {
    return <ProblemCallout problem={names.problem} trans={trans} folded />;
  }
  if (
    !names.value ||
    (reading?.shape !== 'classes' && reading?.shape !== 'objects')
  ) {
    return null;
  }
  return (
    <p className="jp-smext-muted jp-smext-small">
      {reading.numbered
        ? trans.__(
            'Classes have their numbers: neither the answer nor the model’s artifact names them.'
          )
        : trans.__(
            'Class names from the model’s own label file, in %1.',
            names.value.source
          )}
    </p>
  );
}
