import * as React from 'react';

import { problemOf } from '../../api';
import { ObjectRoutes } from '../../api/objects';
import { decimal } from '../../components/amount';
import { DataGrid, IColumn, IOrder } from '../../components/data-grid';
import { JsonTree } from '../../components/json-tree';
import { IProblem, IS3Member, IS3Object, IS3Preview } from '../../protocol';
import { IPlace, ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';

/** Characters that a column is wide at most and at least. */
const WIDEST = 40;
const NARROWEST = 6;
/** Pixels of a character: head and rows have letters of different sizes. */
const LETTER = 8;

interface IPreviewProps {
  object: IS3Object;
  preview: IS3Preview;
  place: IPlace;
  smext: ISmext;
}

/**
 * What an object holds, as far as it is shown, with a sentence on what is not.
 */
export function Preview(props: IPreviewProps): React.ReactElement {
  const { preview, smext } = props;
  const { trans } = smext;
  const { form, whole, note } = preview;
  return (
    <>
      {note && <p className="jp-smext-note">{note}</p>}
      {!whole && !note && form !== 'table' && (
        <p className="jp-smext-note">
          {trans.__('This is its beginning; download it for the rest.')}
        </p>
      )}
      {form === 'text' && <Text text={preview.text} smext={smext} />}
      {(form === 'json' || form === 'jsonl') && (
        <Json preview={preview} smext={smext} />
      )}
      {form === 'table' && <Table preview={preview} smext={smext} />}
      {form === 'archive' && <Archive preview={preview} smext={smext} />}
      {form === 'image' && <Image {...props} />}
    </>
  );
}

function Text(props: { text: string; smext: ISmext }): React.ReactElement {
  return (
    <pre
      className="jp-smext-s3-text"
      tabIndex={0}
      role="region"
      aria-label={props.smext.trans.__('Text')}
    >
      {props.text}
    </pre>
  );
}

function Json(props: {
  preview: IS3Preview;
  smext: ISmext;
}): React.ReactElement {
  const { preview, smext } = props;
  const { trans } = smext;
  const { text, form } = preview;
  const read = React.useMemo(() => parsed(text, form === 'jsonl'), [text]);
  if ('error' in read) {
    return (
      <>
        <p className="jp-smext-note">
          {read.line === null
            ? trans.__('It is no JSON (%1): it is shown as text.', read.error)
            : trans.__(
                'Line %1 is no JSON (%2): it is shown as text.',
                read.line,
                read.error
              )}
        </p>
        <Text text={text} smext={smext} />
      </>
    );
  }
  return (
    <div className="jp-smext-s3-json">
      <JsonTree value={read.value} trans={trans} />
    </div>
  );
}

/** The value of a JSON text, or of one on each line; what is wrong with it where it is none. */
function parsed(
  text: string,
  lines: boolean
): { value: unknown } | { error: string; line: number | null } {
  if (!lines) {
    try {
      return { value: JSON.parse(text) };
    } catch (error) {
      return { error: messageOf(error), line: null };
    }
  }
  const value: unknown[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim()) {
      try {
        value.push(JSON.parse(line));
      } catch (error) {
        return { error: messageOf(error), line: index + 1 };
      }
    }
  }
  return { value };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

type IRow = IS3Preview['rows'][number];

function Table(props: {
  preview: IS3Preview;
  smext: ISmext;
}): React.ReactElement {
  const { preview, smext } = props;
  const { trans } = smext;
  const { rows, columns, types, rows_total: total } = preview;
  const [order, setOrder] = React.useState<IOrder | null>(null);
  const [chosen, setChosen] = React.useState<string | null>(null);
  const keys = React.useMemo(
    () => new Map(rows.map((row, index) => [row, String(index)])),
    [rows]
  );
  const shown = React.useMemo(
    () => (order === null ? rows : sorted(rows, order)),
    [rows, order]
  );
  const fields = React.useMemo<IColumn<IRow>[]>(
    () =>
      columns.map((name, index) => ({
        id: String(index),
        label: types[index] ? `${name} · ${types[index]}` : name,
        numeric: rows.length > 0 && rows.every(row => isNumber(row[index])),
        cell: row => <bdi>{words(row[index])}</bdi>,
        tooltip: row => words(row[index])
      })),
    [columns, rows]
  );
  const widths = fields.map(({ label }, index) =>
    rows.reduce(
      (most, row) => Math.min(WIDEST, Math.max(most, words(row[index]).length)),
      Math.min(WIDEST, Math.max(NARROWEST, label.length + 2))
    )
  );
  const width = widths.reduce((sum, one) => sum + one, 0);
  return (
    <>
      <p className="jp-smext-muted jp-smext-num-line">
        {trans.__(
          '%1 · %2',
          total === null
            ? trans.__('The first %1 rows', rows.length)
            : rows.length < total
              ? trans.__(
                  'The first %1 of %2 rows',
                  rows.length,
                  total.toLocaleString()
                )
              : trans._n('%1 row', '%1 rows', total),
          trans._n('%1 column', '%1 columns', columns.length)
        )}
      </p>
      <div
        className="jp-smext-s3-table"
        style={
          {
            '--jp-smext-s3-width': `${LETTER * width + 16 * (widths.length + 1)}px`
          } as React.CSSProperties
        }
      >
        <DataGrid
          label={trans.__('Rows')}
          className="jp-smext-s3-rows"
          items={shown}
          columns={fields}
          widths={widths.map(one => `${LETTER * one}px`).join(' ')}
          keyOf={row => keys.get(row) ?? ''}
          chosen={chosen}
          order={order}
          trans={trans}
          onChoose={setChosen}
          onSort={(by, descending) =>
            setOrder({
              by,
              descending:
                descending ?? (order?.by === by ? !order.descending : false)
            })
          }
          onOpen={() => undefined}
          onText={() => undefined}
        />
      </div>
    </>
  );
}

function words(cell: IRow[number] | undefined): string {
  return cell === null || cell === undefined ? '' : String(cell);
}

function isNumber(cell: IRow[number] | undefined): boolean {
  return (
    typeof cell === 'number' ||
    cell === null ||
    (typeof cell === 'string' && (cell === '' || Number.isFinite(Number(cell))))
  );
}

function sorted(
  rows: ReadonlyArray<IRow>,
  { by, descending }: IOrder
): ReadonlyArray<IRow> {
  const index = Number(by);
  const sign = descending ? -1 : 1;
  return [...rows].sort(
    (a, b) =>
      sign *
      words(a[index]).localeCompare(words(b[index]), undefined, {
        numeric: true
      })
  );
}

function Archive(props: {
  preview: IS3Preview;
  smext: ISmext;
}): React.ReactElement {
  const { preview, smext } = props;
  const { trans } = smext;
  const [chosen, setChosen] = React.useState<string | null>(null);
  const columns: IColumn<IS3Member>[] = [
    {
      id: 'name',
      label: trans.__('File'),
      cell: ({ name }) => <bdi>{name}</bdi>,
      tooltip: ({ name }) => name
    },
    {
      id: 'size',
      label: trans.__('Unpacked'),
      numeric: true,
      cell: ({ size, folder }) => (folder ? '' : decimal(size, trans))
    }
  ];
  return (
    <DataGrid
      label={trans.__('Files in the archive')}
      className="jp-smext-s3-members"
      items={preview.members}
      columns={columns}
      keyOf={({ name }) => name}
      chosen={chosen}
      order={null}
      trans={trans}
      onChoose={setChosen}
      onSort={() => undefined}
      onOpen={() => undefined}
      onText={() => undefined}
    />
  );
}

function Image(props: IPreviewProps): React.ReactElement {
  const { object, preview, place, smext } = props;
  const { api, trans } = smext;
  const [url, setUrl] = React.useState<string | null>(null);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [broken, setBroken] = React.useState(false);
  React.useEffect(() => {
    let made: string | null = null;
    let gone = false;
    api
      .of(ObjectRoutes)
      .content(place.connection, place.region, object.uri)
      .then(
        content => {
          if (!gone) {
            const type = preview.media_type;
            made = URL.createObjectURL(new Blob([content], { type }));
            setUrl(made);
          }
        },
        (error: unknown) => setProblem(problemOf(error))
      );
    return () => {
      gone = true;
      if (made !== null) {
        URL.revokeObjectURL(made);
      }
    };
  }, [object.uri]);
  return problem ? (
    <ProblemCallout problem={problem} trans={trans} />
  ) : broken ? (
    <p className="jp-smext-note">
      {trans.__('The browser cannot draw this picture: download it.')}
    </p>
  ) : url === null ? (
    <p role="status">{trans.__('Reading…')}</p>
  ) : (
    <img
      className="jp-smext-s3-image"
      src={url}
      alt={object.uri}
      onError={() => setBroken(true)}
    />
  );
}
