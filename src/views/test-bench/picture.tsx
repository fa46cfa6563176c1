import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IMask } from './masks';
import { IPlaced, ISize } from './objects';
import { Overlay } from './overlay';

/**
 * The input image, with the objects that were found in it.
 */
export function Picture(props: {
  url: string;
  name: string;
  size: ISize | null;
  objects: ReadonlyArray<IPlaced>;
  selected: number | null;
  /** Which pixels are whose, and the part of it that stands out. */
  mask: IMask | null;
  part: number | null;
  /** Whether the objects are lines of a text, which a label would cover. */
  lines: boolean;
  onSelect: (number: number | null) => void;
  onSize: (size: ISize | null) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { url, name, size, objects, selected, onSelect, onSize, trans } = props;
  const { mask, part, lines } = props;
  return (
    <div className="jp-smext-bench-picture">
      <img
        src={url}
        alt={trans.__('Input image %1', name)}
        onLoad={({ currentTarget }) =>
          onSize({
            width: currentTarget.naturalWidth,
            height: currentTarget.naturalHeight
          })
        }
        onError={() => onSize(null)}
      />
      {size && mask && (
        <Overlay
          mask={mask}
          selected={part}
          shown={
            objects.length > 0 ? new Set(objects.map(one => one.part)) : null
          }
        />
      )}
      {size && objects.length > 0 && (
        // The table beside it says the same to who does not see it.
        <div className="jp-smext-bench-boxes" aria-hidden="true">
          {objects.map(one => (
            <div
              key={one.number}
              className="jp-smext-bench-box"
              data-selected={one.number === selected || undefined}
              style={{
                left: `${(100 * one.left) / size.width}%`,
                top: `${(100 * one.top) / size.height}%`,
                width: `${(100 * one.width) / size.width}%`,
                height: `${(100 * one.height) / size.height}%`
              }}
              onMouseEnter={() => onSelect(one.number)}
              onClick={() => onSelect(one.number)}
            >
              <span>
                {lines
                  ? one.number
                  : `${one.number} ${one.label} ${one.score.toFixed(2)}`}
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
