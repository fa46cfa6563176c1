import * as React from 'react';

import { EditRoutes } from '../../api/edits';
import { plusIcon } from '../../components/icons';
import { ITag } from '../../protocol';
import { IViewProps } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { useChange, whyFixed } from './change';
import { changesOf, ITagRow, MOST, RESERVED, rowsOf, whyWrong } from './tag';
import { TagRow } from './tag-row';

import '../../../style/edit.css';

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

export default Tags;
