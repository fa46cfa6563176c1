import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ILogCursor } from './cursor';
import { LogModel } from './model';
import { visible } from './text';

/** Milliseconds between sums of what was written. */
const SUM = 5000;

/**
 * Say what is written, summed up: each line by itself would be too much to hear.
 */
export function useSums(
  model: LogModel,
  cursor: ILogCursor,
  trans: TranslationBundle
): void {
  const { state, stream } = model;
  const summed = React.useRef(0);
  const live = cursor.follow && state !== null && !state.ended;
  React.useEffect(() => {
    if (!live) {
      return;
    }
    summed.current = model.count;
    const timer = window.setInterval(() => {
      const more = model.count - summed.current;
      summed.current = model.count;
      if (more > 0) {
        const last = visible(model.line(model.count - 1)?.text ?? '');
        cursor.say(
          trans._n('%1 more line: %2', '%1 more lines, at last: %2', more, last)
        );
      }
    }, SUM);
    return () => window.clearInterval(timer);
  }, [live, stream]);
}
