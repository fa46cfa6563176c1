import * as React from 'react';

import { colourOf, IMask } from './masks';

/** How much of a part's colour is over the picture, of 255: of the selected one, and of others. */
const STRONG = 190;
const USUAL = 120;
const WEAK = 30;

/**
 * A mask over its picture; a part that is selected stands out, and parts that are not `shown` are
 * left out.
 */
export function Overlay(props: {
  mask: IMask;
  selected: number | null;
  /** Null: all of them. */
  shown: ReadonlySet<number> | null;
}): React.ReactElement {
  const { mask, selected, shown } = props;
  const canvas = React.useRef<HTMLCanvasElement>(null);
  const drawn = shown && [...shown].join();
  React.useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) {
      return;
    }
    const { width, height, parts } = mask;
    const image = context.createImageData(width, height);
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at];
      if (part === 0 || (shown && !shown.has(part))) {
        continue;
      }
      image.data.set(colourOf(part), 4 * at);
      image.data[4 * at + 3] =
        selected === null ? USUAL : selected === part ? STRONG : WEAK;
    }
    context.putImageData(image, 0, 0);
  }, [mask, selected, drawn]);
  return (
    // The table beside it says the same to who does not see it.
    <canvas
      ref={canvas}
      className="jp-smext-bench-overlay"
      width={mask.width}
      height={mask.height}
      aria-hidden="true"
    />
  );
}
