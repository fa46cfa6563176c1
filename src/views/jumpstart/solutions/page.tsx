import * as React from 'react';

import { SolutionRoutes } from '../../../api/solutions';
import { Tabs } from '../../../components/tabs';
import { openIcon } from '../../../components/icons';
import { IProblem, ISolutionLaunch, ISolutionPage } from '../../../protocol';
import { ISmext, ISolutionId } from '../../../tokens';
import { IAnswer, useAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { isWebAddress, Markdown } from '../model/markdown';
import { useWanted } from '../wanted';
import { SolutionAbout } from './about';
import { SolutionForm } from './form';
import { SolutionLaunches } from './launches';
import { Stacks } from './stacks';
import { outcomeOf } from './words';

import '../../../../style/solutions.css';

/** What is wrong so that another try changes nothing. */
const FINAL: ReadonlySet<IProblem['cause']> = new Set([
  'needs_aws',
  'not_found'
]);

/**
 * A solution: what it is, the form that launches it, and the stacks that were made of it.
 */
export function SolutionView(props: {
  id: ISolutionId;
  smext: ISmext;
  launches: SolutionLaunches;
  markdown: Markdown;
  /** Its title is read. */
  onTitle: (title: string) => void;
}): React.ReactElement {
  const { id, smext, launches, markdown, onTitle } = props;
  const { api, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  const again = () => setAttempt(attempt + 1);
  const { value, problem } = useAnswer<ISolutionPage>(
    JSON.stringify([id, attempt]),
    () => api.of(SolutionRoutes).solution(id.connection, id.region, id.solution)
  );
  const [stacks, addStack] = useStacks(id, smext, launches, attempt);
  const [tab, setTab] = React.useState('solution');
  const title = value?.solution.title;
  React.useEffect(() => {
    if (title) {
      onTitle(title);
    }
  }, [title]);
  const [chosen, setChosen] = React.useState('');
  const see = (launch: string) => {
    setChosen(launch);
    setTab('stacks');
  };
  useWanted(launches.wanted, id, see);
  const underWay = stacks.value?.find(one => outcomeOf(one) === 'running')?.id;
  React.useEffect(() => {
    // A page that is opened anew shows what goes on.
    if (underWay !== undefined && chosen === '') {
      see(underWay);
    }
  }, [underWay]);
  if (!value) {
    return (
      <div className="jp-smext-page">
        <h1 className="jp-smext-sr">{id.solution}</h1>
        <div className="jp-smext-page-alone">
          {problem ? (
            <ProblemCallout problem={problem} trans={trans} onAgain={again} />
          ) : (
            <p role="status" className="jp-smext-modal-wait">
              {trans.__('Reading the solution…')}
            </p>
          )}
        </div>
      </div>
    );
  }
  const begun = (launch: ISolutionLaunch) => {
    addStack(launch);
    see(launch.id);
  };
  const solution = (
    <div className="jp-smext-solution">
      <SolutionAbout page={value} smext={smext} markdown={markdown} />
      <div className="jp-smext-solution-launch">
        {value.problems.map((one, index) => (
          <ProblemCallout
            key={index}
            problem={one}
            trans={trans}
            onAgain={FINAL.has(one.cause) ? undefined : again}
          />
        ))}
        {value.launchable && (
          <SolutionForm page={value} id={id} smext={smext} onBegun={begun} />
        )}
      </div>
    </div>
  );
  const list = stacks.value ?? [];
  return (
    <div className="jp-smext-page jp-smext-jumpstart">
      <Head
        page={value}
        id={id}
        stack={list.find(({ state }) => state === 'created') ?? null}
        smext={smext}
        launches={launches}
      />
      {stacks.problem && (
        <div className="jp-smext-page-trouble">
          <ProblemCallout
            problem={stacks.problem}
            trans={trans}
            folded
            onAgain={again}
          />
        </div>
      )}
      <Tabs
        label={trans.__('Views')}
        current={list.length ? tab : 'solution'}
        onChoose={setTab}
        tabs={[
          {
            id: 'solution',
            label: trans.__('Solution'),
            content: solution
          },
          ...(list.length
            ? [
                {
                  id: 'stacks',
                  label: trans.__('Stacks'),
                  count: (
                    <span className="jp-smext-tab-count">{list.length}</span>
                  ),
                  content: (
                    <Stacks
                      stacks={list}
                      chosen={chosen}
                      launches={launches}
                      smext={smext}
                      onChoose={setChosen}
                    />
                  )
                }
              ]
            : [])
        ]}
      />
    </div>
  );
}

function Head(props: {
  page: ISolutionPage;
  id: ISolutionId;
  /** The newest one that is made, which the notebook then works with. */
  stack: ISolutionLaunch | null;
  smext: ISmext;
  launches: SolutionLaunches;
}): React.ReactElement {
  const { page, id, stack, smext, launches } = props;
  const { trans } = smext;
  const { solution, launchable, notebook } = page;
  return (
    <div className="jp-smext-page-head jp-smext-model-head">
      <div className="jp-smext-grow">
        <h1>{solution.title}</h1>
        <p className="jp-smext-muted">
          <code>{solution.id}</code>
          {` · ${[solution.use_case, id.region].filter(Boolean).join(' · ')}`}
          {solution.version !== null &&
            trans.__(' · version %1', solution.version)}
        </p>
      </div>
      {launchable && (
        <button
          type="button"
          className="jp-smext-btn jp-smext-solution-to-form"
          onClick={event =>
            event.currentTarget
              .closest('.jp-smext-page')
              ?.querySelector<HTMLElement>('form input')
              ?.focus()
          }
        >
          {trans.__('Launch…')}
        </button>
      )}
      {notebook !== null && (
        <button
          type="button"
          className="jp-smext-btn"
          onClick={() => void launches.openNotebook(id, stack)}
        >
          {trans.__('Open notebook')}
        </button>
      )}
      {isWebAddress(solution.repository) && (
        <a
          className="jp-smext-btn"
          href={solution.repository}
          target="_blank"
          rel="noopener noreferrer"
        >
          <openIcon.react tag="span" className="jp-smext-icon" />
          {trans.__('Repository')}
        </a>
      )}
    </div>
  );
}

/**
 * The stacks that were made of a solution, newest first, each as it is now; and a way to add one
 * that was just begun.
 */
function useStacks(
  id: ISolutionId,
  smext: ISmext,
  launches: SolutionLaunches,
  attempt: number
): [
  IAnswer<ReadonlyArray<ISolutionLaunch>>,
  (launch: ISolutionLaunch) => void
] {
  const { api } = smext;
  const read = useAnswer(JSON.stringify([id, attempt]), () =>
    api.of(SolutionRoutes).solutionLaunches()
  );
  const [newer, setNewer] = React.useState<{
    readonly [id: string]: ISolutionLaunch;
  }>({});
  const add = React.useCallback(
    (launch: ISolutionLaunch) =>
      setNewer(before => ({ ...before, [launch.id]: launch })),
    []
  );
  React.useEffect(() => {
    const changed = (_: unknown, launch: ISolutionLaunch) => add(launch);
    launches.changed.connect(changed);
    return () => {
      launches.changed.disconnect(changed);
    };
  }, [launches, add]);
  const all = [
    ...new Map(
      [...(read.value ?? []), ...Object.values(newer)].map(one => [one.id, one])
    ).values()
  ]
    .filter(
      ({ request }) =>
        request.solution === id.solution &&
        request.connection === id.connection &&
        request.region === id.region
    )
    .sort((a, b) => b.started - a.started);
  return [{ value: all, problem: read.problem }, add];
}
