import * as React from 'react';

import {
  DataGrid,
  IColumn,
  IDataGrid,
  IOrder
} from '../../components/data-grid';
import { checkIcon } from '../../components/icons';
import { SearchField } from '../../components/search-field';
import { ISmext } from '../../tokens';
import { useAnswer } from '../answer';
import { openModal } from '../modal';
import { ModalHead } from '../modal/frame';
import { ProblemCallout } from '../modal/problem';

import '../../../style/choose.css';

/**
 * A column of {@link chooseFrom}: what it shows is also what is filtered and sorted by.
 */
export interface IChoiceColumn<T> {
  readonly id: string;
  readonly label: string;
  readonly numeric?: boolean;
  value(row: T): string | number;
}

/**
 * A list to choose from, and why it is not all.
 */
export interface IChoices<T> {
  readonly rows: ReadonlyArray<T>;
  readonly notes: ReadonlyArray<string>;
}

/**
 * What {@link chooseFrom} shows, and what can be chosen in it.
 */
export interface IChooseOptions<T> {
  readonly title: string;
  readonly columns: ReadonlyArray<IChoiceColumn<T>>;
  /** The widths of the columns, as `grid-template-columns` has them. */
  readonly widths: string;
  /** What is chosen at first; what is not in the list stays, where several may be chosen. */
  readonly chosen: ReadonlyArray<string>;
  readonly multiple: boolean;
  /** What is said of an empty list. */
  readonly none: string;
  /** What is said where it could not be read, beside why. */
  readonly typed: string;
  /** Rows are left out at first: what turns them on. */
  readonly more?: string | null;
  /** Read the list, with those rows if they are wanted. Throws ApiError. */
  read(more: boolean): Promise<IChoices<T>>;
  /** What is put into the field; null for what cannot be chosen. */
  idOf(row: T): string | null;
  /** The row's own key, where several have the same id. */
  keyOf(row: T): string;
  /** How many there are, in words. */
  count(rows: number): string;
  /** What is wrong with a choice; empty for nothing. */
  trouble?(chosen: ReadonlyArray<string>): string;
}

const TITLE = 'jp-smext-choose-title';

/**
 * Have a person choose from a list that is read now: the ids, null where the dialog was left.
 */
export function chooseFrom<T>(
  smext: ISmext,
  options: IChooseOptions<T>
): Promise<string[] | null> {
  return openModal<string[] | null>({
    api: smext.api,
    role: 'dialog',
    className: 'jp-smext-choose',
    labelledBy: TITLE,
    dismissed: null,
    render: ({ close }) => (
      <Choose smext={smext} options={options} onClose={close} />
    )
  });
}

function Choose<T>(props: {
  smext: ISmext;
  options: IChooseOptions<T>;
  onClose: (ids: string[] | null) => void;
}): React.ReactElement {
  const { smext, options, onClose } = props;
  const { trans } = smext;
  const { idOf, keyOf, multiple } = options;
  const [attempt, setAttempt] = React.useState(0);
  const [more, setMore] = React.useState(false);
  const [filter, setFilter] = React.useState('');
  const [order, setOrder] = React.useState<IOrder | null>(null);
  const [active, setActive] = React.useState<string | null>(null);
  const [chosen, setChosen] = React.useState(options.chosen);
  const grid = React.useRef<IDataGrid>(null);
  const search = React.useRef<HTMLInputElement>(null);
  const { value, problem } = useAnswer(`${attempt} ${more}`, () =>
    options.read(more)
  );
  const rows = value?.rows ?? [];
  const busy = value === null && problem === null;

  const shown = React.useMemo(
    () => arranged(rows, options.columns, filter, order),
    [value, filter, order]
  );
  const marked = React.useMemo(
    () => new Set(rows.filter(row => has(chosen, idOf(row))).map(keyOf)),
    [value, chosen]
  );
  const columns = React.useMemo<ReadonlyArray<IColumn<T>>>(
    () =>
      options.columns.map((column, at) => ({
        ...column,
        cell: (row: T) => (
          <>
            {multiple && at === 0 && (
              <span className="jp-smext-icon jp-smext-choose-mark">
                {marked.has(keyOf(row)) && <checkIcon.react tag="span" />}
              </span>
            )}
            <bdi>{column.value(row).toLocaleString()}</bdi>
          </>
        ),
        tooltip: (row: T) => String(column.value(row))
      })),
    [marked]
  );
  React.useEffect(() => search.current?.focus(), []);
  React.useEffect(() => {
    const first =
      rows.find(row => marked.has(keyOf(row))) ??
      (multiple ? rows[0] : undefined);
    setActive(first === undefined ? null : keyOf(first));
  }, [value]);

  const go = (key: string) => {
    setActive(key);
    if (!multiple) {
      const id = idOf(rows.find(row => keyOf(row) === key)!);
      setChosen(id === null ? [] : [id]);
    }
  };
  const turn = (row: T) => {
    const id = idOf(row);
    if (id !== null) {
      setChosen(
        has(chosen, id) ? chosen.filter(one => one !== id) : [...chosen, id]
      );
    }
  };
  const take = (row: T) => {
    const id = idOf(row);
    if (multiple && chosen.length) {
      onClose([...chosen]);
    } else if (id !== null) {
      onClose([id]);
    }
  };
  const ready = multiple
    ? chosen.length > 0 || options.chosen.length > 0
    : chosen.length > 0;
  const trouble = options.trouble?.(chosen) ?? '';
  return (
    <>
      <ModalHead
        titleId={TITLE}
        title={options.title}
        trans={trans}
        onClose={() => onClose(null)}
      />
      <div className="jp-smext-line jp-smext-choose-bar">
        <SearchField
          ref={search}
          className="jp-smext-input jp-smext-grow"
          label={trans.__('Filter the list')}
          text={filter}
          onText={setFilter}
          onDown={() => grid.current?.focus()}
        />
        {options.more && (
          <label className="jp-smext-check">
            <input
              type="checkbox"
              checked={more}
              onChange={event => setMore(event.target.checked)}
            />
            <span>{options.more}</span>
          </label>
        )}
      </div>
      {problem && (
        <>
          <ProblemCallout
            problem={problem}
            trans={trans}
            onAgain={() => setAttempt(attempt + 1)}
          />
          {problem.cause !== 'needs_aws' && <p>{options.typed}</p>}
        </>
      )}
      {value?.notes.map(note => (
        <p key={note} className="jp-smext-muted">
          {note}
        </p>
      ))}
      {!problem && (
        <DataGrid
          ref={grid}
          label={options.title}
          className="jp-smext-choose-grid"
          items={shown}
          columns={columns}
          widths={options.widths}
          keyOf={keyOf}
          chosen={active}
          marked={multiple ? marked : undefined}
          order={order}
          busy={busy}
          trans={trans}
          onChoose={go}
          onMark={multiple ? turn : undefined}
          onSort={(by, descending) =>
            setOrder({
              by,
              descending:
                descending ?? (order?.by === by ? !order.descending : false)
            })
          }
          onOpen={take}
          onDoubleClick={multiple ? undefined : take}
          onText={text => {
            setFilter(filter + text);
            search.current?.focus();
          }}
        />
      )}
      <div className="jp-smext-choose-foot jp-smext-muted" role="status">
        {busy
          ? trans.__('Reading…')
          : problem
            ? ''
            : rows.length === 0
              ? options.none
              : shown.length === 0
                ? trans.__('Nothing contains “%1”.', filter)
                : [
                    options.count(rows.length),
                    multiple && trans.__('%1 chosen', chosen.length)
                  ]
                    .filter(Boolean)
                    .join(' · ')}
      </div>
      <div role="status">
        {trouble && <p className="jp-smext-field-error">{trouble}</p>}
      </div>
      <div className="jp-smext-modal-foot">
        <button
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={() => onClose(null)}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-accept jp-mod-large"
          aria-disabled={!ready || undefined}
          onClick={ready ? () => onClose([...chosen]) : undefined}
        >
          {trans.__('Choose')}
        </button>
      </div>
    </>
  );
}

function has(ids: ReadonlyArray<string>, id: string | null): boolean {
  return id !== null && ids.includes(id);
}

/** The rows that contain what is looked for, in the order of a column or as they came. */
function arranged<T>(
  rows: ReadonlyArray<T>,
  columns: ReadonlyArray<IChoiceColumn<T>>,
  filter: string,
  order: IOrder | null
): ReadonlyArray<T> {
  const wanted = filter.trim().toLowerCase();
  const found = rows.filter(row =>
    columns.some(({ value }) =>
      String(value(row)).toLowerCase().includes(wanted)
    )
  );
  const column = columns.find(({ id }) => id === order?.by);
  if (!column) {
    return found;
  }
  const sign = order!.descending ? -1 : 1;
  const compare = (a: string | number, b: string | number) =>
    typeof a === 'number' && typeof b === 'number'
      ? a - b
      : String(a).localeCompare(String(b));
  return found.sort((a, b) => sign * compare(column.value(a), column.value(b)));
}
