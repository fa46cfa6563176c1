import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton, LinkButton } from '../../../components/button';
import { DataGrid, IDataGrid } from '../../../components/data-grid';
import { refreshIcon, xIcon } from '../../../components/icons';
import { useChanges } from '../../../hooks';
import {
  IInstanceTypes,
  IJumpStartCatalogue,
  IModelName
} from '../../../protocol';
import { LOCAL } from '../../../store';
import { IAnswer } from '../../answer';
import { Search } from '../search';
import { SearchBox } from '../search-box';
import { columnsOf } from './columns';
import { FacetForm } from './facet-form';
import { FacetId, valueLabel } from './facets';
import { Problems, ReadingBar, Unread } from './notes';
import { knowsQuota, offersBy } from './offers';
import { Order, ordered, turned } from './order';
import { useRoom, widthsOf } from './room';
import {
  Chosen,
  chosenValues,
  entriesOf,
  IEntry,
  select,
  toggled
} from './selection';
import { sourceWords } from './words';

const number = new Intl.NumberFormat();

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
  const whole = React.useRef<HTMLDivElement>(null);
  const shown = useRoom(whole);
  const columns = React.useMemo(
    () => columnsOf(shown, charged, trans),
    [shown, charged, trans]
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
  // Those of another region are not known yet.
  React.useEffect(() => () => search.has('models', null), [search]);

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
    <div ref={whole} className="jp-smext-catalogue">
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
            className="jp-smext-models"
            widths={widthsOf(columns)}
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
          <Unread
            entries={selection.entries}
            local={catalogue.connection === LOCAL}
            charged={charged}
            reading={catalogue.reading}
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
