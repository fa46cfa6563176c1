import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { IClass } from './answers';
import { ICall, IVector, namedVectors } from './bench';
import { cosine } from './vectors';

/** Rows that are drawn before one asks for more. */
const CLASSES = 10;
const ROWS = 200;
const COLUMNS = 100;
/** Characters of an answer in one piece; the page stands still over more. */
const TEXT = 100_000;

/**
 * What a model answered, drawn by its form; objects are drawn elsewhere, over their image.
 */
export function Answer(props: {
  call: ICall;
  earlier: ReadonlyArray<IVector>;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { call, earlier, trans } = props;
  const { reading } = call;
  switch (reading?.shape) {
    case 'classes':
      return <Bars classes={reading.classes} trans={trans} />;
    case 'vectors':
      return (
        <Similarity
          vectors={namedVectors(call)}
          earlier={earlier}
          trans={trans}
        />
      );
    case 'text':
      return (
        <>
          {reading.texts.map((text, index) => (
            <blockquote key={index} className="jp-smext-bench-text">
              {text.slice(0, TEXT)}
            </blockquote>
          ))}
        </>
      );
    case 'table':
      return <Table {...reading} trans={trans} />;
    case 'images':
      return (
        <>
          {reading.urls.map((url, index) => (
            <img
              key={index}
              className="jp-smext-bench-made"
              src={url}
              alt={trans.__('Image %1 that the model made', index + 1)}
            />
          ))}
        </>
      );
    case 'audio':
      return (
        <audio
          controls
          src={reading.url}
          aria-label={trans.__('Sound that the model made')}
        />
      );
    case 'json':
      return (
        <pre className="jp-smext-bench-raw">
          {JSON.stringify(reading.value, null, 2).slice(0, TEXT)}
        </pre>
      );
    case 'bytes':
      return (
        <p className="jp-smext-muted">
          {trans.__('The answer is neither text nor a form that can be drawn.')}
        </p>
      );
    default:
      return null;
  }
}

/**
 * What the answer says, in a few words.
 */
export function headline(call: ICall, trans: TranslationBundle): string {
  const { reading } = call;
  switch (reading?.shape) {
    case 'classes':
      return reading.classes[0]?.label ?? trans.__('No class');
    case 'objects':
      return trans._n('%1 object', '%1 objects', reading.objects.length);
    case 'vectors':
      return trans._n('%1 embedding', '%1 embeddings', reading.vectors.length);
    case 'table':
      return trans._n('%1 row', '%1 rows', reading.rows.length);
    case 'images':
      return trans._n('%1 image', '%1 images', reading.urls.length);
    case 'text':
      return trans.__('Text');
    default:
      return trans.__('Answer');
  }
}

function Bars(props: {
  classes: ReadonlyArray<IClass>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { classes, trans } = props;
  const [all, setAll] = React.useState(false);
  const shown = all ? classes : classes.slice(0, CLASSES);
  return (
    <>
      <table
        className="jp-smext-bars"
        aria-label={trans.__('Class probabilities')}
      >
        <tbody>
          {shown.map(({ label, probability }, index) => (
            <Bar
              key={index}
              label={label}
              value={probability}
              strong={index === 0}
            />
          ))}
        </tbody>
      </table>
      {shown.length < classes.length && (
        <LinkButton
          label={trans.__('Show all %1 classes', classes.length)}
          onClick={() => setAll(true)}
        />
      )}
    </>
  );
}

function Bar(props: {
  label: string;
  value: number;
  strong?: boolean;
}): React.ReactElement {
  const { label, value, strong } = props;
  const width = `${100 * Math.max(0, Math.min(1, value))}%`;
  return (
    <tr data-strong={strong || undefined}>
      <th scope="row" title={label}>
        {label}
      </th>
      <td className="jp-smext-bars-track" aria-hidden="true">
        <i style={{ width }} />
      </td>
      <td className="jp-smext-num">{value.toFixed(3)}</td>
    </tr>
  );
}

/**
 * How near vectors are: to one another, and one to those of earlier calls.
 */
function Similarity(props: {
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
        <div className="jp-smext-bench-wide">
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

function Table(props: {
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
      <div className="jp-smext-bench-wide">
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
