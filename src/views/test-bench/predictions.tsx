import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** What is drawn of a table; the rest is in the answer itself. */
const ROWS = 200;
const COLUMNS = 100;

/**
 * Predictions as a table, a row for each row of the input.
 */
export function Predictions(props: {
  columns: ReadonlyArray<string>;
  rows: ReadonlyArray<ReadonlyArray<string>>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { columns, rows, trans } = props;
  const shown = columns.slice(0, COLUMNS);
  const isNumber = shown.map((_, index) =>
    rows.every(row => row[index] !== '' && !isNaN(Number(row[index])))
  );
  const left = [
    rows.length > ROWS ? trans.__('%1 rows', rows.length - ROWS) : '',
    columns.length > COLUMNS
      ? trans.__('%1 columns', columns.length - COLUMNS)
      : ''
  ].filter(Boolean);
  return (
    <>
      <div className="jp-smext-bench-wide" tabIndex={0}>
        <table className="jp-smext-table" aria-label={trans.__('Predictions')}>
          <thead>
            <tr>
              <th scope="col" className="jp-smext-num">
                {trans.__('Row')}
              </th>
              {shown.map((column, index) => (
                <th
                  key={index}
                  scope="col"
                  className={isNumber[index] ? 'jp-smext-num' : undefined}
                >
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS).map((row, index) => (
              <tr key={index}>
                <td className="jp-smext-num jp-smext-muted">{index + 1}</td>
                {shown.map((_, column) => (
                  <td
                    key={column}
                    className={isNumber[column] ? 'jp-smext-num' : undefined}
                  >
                    {row[column]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {left.length > 0 && (
        <p className="jp-smext-muted jp-smext-small">
          {trans.__('%1 more are in the answer.', left.join(', '))}
        </p>
      )}
    </>
  );
}
