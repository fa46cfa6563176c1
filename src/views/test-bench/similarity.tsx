import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Bar } from './bars';
import { IVector } from './bench';
import { cosine } from './vectors';

/**
 * How near vectors are: to one another, and one to those of earlier calls.
 */
export function Similarity(props: {
  vectors: ReadonlyArray<IVector>;
  earlier: ReadonlyArray<IVector>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { vectors, earlier, trans } = props;
  const length = vectors[0].vector.length;
  const comparable = earlier.filter(one => one.vector.length === length);
  const size = trans.__('%1 numbers each.', length);
  if (vectors.length > 1) {
    return (
      <>
        <div className="jp-smext-bench-wide" tabIndex={0}>
          <table
            className="jp-smext-table"
            aria-label={trans.__('Cosine similarity')}
          >
            <thead>
              <tr>
                <td />
                {vectors.map((_, index) => (
                  <th key={index} scope="col" className="jp-smext-num">
                    {index + 1}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {vectors.map((one, index) => (
                <tr key={index}>
                  <th scope="row">
                    {index + 1} {one.name}
                  </th>
                  {vectors.map((other, column) => {
                    const near = cosine(one.vector, other.vector);
                    return (
                      <td
                        key={column}
                        className="jp-smext-num jp-smext-bench-near"
                        style={
                          {
                            '--near': `${Math.round(60 * Math.max(0, near))}%`
                          } as React.CSSProperties
                        }
                      >
                        {near.toFixed(3)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="jp-smext-muted jp-smext-small">{size}</p>
      </>
    );
  }
  const near = comparable
    .map(({ name, vector }) => ({
      name,
      value: cosine(vectors[0].vector, vector)
    }))
    .sort((a, b) => b.value - a.value);
  return near.length ? (
    <>
      <table
        className="jp-smext-bars"
        aria-label={trans.__('Cosine similarity to earlier inputs')}
      >
        <tbody>
          {near.map(({ name, value }, index) => (
            <Bar key={index} label={name} value={value} strong={index === 0} />
          ))}
        </tbody>
      </table>
      <p className="jp-smext-muted jp-smext-small">
        {trans.__('Cosine similarity to what was sent before. %1', size)}
      </p>
    </>
  ) : (
    <p className="jp-smext-muted">
      {trans.__(
        'A vector of %1 numbers. Send another input, and it is compared with this one.',
        length
      )}
    </p>
  );
}
