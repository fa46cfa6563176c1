import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { headline } from './answer';
import { ICall } from './bench';
import { milliseconds } from './timing';

/**
 * What an answer says in a few words, and from which score on objects are drawn.
 */
export function AnswerHead(props: {
  call: ICall;
  least: number;
  onLeast: (least: number) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { call, least, onLeast, trans } = props;
  const { reading } = call;
  const id = React.useId();
  const whole = trans.__('%1 ms', milliseconds(1000 * call.answer!.seconds));
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
            {[first, time].filter(Boolean).join(' · ')}
          </span>
        </h2>
      </div>
    );
  }
  const above = reading.objects.filter(({ score }) => score >= least).length;
  return (
    <div className="jp-smext-line jp-smext-bench-head">
      <h2 className="jp-smext-h2 jp-smext-grow">
        {trans._n('%1 object', '%1 objects', above)}{' '}
        <span className="jp-smext-muted">
          {trans.__(
            'of %1 above score %2 · %3',
            reading.objects.length,
            least.toFixed(2),
            time
          )}
        </span>
      </h2>
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
  );
}
