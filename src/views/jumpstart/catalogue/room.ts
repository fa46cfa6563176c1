import * as React from 'react';

import { Column } from './order';

/** How wide a column is, and how many pixels the catalogue must have for it. */
const ROOM: {
  readonly [column in Column]: {
    readonly width: string;
    readonly from: number;
  };
} = {
  // Ids stay whole: what they differ in is often at their end.
  name: { width: 'minmax(0, 1fr)', from: 0 },
  task: { width: '160px', from: 420 },
  price: { width: '64px', from: 760 },
  version: { width: '64px', from: 760 },
  source: { width: '130px', from: 1000 },
  tune: { width: '76px', from: 1150 },
  instance: { width: '128px', from: 1400 },
  origin: { width: '92px', from: 1550 }
};

/**
 * The columns that there is room for: cells that nobody sees would take their time with each
 * keystroke.
 */
export function columnsWithin(pixels: number): ReadonlyArray<Column> {
  return (Object.keys(ROOM) as Column[]).filter(id => ROOM[id].from <= pixels);
}

/**
 * The widths of columns, as a style's `grid-template-columns` has them.
 */
export function widthsOf(
  columns: ReadonlyArray<{ readonly id: Column }>
): string {
  return columns.map(({ id }) => ROOM[id].width).join(' ');
}

/**
 * The columns that there is room for in an element, also when it becomes wider or narrower.
 */
export function useRoom(
  element: React.RefObject<HTMLElement>
): ReadonlyArray<Column> {
  const [shown, setShown] = React.useState(() => columnsWithin(Infinity));
  React.useLayoutEffect(() => {
    const measure = () => {
      const width = element.current?.clientWidth ?? 0;
      // What is hidden has no width, and will be as it was.
      if (width > 0) {
        const next = columnsWithin(width);
        setShown(before => (before.length === next.length ? before : next));
      }
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return shown;
}
