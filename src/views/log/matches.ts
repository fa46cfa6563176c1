import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ILogCursor } from './cursor';
import { ILogLines } from './lines';
import { LogModel } from './model';
import { visible } from './text';

/**
 * The lines in which something was found, where the cursor is among them (-1: it is on none), and
 * the way to the next and the one before.
 */
export function useMatches(
  model: LogModel,
  cursor: ILogCursor,
  lines: React.RefObject<ILogLines>,
  trans: TranslationBundle
): {
  readonly matches: ReadonlySet<number>;
  readonly match: number;
  readonly toMatch: (by: 1 | -1) => void;
} {
  const { current } = cursor;
  const { found } = model.search;
  // Asked for before there were matches.
  const jump = React.useRef(0);
  const matches = React.useMemo(() => new Set(found?.lines), [found]);
  const toMatch = (by: 1 | -1) => {
    const known = model.search.found?.lines;
    if (!known?.length) {
      jump.current = known ? 0 : by;
      return;
    }
    const here = current ?? lines.current?.seen().first ?? 0;
    if (by > 0 && here >= known[known.length - 1]) {
      void model.search.goOn(true);
    }
    const index =
      by > 0
        ? model.search.from(current === null ? here : here + 1)
        : model.search.before(here);
    cursor.go(known[index]);
    cursor.say(
      trans.__(
        '%1 of %2: %3',
        index + 1,
        model.search.found!.total,
        visible(model.line(known[index])?.text ?? '')
      )
    );
  };
  React.useEffect(() => {
    if (jump.current && found) {
      const by = jump.current as 1 | -1;
      jump.current = 0;
      toMatch(by);
    }
  }, [found]);
  const match =
    current !== null && matches.has(current) ? model.search.from(current) : -1;
  return { matches, match, toMatch };
}
