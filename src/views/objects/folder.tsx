import * as React from 'react';

import { decimal } from '../../components/amount';
import { LinkButton } from '../../components/button';
import {
  DataGrid,
  IColumn,
  IDataGrid,
  IOrder
} from '../../components/data-grid';
import { chevronRightIcon } from '../../components/icons';
import { SearchField } from '../../components/search-field';
import { clockTime, exactTime } from '../../components/time';
import { useChanges, useNow } from '../../hooks';
import { IS3Entry } from '../../protocol';
import { ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { FolderModel } from './folder-model';
import { BUCKETS, parentOf, stepsTo } from './uri';

import '../../../style/objects.css';

type Column = 'name' | 'size' | 'modified' | 'storage';

/**
 * A folder of S3: the way to it, and a table of what is in it.
 */
export function Folder(props: {
  model: FolderModel;
  smext: ISmext;
  /** The URI of the row that is chosen. */
  chosen: string | null;
  /** Take the focus as soon as there is something. */
  focus?: boolean;
  onChoose: (entry: IS3Entry) => void;
  /** Enter or a double click on an object. */
  onOpen: (entry: IS3Entry) => void;
}): React.ReactElement {
  const { model, smext, chosen, onChoose, onOpen } = props;
  const { trans } = smext;
  const { uri, entries, problem, busy } = model;
  useChanges(model.changed);
  const [filter, setFilter] = React.useState('');
  const [order, setOrder] = React.useState<IOrder<Column>>(NAMES);
  const grid = React.useRef<IDataGrid>(null);
  const search = React.useRef<HTMLInputElement>(null);
  const atBuckets = uri === BUCKETS;
  const now = useNow();
  // Times are told by the day.
  const today = new Date(1000 * now).toDateString();

  React.useEffect(() => setFilter(''), [uri]);
  const there = entries.length > 0;
  // Where a person went from here, the focus goes along.
  const going = React.useRef(props.focus === true);
  const whole = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    if (going.current && (there || model.isRead)) {
      going.current = false;
      if (there) {
        grid.current?.focus();
      } else {
        whole.current?.focus();
      }
    }
  }, [uri, there, model.isRead]);
  const go = (to: string) => {
    going.current = true;
    void model.open(to);
  };

  const shown = React.useMemo(
    () => sorted(entries, filter, order),
    [entries, filter, order]
  );
  const columns = React.useMemo<ReadonlyArray<IColumn<IS3Entry, Column>>>(
    () => [
      {
        id: 'name',
        label: trans.__('Name'),
        cell: entry => (
          <bdi>
            {entry.name || trans.__('(no name)')}
            {entry.folder && !atBuckets && '/'}
          </bdi>
        ),
        tooltip: entry => entry.uri
      },
      {
        id: 'size',
        label: trans.__('Size'),
        numeric: true,
        cell: entry => (entry.size === null ? '' : decimal(entry.size, trans)),
        tooltip: entry =>
          entry.size === null
            ? undefined
            : trans._n('%1 byte', '%1 bytes', entry.size)
      },
      {
        id: 'modified',
        label: atBuckets ? trans.__('Created') : trans.__('Modified'),
        cell: entry =>
          entry.modified === null ? '' : clockTime(entry.modified, now),
        tooltip: entry =>
          entry.modified === null ? undefined : exactTime(entry.modified)
      },
      {
        id: 'storage',
        label: atBuckets ? trans.__('Region') : trans.__('Storage'),
        cell: entry => entry.storage ?? ''
      }
    ],
    [trans, atBuckets, today]
  );

  const open = (entry: IS3Entry) => {
    if (entry.folder) {
      go(entry.uri);
    } else {
      onOpen(entry);
    }
  };
  const sum = entries.reduce((all, entry) => all + (entry.size ?? 0), 0);
  const folders = entries.filter(entry => entry.folder).length;
  const objects = entries.length - folders;
  return (
    <div
      ref={whole}
      className="jp-smext-s3-folder"
      tabIndex={-1}
      onKeyDown={event => {
        if (
          event.key === 'Backspace' &&
          !(event.target instanceof HTMLInputElement)
        ) {
          event.preventDefault();
          if (!atBuckets) {
            go(parentOf(uri));
          }
        }
      }}
    >
      <div className="jp-smext-line jp-smext-s3-bar">
        <Steps uri={uri} smext={smext} onOpen={go} />
        <SearchField
          ref={search}
          className="jp-smext-input"
          label={trans.__('Filter by name')}
          text={filter}
          onText={setFilter}
          onDown={() => grid.current?.focus()}
        />
      </div>
      {problem && (
        <ProblemCallout
          problem={problem}
          trans={trans}
          onAgain={() => void model.open(uri)}
        />
      )}
      {(there || busy || !problem) && (
        <DataGrid
          ref={grid}
          label={uri}
          className="jp-smext-s3-grid"
          items={shown}
          columns={columns}
          keyOf={uriOf}
          chosen={chosen}
          order={order}
          busy={busy}
          trans={trans}
          onChoose={key => {
            const entry = shown.find(one => one.uri === key);
            if (entry) {
              onChoose(entry);
            }
          }}
          onSort={(by, descending) =>
            setOrder({
              by,
              descending:
                descending ?? (order.by === by ? !order.descending : false)
            })
          }
          onOpen={open}
          onDoubleClick={open}
          onText={text => {
            setFilter(filter + text);
            search.current?.focus();
          }}
        />
      )}
      <div className="jp-smext-line jp-smext-s3-foot jp-smext-muted">
        <span role="status" className="jp-smext-grow">
          {busy
            ? trans.__('Reading… %1', entries.length.toLocaleString())
            : there && shown.length === 0
              ? trans.__('No name contains “%1”.', filter)
              : !there && !problem && model.isRead
                ? atBuckets
                  ? trans.__('The account has no buckets.')
                  : trans.__('There is nothing here.')
                : there && !atBuckets
                  ? [
                      folders &&
                        counted(
                          folders,
                          trans._n('folder', 'folders', folders)
                        ),
                      objects &&
                        counted(
                          objects,
                          trans._n('object', 'objects', objects)
                        ),
                      objects && decimal(sum, trans)
                    ]
                      .filter(Boolean)
                      .map(part => (model.hasMore ? `≥ ${part}` : part))
                      .join(', ')
                  : ''}
        </span>
        {model.hasMore && !busy && (
          <>
            {filter && (
              <LinkButton
                label={trans.__('Names that begin with “%1”', filter)}
                onClick={() =>
                  void model.open(uri.replace(/[^/]*$/, '') + filter)
                }
              />
            )}
            <LinkButton
              label={trans.__('Read more')}
              onClick={() => void model.more()}
            />
          </>
        )}
      </div>
    </div>
  );
}

/** The way from the buckets to a folder, each step a button. */
function Steps(props: {
  uri: string;
  smext: ISmext;
  onOpen: (uri: string) => void;
}): React.ReactElement {
  const { uri, smext, onOpen } = props;
  const { trans } = smext;
  const steps = [{ name: trans.__('Buckets'), uri: BUCKETS }, ...stepsTo(uri)];
  return (
    <nav className="jp-smext-s3-steps" aria-label={trans.__('Folders')}>
      {steps.map((step, index) => (
        <React.Fragment key={step.uri}>
          {index > 0 && (
            <chevronRightIcon.react tag="span" className="jp-smext-icon" />
          )}
          {index < steps.length - 1 ? (
            <LinkButton
              label={step.name || trans.__('(no name)')}
              onClick={() => onOpen(step.uri)}
            />
          ) : (
            <b aria-current="location" className="jp-smext-ellipsis">
              <bdi>{step.name || trans.__('(no name)')}</bdi>
              {step.uri === BUCKETS || step.uri.endsWith('/') ? '' : '…'}
            </b>
          )}
        </React.Fragment>
      ))}
    </nav>
  );
}

const NAMES: IOrder<Column> = { by: 'name', descending: false };

function counted(count: number, what: string): string {
  return `${count.toLocaleString()} ${what}`;
}

function uriOf(entry: IS3Entry): string {
  return entry.uri;
}

/** What a filter leaves, folders before objects. */
function sorted(
  entries: ReadonlyArray<IS3Entry>,
  filter: string,
  { by, descending }: IOrder<Column>
): ReadonlyArray<IS3Entry> {
  const wanted = filter.trim().toLowerCase();
  const sign = descending ? -1 : 1;
  return entries
    .filter(entry => entry.name.toLowerCase().includes(wanted))
    .sort((a, b) => {
      if (a.folder !== b.folder) {
        return a.folder ? -1 : 1;
      }
      const [x, y] = [a[by] ?? '', b[by] ?? ''];
      return x === y ? 0 : x < y ? -sign : sign;
    });
}
