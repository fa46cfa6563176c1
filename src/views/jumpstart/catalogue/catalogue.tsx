import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemOf } from '../../../api';
import { IconButton, LinkButton } from '../../../components/button';
import { DataGrid, IDataGrid } from '../../../components/data-grid';
import { refreshIcon, xIcon } from '../../../components/icons';
import { showProblem } from '../../../components/problem';
import { useChanges } from '../../../hooks';
import {
  IInstanceTypes,
  IJumpStartCatalogue,
  IModelName,
  IProblem
} from '../../../protocol';
import { LOCAL } from '../../../store';
import { ISmext } from '../../../tokens';
import { IAnswer, useAnswer, useTypes } from '../../answer';
import { RegionField } from '../../modal/frame';
import { ProblemCallout } from '../../modal/problem';
import { Search } from '../search';
import { SearchBox } from '../search-box';
import { columnsOf } from './columns';
import { FacetForm } from './facet-form';
import { FacetId, valueLabel } from './facets';
import { knowsQuota, offersBy } from './offers';
import { Order, ordered, turned } from './order';
import {
  Chosen,
  chosenValues,
  entriesOf,
  IEntry,
  select,
  toggled
} from './selection';
import { readingWords, sourceWords } from './words';

const number = new Intl.NumberFormat();

/**
 * The models of a connection and region: read, then narrowed down by typing and by facets.
 */
export function Catalogue(props: {
  smext: ISmext;
  connection: string;
  region: string;
  search: Search;
  /** What the other tabs have of what is searched for. */
  elsewhere: React.ReactNode;
  onRegion: (region: string) => void;
  onOpen: (entry: IEntry) => void;
}): React.ReactElement {
  const { smext, connection, region } = props;
  const { api, store, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  const { value, problem } = useAnswer<IJumpStartCatalogue>(
    JSON.stringify([connection, region, attempt]),
    () => api.jumpStartModels(connection, region),
    catalogue => !catalogue.reading
  );
  const types = useTypes(api, { connection, region }, 'hosting', attempt);
  const readAfter = (request: Promise<void>) =>
    void request.then(
      () => setAttempt(attempt + 1),
      error => showProblem(problemOf(error), trans)
    );
  const regionField = (
    <RegionField
      id="jp-smext-jumpstart-region"
      className="jp-smext-line"
      regions={store.regions}
      value={region}
      trans={trans}
      onChange={props.onRegion}
    />
  );
  if (!value) {
    return (
      <div className="jp-smext-page-alone">
        {regionField}
        {problem ? (
          <ProblemCallout
            problem={problem}
            trans={trans}
            onAgain={() => setAttempt(attempt + 1)}
          />
        ) : (
          <p role="status" className="jp-smext-modal-wait">
            {trans.__('Reading the models…')}
          </p>
        )}
      </div>
    );
  }
  return (
    <Models
      catalogue={value}
      types={types}
      search={props.search}
      elsewhere={props.elsewhere}
      trans={trans}
      regionField={regionField}
      onRefresh={() => readAfter(api.refreshJumpStart(connection, region))}
      onRead={models =>
        readAfter(api.readJumpStartDocuments(connection, region, models))
      }
      onOpen={props.onOpen}
    />
  );
}

/**
 * The search, the facets, and the table of what they leave.
 */
export function Models(props: {
  catalogue: IJumpStartCatalogue;
  types: IAnswer<IInstanceTypes>;
  search: Search;
  elsewhere?: React.ReactNode;
  trans: TranslationBundle;
  regionField?: React.ReactNode;
  onRefresh: () => void;
  /** Have the documents of models read. */
  onRead: (models: ReadonlyArray<IModelName>) => void;
  onOpen: (entry: IEntry) => void;
}): React.ReactElement {
  const { catalogue, search, trans } = props;
  const { models } = catalogue;
  const types = props.types.value;
  useChanges(search.changed);
  const { text } = search;
  const [chosen, setChosen] = React.useState<Chosen>({});
  const [order, setOrder] = React.useState<Order>(null);
  const [row, setRow] = React.useState<string | null>(null);
  const [showsFacets, setShowsFacets] = React.useState(false);
  const box = React.useRef<HTMLInputElement>(null);
  const grid = React.useRef<IDataGrid>(null);
  const facetsId = React.useId();

  const charged = types?.charged ?? catalogue.connection !== LOCAL;
  const entries = React.useMemo(
    () => entriesOf(models, offersBy(types)),
    [models, types]
  );
  const sorted = React.useMemo(() => ordered(entries, order), [entries, order]);
  const selection = React.useMemo(
    () => select(sorted, { text, chosen }),
    [sorted, text, chosen]
  );
  const columns = React.useMemo(
    () => columnsOf(charged, trans),
    [charged, trans]
  );
  const without = React.useMemo<FacetId[]>(
    () => (charged && knowsQuota(types) ? [] : ['quota']),
    [charged, types]
  );
  const onToggle = React.useCallback(
    (facet: FacetId, value: string) =>
      setChosen(before => toggled(before, facet, value)),
    []
  );
  const values = chosenValues(chosen);
  const narrowed = text !== '' || values.length > 0;

  React.useEffect(
    () =>
      search.has(
        'models',
        models.length ? entries.map(entry => entry.text) : null
      ),
    [search, entries]
  );

  React.useEffect(() => {
    // The tab took the focus before there was a search in it.
    const focused = document.activeElement;
    if (focused !== document.body && focused?.contains(box.current)) {
      box.current?.focus();
    }
  }, []);

  const type = (text: string) => {
    search.text = text;
    box.current?.focus();
  };
  const clear = () => {
    setChosen({});
    search.text = '';
    box.current?.focus();
  };
  return (
    <div className="jp-smext-catalogue">
      <div className="jp-smext-catalogue-bar">
        <SearchBox
          ref={box}
          label={trans.__('Search models')}
          placeholder={trans.__('Search: model, task, source')}
          text={text}
          trans={trans}
          onText={type}
          onDown={() => grid.current?.focus()}
        />
        <button
          type="button"
          className="jp-smext-btn jp-smext-catalogue-narrow"
          aria-expanded={showsFacets}
          aria-controls={facetsId}
          onClick={() => setShowsFacets(!showsFacets)}
        >
          {values.length
            ? trans.__('Filters (%1)', values.length)
            : trans.__('Filters')}
        </button>
        {values.map(([facet, value]) => {
          const label = valueLabel(facet, value, trans);
          return (
            <button
              key={`${facet} ${value}`}
              type="button"
              className="jp-smext-badge jp-smext-chip"
              aria-label={trans.__('Without the filter %1', label)}
              onClick={() => onToggle(facet, value)}
            >
              {label}
              <xIcon.react tag="span" className="jp-smext-icon" />
            </button>
          );
        })}
        {props.regionField}
        <span
          className="jp-smext-grow jp-smext-num jp-smext-muted jp-smext-catalogue-status"
          role="status"
        >
          {narrowed
            ? trans.__(
                '%1 of %2 models',
                number.format(selection.entries.length),
                number.format(models.length)
              )
            : trans.__('%1 models', number.format(models.length))}
          {` · ${sourceWords(catalogue, trans)}`}
        </span>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Read the models again')}
          disabled={catalogue.reading}
          onClick={props.onRefresh}
        />
      </div>
      <Problems
        problems={[
          ...catalogue.problems,
          props.types.problem ?? [],
          types?.prices_problem ?? [],
          types?.quotas_problem ?? []
        ].flat()}
        trans={trans}
      />
      <div
        className="jp-smext-catalogue-body"
        data-facets={showsFacets ? 'shown' : undefined}
      >
        <FacetForm
          id={facetsId}
          entries={entries}
          chosen={chosen}
          counts={selection.counts}
          without={without}
          trans={trans}
          onToggle={onToggle}
        />
        <div className="jp-smext-catalogue-list">
          {catalogue.reading && <ReadingBar trans={trans} />}
          <DataGrid
            ref={grid}
            className={
              charged ? 'jp-smext-models jp-mod-charged' : 'jp-smext-models'
            }
            label={trans.__('Models')}
            items={selection.entries}
            columns={columns}
            keyOf={keyOf}
            chosen={row}
            order={order}
            busy={catalogue.reading}
            trans={trans}
            onChoose={setRow}
            onSort={(by, descending) =>
              setOrder(
                descending === undefined
                  ? turned(order, by)
                  : { by, descending }
              )
            }
            onOpen={props.onOpen}
            onClick={props.onOpen}
            onText={more => type(text + more)}
            onEscape={() => narrowed && clear()}
          />
          {selection.entries.length === 0 && (
            <p className="jp-smext-catalogue-none">
              {models.length
                ? trans.__('No model matches. ')
                : catalogue.reading
                  ? trans.__('Reading the models…')
                  : trans.__('No model could be read. ')}
              {narrowed && (
                <LinkButton
                  label={trans.__('Clear search and filters')}
                  onClick={clear}
                />
              )}{' '}
              {props.elsewhere}
            </p>
          )}
          <Unknown
            entries={selection.entries}
            charged={charged}
            trans={trans}
            onRead={props.onRead}
          />
        </div>
      </div>
    </div>
  );
}

/** The same model can be in several hubs. */
function keyOf({ model }: IEntry): string {
  return `${model.hub ?? ''}\n${model.id}\n${model.version}`;
}

function ReadingBar(props: { trans: TranslationBundle }): React.ReactElement {
  return (
    <div
      className="jp-smext-progress jp-mod-moving jp-smext-catalogue-reading"
      role="progressbar"
      aria-label={readingWords(props.trans)}
    >
      <i />
    </div>
  );
}

/** What the rows do not tell, and where it stands. */
function Unknown(props: {
  entries: ReadonlyArray<IEntry>;
  charged: boolean;
  trans: TranslationBundle;
  onRead: (models: ReadonlyArray<IModelName>) => void;
}): React.ReactElement | null {
  const { entries, charged, trans } = props;
  const unknown = entries.filter(({ model }) => model.instance_type === null);
  if (!unknown.length) {
    return null;
  }
  const known = number.format(entries.length - unknown.length);
  const all = number.format(entries.length);
  return (
    <p className="jp-smext-catalogue-foot jp-smext-muted jp-smext-small">
      {charged
        ? trans.__(
            'Instance, price and quota are known for %1 of these %2: they stand in each model’s document. ',
            known,
            all
          )
        : trans.__(
            'The instance is known for %1 of these %2: it stands in each model’s document. ',
            known,
            all
          )}
      <LinkButton
        label={trans.__('Read the other %1', number.format(unknown.length))}
        onClick={() =>
          props.onRead(
            unknown.map(({ model: { hub, id, version } }) => ({
              hub,
              id,
              version
            }))
          )
        }
      />
    </p>
  );
}

/** What could not be read, each in a line with all that is known of it behind a link. */
function Problems(props: {
  problems: ReadonlyArray<IProblem>;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { problems, trans } = props;
  // What is wrong with a connection is wrong with all that is read through it.
  const different = [
    ...new Map(problems.map(one => [one.title, one])).values()
  ];
  if (!different.length) {
    return null;
  }
  return (
    <ul className="jp-smext-catalogue-problems">
      {different.map(problem => (
        <li key={problem.title} className="jp-smext-line">
          <span className="jp-smext-ellipsis" title={problem.next}>
            {problem.title}
          </span>
          <LinkButton
            label={trans.__('Details')}
            onClick={() => void showProblem(problem, trans)}
          />
        </li>
      ))}
    </ul>
  );
}
