import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { SolutionRoutes } from '../../../api/solutions';
import { ISolution, ISolutions } from '../../../protocol';
import { LOCAL } from '../../../store';
import { ISmext, ISolutionId } from '../../../tokens';
import { originLabel } from '../catalogue/facets';
import { tableWords } from '../catalogue/words';
import { Listing, ListWait } from '../listing/listing';
import { IListRead, useSearchedList } from '../listing/read';
import { IListColumn, IListFacet } from '../listing/rows';
import { Search, searchText } from '../search';
import { launchWord } from './words';

import '../../../../style/list.css';
import '../../../../style/solutions.css';

/**
 * The solutions of a connection and region, as they are read and searched.
 */
export function useSolutions(
  { api, trans }: ISmext,
  search: Search,
  connection: string | null,
  region: string | undefined,
  shown: boolean
): IListRead<ISolutions> {
  return useSearchedList(
    search,
    'solutions',
    connection,
    region,
    shown,
    (connection, region) =>
      api.of(SolutionRoutes).solutions(connection, region),
    value => value.solutions.map(one => textOf(one, value.connection, trans))
  );
}

/**
 * JumpStart's solutions; one is opened as a page.
 */
export function Solutions(props: {
  smext: ISmext;
  solutions: IListRead<ISolutions>;
  search: Search;
  /** What the other tabs have of what is searched for. */
  elsewhere: React.ReactNode;
  regionField?: React.ReactNode;
  onOpen: (id: ISolutionId) => void;
}): React.ReactElement {
  const { smext, search } = props;
  const { value, problem, busy, again } = props.solutions;
  const { trans } = smext;
  const connection = value?.connection ?? '';
  const columns = React.useMemo(
    () => columnsOf(connection, trans),
    [connection, trans]
  );
  const facets = React.useMemo(
    () => facetsOf(connection, trans),
    [connection, trans]
  );
  if (!value) {
    return (
      <ListWait
        words={trans.__('Reading the solutions…')}
        problem={problem}
        regionField={props.regionField}
        trans={trans}
        onAgain={again}
      />
    );
  }
  const { region, solutions, problems } = value;
  const as_of = solutions.find(one => one.as_of !== null)?.as_of ?? null;
  return (
    <Listing
      rows={solutions}
      columns={columns}
      facets={facets}
      words={{
        title: trans.__('Solutions'),
        search: trans.__('Search solutions'),
        placeholder: trans.__('Search: solution, use case'),
        status: (shown, all) =>
          [
            shown === all
              ? trans._n('%1 solution', '%1 solutions', all)
              : trans.__('%1 of %2 solutions', shown, all),
            as_of === null ? '' : tableWords(as_of, trans)
          ]
            .filter(Boolean)
            .join(' · '),
        noMatch: trans.__('No solution matches.'),
        none: trans.__('No solution could be read.')
      }}
      search={search}
      className="jp-smext-solutions"
      elsewhere={props.elsewhere}
      problems={problem ? [problem, ...problems] : problems}
      busy={busy}
      trans={trans}
      regionField={props.regionField}
      idOf={({ id }) => id}
      textOf={one => textOf(one, connection, trans)}
      onRefresh={again}
      onOpen={({ id }) => props.onOpen({ connection, region, solution: id })}
    />
  );
}

function columnsOf(
  connection: string,
  trans: TranslationBundle
): IListColumn<ISolution>[] {
  return [
    {
      id: 'title',
      label: trans.__('Solution'),
      sortKey: ({ title }) => title,
      tooltip: ({ summary }) => summary,
      cell: one => (
        <>
          <span className="jp-smext-ellipsis">{one.title}</span>
          {connection === LOCAL && one.origin === 'manifest' && (
            <span className="jp-smext-badge" data-tone="ok">
              {trans.__('runs on this machine')}
            </span>
          )}
        </>
      )
    },
    {
      id: 'use',
      label: trans.__('Use case'),
      sortKey: one => one.use_case || null,
      cell: one => one.use_case
    },
    {
      id: 'summary',
      label: trans.__('What it does'),
      sortKey: ({ summary }) => summary || null,
      tooltip: ({ summary }) => summary,
      cell: ({ summary }) => summary
    },
    {
      id: 'launch',
      label: trans.__('Launch'),
      sortKey: one => launchWord(one, connection, trans),
      cell: one => launchWord(one, connection, trans)
    },
    {
      id: 'origin',
      label: trans.__('Listed in'),
      sortKey: ({ origin }) => originLabel(origin, trans),
      cell: ({ origin }) => originLabel(origin, trans)
    }
  ];
}

function facetsOf(
  connection: string,
  trans: TranslationBundle
): IListFacet<ISolution>[] {
  return [
    {
      id: 'use',
      label: trans.__('Use case'),
      value: one => one.use_case || null
    },
    {
      id: 'launch',
      label: trans.__('Launch'),
      value: one => launchWord(one, connection, trans)
    }
  ];
}

/** The text that a solution is found by. */
function textOf(
  solution: ISolution,
  connection: string,
  trans: TranslationBundle
): string {
  return searchText([
    solution.id,
    solution.title,
    solution.use_case,
    solution.summary,
    solution.repository,
    launchWord(solution, connection, trans)
  ]);
}
