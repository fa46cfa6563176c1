import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemOf } from '../../../api';
import { JumpStartRoutes } from '../../../api/jumpstart';
import { LinkButton } from '../../../components/button';
import { showProblem } from '../../../components/problem';
import { IJumpStartNotebook, IJumpStartNotebooks } from '../../../protocol';
import { LOCAL } from '../../../store';
import { ISmext } from '../../../tokens';
import { originLabel } from '../catalogue/facets';
import { Listing, ListWait } from '../listing/listing';
import { IListRead, useSearchedList } from '../listing/read';
import { IListColumn, IListFacet } from '../listing/rows';
import { Search } from '../search';
import { openNotebook } from './open';
import { keyOf, textOf, titleOf } from './rows';

import '../../../../style/notebooks.css';

const number = new Intl.NumberFormat();

/**
 * The notebooks of a connection and region, as they are read and searched.
 */
export function useNotebooks(
  { api, trans }: ISmext,
  search: Search,
  connection: string | null,
  region: string | undefined,
  shown: boolean
): IListRead<IJumpStartNotebooks> {
  return useSearchedList(
    search,
    'notebooks',
    connection,
    region,
    shown,
    (connection, region) =>
      api.of(JumpStartRoutes).notebooks(connection, region),
    ({ notebooks }) => notebooks.map(one => textOf(one, trans)),
    ({ reading }) => !reading
  );
}

/**
 * The notebooks that JumpStart has for a connection and region: one is copied to this machine and
 * opened.
 */
export function Notebooks(props: {
  smext: ISmext;
  notebooks: IListRead<IJumpStartNotebooks>;
  search: Search;
  connection: string;
  region: string;
  /** What the other tabs have of what is searched for. */
  elsewhere: React.ReactNode;
  regionField?: React.ReactNode;
  openFile: (path: string) => void;
}): React.ReactElement {
  const { smext, search, connection, region } = props;
  const { value, problem, busy, again } = props.notebooks;
  const { api, trans } = smext;
  const columns = React.useMemo(() => columnsOf(trans), [trans]);
  const facets = React.useMemo(() => facetsOf(trans), [trans]);
  if (!value) {
    return (
      <ListWait
        words={trans.__('Reading the notebooks…')}
        problem={problem}
        regionField={props.regionField}
        trans={trans}
        onAgain={again}
      />
    );
  }
  const readOthers = () =>
    void api
      .of(JumpStartRoutes)
      .models(connection, region)
      .then(({ models }) =>
        api.of(JumpStartRoutes).readDocuments(
          connection,
          region,
          models
            .filter(({ documented }) => !documented)
            .map(({ hub, id, version }) => ({ hub, id, version }))
        )
      )
      .then(again, error => showProblem(problemOf(error), trans));
  return (
    <Listing
      rows={value.notebooks}
      columns={columns}
      facets={facets}
      words={{
        title: trans.__('Notebooks'),
        search: trans.__('Search notebooks'),
        placeholder: trans.__('Search: notebook, task, model'),
        status: (shown, all) =>
          shown === all
            ? trans._n('%1 notebook', '%1 notebooks', all)
            : trans.__('%1 of %2 notebooks', shown, all),
        noMatch: trans.__('No notebook matches.'),
        none: value.reading
          ? trans.__('Reading the notebooks…')
          : trans.__('No notebook could be read.')
      }}
      search={search}
      className="jp-smext-notebooks"
      elsewhere={props.elsewhere}
      problems={problem ? [problem, ...value.problems] : value.problems}
      busy={busy}
      trans={trans}
      regionField={props.regionField}
      foot={<Unread notebooks={value} trans={trans} onRead={readOthers} />}
      idOf={keyOf}
      textOf={row => textOf(row, trans)}
      onRefresh={again}
      onOpen={({ hub, id, version, location }) =>
        void openNotebook(
          smext,
          { connection, region, hub, id, version, location },
          props.openFile
        )
      }
    />
  );
}

/** Of how many models the notebooks are not known. */
function Unread(props: {
  notebooks: IJumpStartNotebooks;
  trans: TranslationBundle;
  onRead: () => void;
}): React.ReactElement | null {
  const { notebooks, trans, onRead } = props;
  const { known, models, reading, connection } = notebooks;
  if (known >= models) {
    return null;
  }
  const words = [number.format(known), number.format(models)];
  return (
    <p className="jp-smext-catalogue-foot jp-smext-muted jp-smext-small">
      {connection === LOCAL
        ? trans.__(
            'A model’s notebooks stand in its document: those of %1 of the %2 models are on this machine, the others need AWS.',
            ...words
          )
        : trans.__(
            'A model’s notebooks stand in its document, which was read of %1 of the %2 models. ',
            ...words
          )}
      {connection !== LOCAL && (
        <LinkButton
          label={
            reading
              ? trans.__('Reading…')
              : trans.__('Read the other %1', number.format(models - known))
          }
          disabled={reading}
          onClick={onRead}
        />
      )}
    </p>
  );
}

function columnsOf(
  trans: TranslationBundle
): IListColumn<IJumpStartNotebook>[] {
  return [
    {
      id: 'title',
      label: trans.__('Notebook'),
      sortKey: row => titleOf(row, trans),
      tooltip: row => row.description || row.location || undefined,
      cell: row => (
        <>
          <span className="jp-smext-ellipsis">{titleOf(row, trans)}</span>
          {row.runs_here && (
            <span className="jp-smext-badge" data-tone="ok">
              {trans.__('runs here')}
            </span>
          )}
        </>
      )
    },
    {
      id: 'task',
      label: trans.__('Task'),
      sortKey: row => row.task || null,
      cell: row => row.task
    },
    {
      id: 'name',
      label: trans.__('Name'),
      sortKey: row => row.id,
      tooltip: row => trans.__('%1, version %2', row.id, row.version),
      cell: row => <code>{row.id}</code>
    },
    {
      id: 'origin',
      label: trans.__('Listed in'),
      sortKey: row => originLabel(row.origin, trans),
      tooltip: row => row.hub ?? undefined,
      cell: row => originLabel(row.origin, trans)
    }
  ];
}

function facetsOf(trans: TranslationBundle): IListFacet<IJumpStartNotebook>[] {
  return [
    { id: 'task', label: trans.__('Task'), value: row => row.task || null },
    {
      id: 'of',
      label: trans.__('Belongs to'),
      value: row =>
        row.model === null ? trans.__('A hub') : trans.__('A model')
    }
  ];
}
