import * as React from 'react';

import { ILogLines } from './lines';
import { LogModel } from './model';
import { visible } from './text';

/**
 * Where somebody is in a log: at its end, or on a line.
 */
export interface ILogCursor {
  /** Whether it stays at the end. */
  readonly follow: boolean;
  /** The line that it is on; null at the end. */
  readonly current: number | null;
  /** The other end of the lines that are chosen; null where it is one alone. */
  readonly from: number | null;
  /** How many lines are chosen. */
  readonly chosen: number;
  /** Whether the line is shown as a whole. */
  readonly whole: boolean;
  /** What is told to who hears it. */
  readonly said: string;
  /** To a line, or the nearest that there is; `extend` chooses those in between. */
  go(line: number, step?: boolean, extend?: boolean): void;
  /** To the end, or no longer along with it. */
  toEnd(on: boolean): void;
  setFollow(follow: boolean): void;
  setWhole(whole: boolean): void;
  say(text: string): void;
}

/**
 * A place in a log that begins on a line, or without one at the end.
 */
export function useCursor(
  model: LogModel,
  lines: React.RefObject<ILogLines>,
  line: number | undefined
): ILogCursor {
  const [follow, setFollow] = React.useState(line === undefined);
  const [current, setCurrent] = React.useState<number | null>(null);
  const [from, setFrom] = React.useState<number | null>(null);
  const [whole, setWhole] = React.useState(false);
  const [said, say] = React.useState('');
  const { count } = model;
  return {
    follow,
    current,
    from,
    chosen: current === null ? 0 : Math.abs(current - (from ?? current)) + 1,
    whole,
    said,
    go: (line, step = false, extend = false) => {
      const to = Math.max(0, Math.min(count - 1, line));
      if (!count) {
        return;
      }
      setFollow(false);
      setFrom(extend ? (from ?? current ?? to) : null);
      setCurrent(to);
      lines.current?.show(to, step);
      say(visible(model.line(to)?.text ?? ''));
    },
    toEnd: on => {
      setFollow(on);
      if (on) {
        setCurrent(null);
        setFrom(null);
        setWhole(false);
        lines.current?.end();
      }
    },
    setFollow,
    setWhole,
    say
  };
}
