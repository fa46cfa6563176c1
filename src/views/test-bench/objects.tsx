import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IFound } from './reading';

/**
 * An image's size in pixels.
 */
export interface ISize {
  readonly width: number;
  readonly height: number;
}

/**
 * An object with its place in pixels of the image, and its number in the table.
 */
export interface IPlaced {
  readonly number: number;
  /** Its number in a mask. */
  readonly part: number;
  readonly label: string;
  readonly score: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The objects of at least a score, in pixels of an image.
 */
export function placed(
  objects: ReadonlyArray<IFound>,
  least: number,
  size: ISize
): IPlaced[] {
  return objects
    .filter(({ score }) => score >= least)
    .map(({ part, label, score, box, normalized }, index) => {
      const [x, y] = normalized ? [size.width, size.height] : [1, 1];
      const [left, top, right, bottom] = box;
      return {
        number: index + 1,
        part,
        label,
        score,
        left: left * x,
        top: top * y,
        width: (right - left) * x,
        height: (bottom - top) * y
      };
    });
}

/**
 * Objects as an ARIA grid; a row that is selected or pointed at has its box stand out.
 */
export function Objects(props: {
  objects: ReadonlyArray<IPlaced>;
  selected: number | null;
  /** Whether they are lines of a text. */
  lines: boolean;
  onSelect: (number: number | null) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { objects, selected, lines, onSelect, trans } = props;
  const body = React.useRef<HTMLTableSectionElement>(null);
  const at = Math.max(
    0,
    objects.findIndex(({ number }) => number === selected)
  );
  const onKeyDown = (event: React.KeyboardEvent) => {
    const to: { [key: string]: number } = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: objects.length - 1,
      ' ': at
    };
    if (!(event.key in to) || event.ctrlKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    const index = Math.max(0, Math.min(objects.length - 1, to[event.key]));
    onSelect(objects[index].number);
    body.current?.rows[index]?.focus();
  };
  return (
    <>
      <div className="jp-smext-bench-wide">
        <table
          className="jp-smext-table jp-smext-bench-objects"
          role="grid"
          aria-label={lines ? trans.__('Lines') : trans.__('Objects')}
        >
          <thead>
            <tr>
              <th scope="col" className="jp-smext-num">
                {trans.__('#')}
              </th>
              <th scope="col">
                {lines ? trans.__('Text') : trans.__('Class')}
              </th>
              <th scope="col">{trans.__('Score')}</th>
              {[
                trans.__('Left'),
                trans.__('Top'),
                trans.__('Width'),
                trans.__('Height')
              ].map(label => (
                <th key={label} scope="col" className="jp-smext-num">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={onKeyDown}>
            {objects.map((one, index) => (
              <tr
                key={one.number}
                aria-selected={one.number === selected}
                tabIndex={index === at ? 0 : -1}
                onClick={() => onSelect(one.number)}
                onFocus={() => onSelect(one.number)}
                onMouseEnter={() => onSelect(one.number)}
              >
                <td className="jp-smext-num">{one.number}</td>
                <td>{one.label}</td>
                <td>
                  <i
                    aria-hidden="true"
                    className="jp-smext-bench-meter"
                    style={
                      {
                        '--score': `${100 * one.score}%`
                      } as React.CSSProperties
                    }
                  />
                  {one.score.toFixed(2)}
                </td>
                {[one.left, one.top, one.width, one.height].map(
                  (value, column) => (
                    <td key={column} className="jp-smext-num">
                      {Math.round(value)}
                    </td>
                  )
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="jp-smext-muted jp-smext-small">
        {trans.__('Boxes in pixels of the input image.')}
      </p>
    </>
  );
}
