import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { colourOf, ISegment } from './masks';

/**
 * The classes of a picture's pixels; one that is chosen stands out in the picture.
 */
export function Segments(props: {
  segments: ReadonlyArray<ISegment>;
  selected: number | null;
  onSelect: (part: number | null) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { segments, selected, onSelect, trans } = props;
  return (
    <>
      <table className="jp-smext-bars" aria-label={trans.__('Classes')}>
        <tbody>
          {segments.map(({ part, label, share }) => (
            <tr key={part} data-strong={part === selected || undefined}>
              <th scope="row">
                <button
                  type="button"
                  className="jp-smext-bench-class"
                  aria-pressed={part === selected}
                  onClick={() => onSelect(part === selected ? null : part)}
                >
                  <i
                    aria-hidden="true"
                    style={{ background: `rgb(${colourOf(part).join()})` }}
                  />
                  {label}
                </button>
              </th>
              <td className="jp-smext-bars-track" aria-hidden="true">
                <i style={{ width: `${100 * share}%` }} />
              </td>
              <td className="jp-smext-num">
                {trans.__('%1 %', (100 * share).toFixed(1))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="jp-smext-muted jp-smext-small">
        {trans.__(
          'Each class’s part of the picture. Choose one to see where it is.'
        )}
      </p>
    </>
  );
}
