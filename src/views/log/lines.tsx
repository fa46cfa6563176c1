import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { flushSync } from 'react-dom';

import { LogModel } from './model';
import { LogRows } from './rows';
import { IQuery } from './search';
import { LINE, LogScroll } from './scroll';

/** Milliseconds after which somebody has stopped to scroll. */
const RESTED = 150;

/** The room that is taken where nothing is laid out. */
const ROOM = 400;

/**
 * What the lines can be asked.
 */
export interface ILogLines {
  focus(): void;
  /** Bring a line into view: in the middle, or no further than it has to be moved. */
  show(line: number, step?: boolean): void;
  end(): void;
  /** The lines that are seen. */
  seen(): { first: number; last: number };
}

/**
 * Lines by their numbers: those that are seen are in the page, and those around them are read.
 */
export const LogLines = React.forwardRef<
  ILogLines,
  {
    model: LogModel;
    label: string;
    current: number | null;
    matches: ReadonlySet<number>;
    query: IQuery | null;
    follow: boolean;
    /** The line to begin at; without it the end. */
    start: number | undefined;
    trans: TranslationBundle;
    onFollow: (follow: boolean) => void;
    onKeyDown: (event: React.KeyboardEvent) => void;
    /** A line was clicked, with Shift or without. */
    onPick: (line: number, extend: boolean) => void;
    /** The whole of a line is wanted. */
    onWhole: (line: number) => void;
    /** From here to the current line they are chosen. */
    from: number | null;
  }
>((props, ref) => {
  const { model, label, current, matches, query, follow, trans } = props;
  const box = React.useRef<HTMLDivElement>(null);
  const list = React.useRef<HTMLDivElement>(null);
  const [scroll] = React.useState(() => {
    const made = new LogScroll();
    // Where it begins, so that nothing else is read first.
    made.resize(model.count, ROOM);
    made.show(props.start ?? model.count);
    return made;
  });
  const [rows] = React.useState(() => new LogRows(trans));
  const [, render] = React.useReducer((count: number) => count + 1, 0);
  const rested = React.useRef(0);
  const { count } = model;
  const kept =
    current !== null && scroll.first <= current && current <= scroll.last;
  scroll.resize(count, box.current?.clientHeight || ROOM);

  const setBar = (bar: number) => {
    if (box.current && box.current.scrollTop !== bar) {
      box.current.scrollTop = bar;
    }
  };
  React.useImperativeHandle(ref, () => ({
    focus: () => box.current?.focus({ preventScroll: true }),
    show: (line, step) => {
      setBar(step ? scroll.step(line) : scroll.show(line));
      render();
    },
    end: () => {
      setBar(scroll.go(scroll.end));
      render();
    },
    seen: () => ({ first: scroll.first, last: scroll.last })
  }));

  React.useLayoutEffect(() => {
    // It has a height now.
    scroll.resize(count, box.current!.clientHeight || ROOM);
    setBar(scroll.go(scroll.top));
    render();
    if (typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(render);
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      window.clearTimeout(rested.current);
    };
  }, []);
  React.useLayoutEffect(() => {
    if (follow && scroll.top < scroll.end) {
      setBar(scroll.go(scroll.end));
      render();
    }
  }, [follow, count, scroll.room]);
  React.useLayoutEffect(() => {
    // The current line stays in view when there is less room.
    setBar(kept ? scroll.step(current) : scroll.go(scroll.top));
    render();
  }, [scroll.room]);
  const { first, last } = scroll;
  React.useEffect(() => model.want(first, last));

  const onScroll = () => {
    if ((box.current!.clientHeight || ROOM) !== scroll.room) {
      // There is more room: the browser moved it, nobody else.
      render();
      return;
    }
    const by = scroll.moved(box.current!.scrollTop);
    if (!by) {
      return;
    }
    // At once: in the next frame the lines would be behind the scroll bar.
    flushSync(render);
    if (by < -1 && follow) {
      props.onFollow(false);
    } else if (by > 1 && scroll.top >= scroll.end - 1) {
      props.onFollow(true);
    }
    window.clearTimeout(rested.current);
    // Where lines are taller than the bar is long, the two drift apart.
    rested.current = window.setTimeout(
      () => setBar(scroll.go(scroll.top)),
      RESTED
    );
  };
  const lineOf = (event: React.MouseEvent) => {
    const row = (event.target as Element).closest<HTMLElement>('[data-line]');
    return row ? Number(row.dataset.line) : null;
  };
  const low = Math.min(props.from ?? current ?? -1, current ?? -1);
  const high = Math.max(props.from ?? current ?? -1, current ?? -1);
  React.useLayoutEffect(() =>
    rows.show(list.current!, first, last, number => ({
      line: model.line(number),
      query,
      matches: matches.has(number),
      current: number === current,
      chosen: number >= low && number <= high
    }))
  );
  return (
    <div
      ref={box}
      className="jp-smext-log"
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      style={
        { '--jp-smext-digits': String(count).length } as React.CSSProperties
      }
      onScroll={onScroll}
      onKeyDown={props.onKeyDown}
      onClick={event => {
        const line = lineOf(event);
        if (line === null) {
          return;
        }
        if ((event.target as Element).closest('button')) {
          props.onWhole(line);
        } else if (event.shiftKey || getSelection()?.isCollapsed !== false) {
          props.onPick(line, event.shiftKey);
        }
      }}
    >
      <div style={{ height: scroll.scrolled }}>
        <div
          className="jp-smext-log-seen"
          style={{ height: Math.min(scroll.room, count * LINE) }}
        >
          <div
            ref={list}
            style={{ transform: `translateY(${-(scroll.top % LINE)}px)` }}
          />
        </div>
      </div>
    </div>
  );
});
