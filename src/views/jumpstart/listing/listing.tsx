import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton, LinkButton } from '../../../components/button';
import { DataGrid, IDataGrid, IOrder } from '../../../components/data-grid';
import { refreshIcon } from '../../../components/icons';
import { useChanges } from '../../../hooks';
import { IProblem } from '../../../protocol';
import { ProblemCallout } from '../../modal/problem';
import { ReadingBar } from '../catalogue/notes';
import { turned } from '../catalogue/order';
import { Search } from '../search';
import { SearchBox } from '../search-box';
import {
  Chosen,
  IListColumn,
  IListFacet,
  narrowed,
  sorted,
  valuesOf
} from './rows';

/**
 * How a list calls what it has.
 */
export interface IListWords {
  /** What it lists, e.g. *Solutions*. */
  readonly title: string;
  readonly search: string;
  readonly placeholder: string;
  /** `3 of 25 solutions · read at 14:02`. */
  status(shown: number, all: number): string;
  readonly noMatch: string;
  /** Where it is empty from the start. */
  readonly none: string;
}

/**
 * Some dozens of things to be opened: searched, narrowed by facets, sorted, with what could not
 * be read above them.
 */
export function Listing<T>(props: {
  rows: ReadonlyArray<T>;
  columns: ReadonlyArray<IListColumn<T>>;
  facets: ReadonlyArray<IListFacet<T>>;
  words: IListWords;
  search: Search;
  /** Has the columns' widths as `--jp-smext-columns`. */
  className: string;
  /** What the other tabs have of what is searched for. */
  elsewhere: React.ReactNode;
  problems: ReadonlyArray<IProblem>;
  /** Whether it is being read; what was read before stays. */
  busy: boolean;
  trans: TranslationBundle;
  regionField?: React.ReactNode;
  /** What the list does not tell. */
  foot?: React.ReactNode;
  idOf: (row: T) => string;
  textOf: (row: T) => string;
  onRefresh: () => void;
  onOpen: (row: T) => void;
}): React.ReactElement {
  const { rows, columns, facets, words, search, trans } = props;
  useChanges(search.changed);
  const { text } = search;
  const [chosen, setChosen] = React.useState<Chosen>({});
  const [order, setOrder] = React.useState<IOrder | null>(null);
  const box = React.useRef<HTMLInputElement>(null);
  const grid = React.useRef<IDataGrid>(null);
  const [row, setRow] = React.useState<string | null>(null);
  const shown = sorted(
    narrowed(rows, props.textOf, text, facets, chosen),
    columns,
    order
  );
  const isNarrowed = text !== '' || Object.keys(chosen).length > 0;
  const type = (text: string) => {
    search.text = text;
    box.current?.focus();
  };
  const clear = () => {
    setChosen({});
    type('');
  };
  return (
    <div className="jp-smext-catalogue">
      <div className="jp-smext-catalogue-bar">
        <SearchBox
          ref={box}
          label={words.search}
          placeholder={words.placeholder}
          text={text}
          trans={trans}
          onText={type}
          onDown={() => grid.current?.focus()}
        />
        {facets.map(facet => (
          <FacetSelect
            key={facet.id}
            facet={facet}
            rows={rows}
            value={chosen[facet.id] ?? null}
            trans={trans}
            onChoose={value =>
              setChosen(
                Object.fromEntries([
                  ...Object.entries(chosen).filter(([id]) => id !== facet.id),
                  ...(value === null ? [] : [[facet.id, value]])
                ])
              )
            }
          />
        ))}
        {props.regionField}
        <span
          className="jp-smext-grow jp-smext-num jp-smext-muted jp-smext-catalogue-status"
          role="status"
        >
          {words.status(shown.length, rows.length)}
        </span>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Read the list again')}
          disabled={props.busy}
          onClick={props.onRefresh}
        />
      </div>
      {props.problems.map((problem, index) => (
        <div key={index} className="jp-smext-page-trouble">
          <ProblemCallout
            problem={problem}
            trans={trans}
            folded
            onAgain={props.onRefresh}
          />
        </div>
      ))}
      <div className="jp-smext-catalogue-list">
        {props.busy && <ReadingBar trans={trans} />}
        <DataGrid
          ref={grid}
          label={words.title}
          className={`jp-smext-list ${props.className}`}
          items={shown}
          columns={columns}
          keyOf={props.idOf}
          chosen={row}
          order={order}
          busy={props.busy}
          trans={trans}
          onChoose={setRow}
          onSort={(by, descending) =>
            setOrder(
              descending === undefined ? turned(order, by) : { by, descending }
            )
          }
          onOpen={props.onOpen}
          onClick={props.onOpen}
          onText={more => type(text + more)}
          onEscape={() => isNarrowed && clear()}
        />
        {shown.length === 0 && (
          <p className="jp-smext-catalogue-none">
            {rows.length ? words.noMatch : words.none}{' '}
            {isNarrowed && rows.length > 0 && (
              <LinkButton
                label={
                  facets.length
                    ? trans.__('Clear search and filters')
                    : trans.__('Clear the search')
                }
                onClick={clear}
              />
            )}{' '}
            {props.elsewhere}
          </p>
        )}
        {props.foot}
      </div>
    </div>
  );
}

/** A facet's values to choose one of; nothing where it tells no rows apart. */
function FacetSelect<T>(props: {
  facet: IListFacet<T>;
  rows: ReadonlyArray<T>;
  value: string | null;
  trans: TranslationBundle;
  onChoose: (value: string | null) => void;
}): React.ReactElement | null {
  const { facet, rows, value, trans, onChoose } = props;
  const values = React.useMemo(() => valuesOf(rows, facet), [rows, facet]);
  if (values.length < 2 && value === null) {
    return null;
  }
  return (
    <select
      className="jp-smext-input jp-smext-list-facet"
      aria-label={facet.label}
      data-chosen={value !== null || undefined}
      value={value ?? ''}
      onChange={event => onChoose(event.target.value || null)}
    >
      <option value="">{trans.__('%1: all', facet.label)}</option>
      {value !== null && !values.some(([one]) => one === value) && (
        <option value={value}>{value}</option>
      )}
      {values.map(([one, count]) => (
        <option key={one} value={one}>
          {trans.__('%1 (%2)', one, count)}
        </option>
      ))}
    </select>
  );
}

/**
 * What stands for a list that is not there yet, or why it could not be read.
 */
export function ListWait(props: {
  words: string;
  problem: IProblem | null;
  regionField?: React.ReactNode;
  trans: TranslationBundle;
  onAgain: () => void;
}): React.ReactElement {
  const { words, problem, trans, onAgain } = props;
  return (
    <div className="jp-smext-page-alone">
      {props.regionField}
      {problem ? (
        <ProblemCallout problem={problem} trans={trans} onAgain={onAgain} />
      ) : (
        <p role="status" className="jp-smext-modal-wait">
          {words}
        </p>
      )}
    </div>
  );
}
