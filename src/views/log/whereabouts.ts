import * as React from 'react';

import { ILogCursor } from './cursor';
import { LogModel } from './model';
import { ILogViewProps } from './place';

/** Milliseconds of rest before a place is told. */
const MOVED = 300;

/**
 * Go to the stream and the line that are asked for, once they are there, and tell of those that are
 * looked at.
 */
export function useWhereabouts(
  model: LogModel,
  cursor: ILogCursor,
  props: Pick<ILogViewProps, 'stream' | 'line' | 'onMoved'>
): void {
  const { stream, state, count } = model;
  const { current } = cursor;
  // Where it is, once there is something to be at.
  const there = count > (props.line ?? 0);
  const ready = there || (count > 0 && !state?.reading);
  const before = React.useRef(stream);
  React.useEffect(() => {
    if (before.current !== null && before.current !== stream) {
      cursor.toEnd(true);
    }
    before.current = stream;
  }, [stream]);
  const wanted = React.useRef<string | null>(null);
  const asked = React.useRef(props.stream);
  React.useEffect(() => {
    if (props.stream !== undefined && props.stream !== asked.current) {
      model.choose(props.stream);
    }
    asked.current = props.stream;
  }, [props.stream]);
  React.useEffect(() => {
    const place = JSON.stringify([props.stream, props.line]);
    // Of another stream nothing has been read yet.
    if (wanted.current === place || !ready || model.state === null) {
      return;
    }
    wanted.current = place;
    if (props.line !== undefined) {
      cursor.go(props.line);
    }
  }, [props.stream, props.line, ready, stream]);
  React.useEffect(() => {
    if (stream === null || !ready) {
      return;
    }
    const timer = window.setTimeout(() => {
      wanted.current = JSON.stringify([stream, current ?? undefined]);
      props.onMoved?.(stream, current);
    }, MOVED);
    return () => window.clearTimeout(timer);
  }, [stream, current, ready]);
}
