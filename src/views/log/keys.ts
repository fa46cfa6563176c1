import * as React from 'react';

import { LOG_EVENT } from '../../commands';
import { ILogCursor } from './cursor';
import { ILogLines } from './lines';

/**
 * Do what the commands of a log ask for below `root`: its keys are commands, so that they are in the
 * shortcut editor.
 */
export function useLogCommands(
  root: React.RefObject<HTMLElement>,
  commands: { readonly [id: string]: () => void }
): void {
  const latest = React.useRef(commands);
  latest.current = commands;
  React.useEffect(() => {
    const node = root.current!;
    const run = (event: Event) =>
      latest.current[(event as CustomEvent<string>).detail]?.();
    node.addEventListener(LOG_EVENT, run);
    return () => node.removeEventListener(LOG_EVENT, run);
  }, []);
}

/**
 * Move by the keys of a list, choose with Shift, copy, and show the line as a whole.
 */
export function onLinesKey(
  event: React.KeyboardEvent,
  cursor: ILogCursor,
  lines: ILogLines,
  copy: () => void
): void {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
  const { current, whole } = cursor;
  const seen = lines.seen();
  const page = Math.max(1, seen.last - seen.first - 1);
  // From nowhere the arrows begin with what is seen.
  const by: { [key: string]: number } = {
    ArrowDown: current === null ? seen.first : current + 1,
    ArrowUp: current === null ? seen.last : current - 1,
    PageDown: (current ?? seen.first) + page,
    PageUp: (current ?? seen.last) - page,
    Home: 0
  };
  if ((ctrlKey || metaKey) && key === 'c') {
    if (current === null || getSelection()?.isCollapsed === false) {
      return;
    }
    copy();
  } else if (ctrlKey || metaKey || altKey) {
    return;
  } else if (key in by) {
    cursor.go(by[key], true, shiftKey);
  } else if (key === 'Enter' && current !== null) {
    cursor.setWhole(!whole);
  } else if (key === 'Escape' && whole) {
    cursor.setWhole(false);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}
