import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { EditRoutes } from '../../api/edits';
import { IconButton } from '../../components/button';
import { plusIcon, xIcon } from '../../components/icons';
import { ITag, ITagChanges } from '../../protocol';
import { IViewProps } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { useChange, whyFixed } from './change';

import '../../../style/edit.css';

/** AWS's quota on tags, and what it takes for one (`Tag` of its API). */
const MOST = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const RESERVED = /^aws:/i;

/**
 * A tag as it is edited; `was` is what AWS has, null for a new one.
 */
interface ITagRow {
  readonly at: number;
  readonly was: ITag | null;
  readonly key: string;
  readonly value: string;
}

/**
 * The tags of a resource: changed as rows, and sent in one go.
 */
export function Tags(props: IViewProps): React.ReactElement {
  const { smext, connection, region, kind, id } = props;
  const { api, trans } = smext;
  const of = { connection, region, kind, id };
  const [attempt, setAttempt] = React.useState(0);
  const { value, problem } = useAnswer(
    JSON.stringify([connection, region, kind, id, attempt]),
    () => api.of(EditRoutes).tags(of)
  );
  return (
    <div className="jp-smext-edit">
      <h2 className="jp-smext-h2">{trans.__('Tags')}</h2>
      {value ? (
        <TagRows
          {...props}
          tags={value.tags}
          onAgain={() => setAttempt(attempt + 1)}
        />
      ) : problem ? (
        <ProblemCallout
          problem={problem}
          trans={trans}
          onAgain={() => setAttempt(attempt + 1)}
        />
      ) : (
        <p role="status">{trans.__('Reading the tags…')}</p>
      )}
    </div>
  );
}

function TagRows(
  props: IViewProps & { tags: ReadonlyArray<ITag>; onAgain: () => void }
): React.ReactElement {
  const { smext, connection, region, kind, id } = props;
  const { api, trans } = smext;
  const [tags, setTags] = React.useState(props.tags);
  const [rows, setRows] = React.useState(() => rowsOf(props.tags));
  const next = React.useRef(props.tags.length);
  const table = React.useRef<HTMLTableElement>(null);
  const [added, setAdded] = React.useState<number | null>(null);
  const change = useChange();
  const fixed = whyFixed(props);

  React.useEffect(() => {
    if (added !== null) {
      table.current
        ?.querySelector<HTMLElement>(`[data-at="${added}"] input`)
        ?.focus();
    }
  }, [added]);

  const edit = (at: number, part: Partial<ITagRow>) => {
    change.clear();
    setRows(rows.map(row => (row.at === at ? { ...row, ...part } : row)));
  };
  const changes = changesOf(tags, rows);
  const count =
    Object.keys(changes.put).length +
    changes.remove.filter(key => !(key in changes.put)).length;
  const wrong = new Map(
    rows.flatMap(row => {
      const why = whyWrong(row, rows, trans);
      return why === null ? [] : [[row.at, why]];
    })
  );
  const own = rows.filter(row => !RESERVED.test(row.key)).length;
  const save = async () => {
    if (wrong.size > 0 || count === 0) {
      return;
    }
    await change.send(
      async () => {
        const now = await api
          .of(EditRoutes)
          .changeTags({ connection, region, kind, id }, changes);
        setTags(now.tags);
        setRows(rowsOf(now.tags));
        next.current = now.tags.length;
      },
      trans._n('%1 tag saved', '%1 tags saved', count, count)
    );
  };
  return (
    <form
      className="jp-smext-tags"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
    >
      {fixed !== null && (
        <p className="jp-smext-muted">
          {trans.__('They cannot be changed now: %1.', fixed)}
        </p>
      )}
      {rows.length > 0 ? (
        <table ref={table} className="jp-smext-edit-table">
          <thead>
            <tr>
              <th scope="col">{trans.__('Key')}</th>
              <th scope="col">{trans.__('Value')}</th>
              <th scope="col">
                <span className="jp-smext-sr">{trans.__('Remove')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <TagRow
                key={row.at}
                row={row}
                wrong={wrong.get(row.at)}
                fixed={fixed !== null || change.sending}
                trans={trans}
                onEdit={part => edit(row.at, part)}
                onRemove={() => {
                  change.clear();
                  setRows(rows.filter(one => one.at !== row.at));
                }}
              />
            ))}
          </tbody>
        </table>
      ) : (
        <p className="jp-smext-muted">{trans.__('It has no tags.')}</p>
      )}
      {change.problem && (
        <ProblemCallout problem={change.problem} trans={trans} />
      )}
      {fixed === null && (
        <div className="jp-smext-line">
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={own >= MOST || undefined}
            title={
              own >= MOST
                ? trans.__('AWS takes up to %1 tags', MOST)
                : undefined
            }
            onClick={() => {
              if (own < MOST) {
                const at = (next.current += 1);
                setRows([...rows, { at, was: null, key: '', value: '' }]);
                setAdded(at);
              }
            }}
          >
            <plusIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('Add a tag')}
          </button>
          <span className="jp-smext-grow" />
          <span role="status" className="jp-smext-muted">
            {change.sending
              ? trans.__('Saving…')
              : change.said ||
                (count
                  ? trans._n('%1 change', '%1 changes', count, count)
                  : '')}
          </span>
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => {
              change.clear();
              if (count || wrong.size || rows.length !== tags.length) {
                setRows(rowsOf(tags));
              } else {
                props.onAgain();
              }
            }}
          >
            {count || wrong.size || rows.length !== tags.length
              ? trans.__('Discard')
              : trans.__('Read again')}
          </button>
          <button
            type="submit"
            className="jp-smext-btn jp-mod-accept"
            aria-disabled={
              count === 0 || wrong.size > 0 || change.sending || undefined
            }
          >
            {trans.__('Save')}
          </button>
        </div>
      )}
    </form>
  );
}

function TagRow(props: {
  row: ITagRow;
  wrong: string | undefined;
  fixed: boolean;
  trans: TranslationBundle;
  onEdit: (part: Partial<ITagRow>) => void;
  onRemove: () => void;
}): React.ReactElement {
  const { row, wrong, fixed, trans, onEdit, onRemove } = props;
  const id = React.useId();
  const reserved = row.was !== null && RESERVED.test(row.was.key);
  const input = (member: 'key' | 'value', label: string) => (
    <input
      className="jp-smext-input"
      value={row[member]}
      readOnly={fixed || reserved}
      aria-label={label}
      aria-invalid={wrong !== undefined || undefined}
      aria-describedby={wrong === undefined ? undefined : id}
      spellCheck={false}
      onChange={event => onEdit({ [member]: event.target.value })}
    />
  );
  const name = row.key || trans.__('new');
  return (
    <tr data-at={row.at} data-wrong={wrong !== undefined || undefined}>
      <td>
        {input('key', trans.__('Key of tag %1', name))}
        {wrong !== undefined && (
          <p id={id} className="jp-smext-field-error">
            {wrong}
          </p>
        )}
      </td>
      <td>{input('value', trans.__('Value of tag %1', name))}</td>
      <td>
        {reserved ? (
          <span className="jp-smext-muted">{trans.__('AWS’s own')}</span>
        ) : (
          !fixed && (
            <IconButton
              icon={xIcon}
              label={trans.__('Remove tag %1', name)}
              onClick={onRemove}
            />
          )
        )}
      </td>
    </tr>
  );
}

function rowsOf(tags: ReadonlyArray<ITag>): ReadonlyArray<ITagRow> {
  return tags.map((was, at) => ({ at, was, ...was }));
}

/**
 * What is to be sent so that AWS has the rows: an empty new row is none.
 */
export function changesOf(
  tags: ReadonlyArray<ITag>,
  rows: ReadonlyArray<{ readonly key: string; readonly value: string }>
): ITagChanges {
  const wanted = new Map(
    rows.filter(row => row.key !== '').map(row => [row.key, row.value])
  );
  const known = new Map(tags.map(tag => [tag.key, tag.value]));
  return {
    put: Object.fromEntries(
      [...wanted].filter(([key, value]) => known.get(key) !== value)
    ),
    remove: [...known.keys()].filter(key => !wanted.has(key))
  };
}

function whyWrong(
  row: ITagRow,
  rows: ReadonlyArray<ITagRow>,
  trans: TranslationBundle
): string | null {
  const { key, value, was } = row;
  if (key === (was?.key ?? null) && value === was?.value) {
    return null;
  }
  if (key === '') {
    return value === '' && was === null ? null : trans.__('A tag needs a key.');
  }
  if (RESERVED.test(key)) {
    return trans.__('AWS keeps keys that begin with aws: to itself.');
  }
  if (key.length > LONGEST_KEY || value.length > LONGEST_VALUE) {
    return trans.__(
      'A key has up to %1 characters, a value up to %2.',
      LONGEST_KEY,
      LONGEST_VALUE
    );
  }
  if (!ALLOWED.test(key) || !ALLOWED.test(value)) {
    return trans.__('Letters, digits, spaces and _ . : / = + - @ are allowed.');
  }
  return rows.some(other => other.at !== row.at && other.key === key)
    ? trans.__('This key is there twice.')
    : null;
}

export default Tags;
