import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { headline } from './answer';
import { ICall } from './bench';
import { milliseconds } from './milliseconds';
import { View, ViewChoice } from './view-choice';

/**
 * What an answer says in a few words, how it is shown, and from which score on objects are drawn.
 */
export function AnswerHead(props: {
  call: ICall;
  endpoint: string;
  least: number;
  view: View;
  onLeast: (least: number) => void;
  onView: (view: View) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { call, endpoint, least, onLeast, trans } = props;
  const { reading, request } = call;
  const id = React.useId();
  const views = (
    <ViewChoice
      reading={reading}
      value={props.view}
      onChange={props.onView}
      trans={trans}
    />
  );
  const whole = request.queued
    ? trans.__(
        'seen after %1 ms in the queue and the model',
        milliseconds(1000 * call.answer!.seconds)
      )
    : trans.__('%1 ms', milliseconds(1000 * call.answer!.seconds));
  const time =
    call.first === null
      ? whole
      : trans.__('%1, first part after %2 ms', whole, milliseconds(call.first));
  if (reading?.shape !== 'objects') {
    const first =
      reading?.shape === 'classes'
        ? reading.classes[0]?.probability.toFixed(3)
        : null;
    return (
      <div className="jp-smext-line jp-smext-bench-head">
        <h2 className="jp-smext-h2 jp-smext-grow">
          {headline(call, trans)}{' '}
          <span className="jp-smext-muted">
            {[first, time, endpoint].filter(Boolean).join(' · ')}
          </span>
        </h2>
        {views}
      </div>
    );
  }
  const above = reading.objects.filter(({ score }) => score >= least).length;
  return (
    <>
      <div className="jp-smext-line jp-smext-bench-head">
        <h2 className="jp-smext-h2 jp-smext-grow">
          {reading.text === null
            ? trans._n('%1 object', '%1 objects', above)
            : trans._n('%1 line of text', '%1 lines of text', above)}{' '}
          <span className="jp-smext-muted">
            {trans.__(
              'of %1 above score %2 · %3',
              reading.objects.length,
              least.toFixed(2),
              time
            )}
          </span>
        </h2>
        {views}
      </div>
      <div className="jp-smext-line jp-smext-bench-head">
        <label htmlFor={id}>{trans.__('Least score')}</label>
        <input
          id={id}
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={least}
          onChange={event => onLeast(Number(event.target.value))}
        />
        <span className="jp-smext-num">{least.toFixed(2)}</span>
      </div>
    </>
  );
}
