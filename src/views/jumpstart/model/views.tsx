import * as React from 'react';

import { LaunchRoutes } from '../../../api/launches';
import { ITab, Tabs } from '../../../components/tabs';
import { ILaunch, IModelPage } from '../../../protocol';
import { IModelId, ISmext } from '../../../tokens';
import { useAnswer, useTypes } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { Browse } from '../launch/browse';
import { DeployForm } from '../launch/deploy-form';
import { FineTuneForm } from '../launch/fine-tune-form';
import { Launches } from '../launch/launches';
import { IStart, readStart } from '../launch/start';
import { useWanted } from '../wanted';
import { About } from './about';
import { Markdown } from './markdown';

/**
 * What a model is, and its forms: side by side where there is room, else as tabs.
 */
export function ModelViews(props: {
  page: IModelPage;
  id: IModelId;
  smext: ISmext;
  launches: Launches;
  markdown: Markdown;
  browse: Browse | null;
}): React.ReactElement {
  const { page, id, smext, launches, markdown, browse } = props;
  const { api, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  const [current, setCurrent] = React.useState('about');
  const hosting = useTypes(api, id, 'hosting', attempt);
  const training = useTypes(
    api,
    page.training ? id : null,
    'training',
    attempt
  );
  const start = useAnswer(JSON.stringify([id, attempt]), () =>
    readStart(api, id)
  );
  const [created, setCreated] = React.useState<ReadonlyArray<string>>([]);
  const [wanted, want] = React.useState<{ job: string } | null>(null);
  useWanted(launches.wanted, id, job => {
    want({ job });
    setCurrent('deploy');
  });
  const own = useLaunchesOf(smext, launches, id);
  const tuned = own.flatMap(({ fine_tune: tune, state }) =>
    tune && state === 'done' ? [tune.job] : []
  );

  const form = (draw: (start: IStart) => React.ReactElement) =>
    start.problem ? (
      <ProblemCallout
        problem={start.problem}
        trans={trans}
        onAgain={() => setAttempt(attempt + 1)}
      />
    ) : start.value ? (
      draw({
        ...start.value,
        role: start.value.role || (created[0] ?? ''),
        roles: [...created, ...start.value.roles],
        addRole: role => setCreated([role, ...created])
      })
    ) : (
      <p role="status" className="jp-smext-modal-wait">
        {trans.__('Reading your roles…')}
      </p>
    );
  const begun = (launch: Parameters<Launches['show']>[0]) =>
    void launches.show(launch);
  const tabs: ITab[] = [
    {
      id: 'about',
      label: trans.__('About'),
      content: (
        <About
          page={page}
          smext={smext}
          hosting={hosting}
          training={training}
          launches={own}
          markdown={markdown}
        />
      )
    },
    ...(page.document === null || !page.configs.length
      ? []
      : [
          {
            id: 'deploy',
            label: trans.__('Deploy'),
            content: form(start => (
              <DeployForm
                page={page}
                id={id}
                smext={smext}
                types={hosting}
                start={start}
                tuned={tuned}
                wanted={wanted}
                onBegun={begun}
              />
            ))
          }
        ]),
    ...(page.document === null || !page.training
      ? []
      : [
          {
            id: 'fine-tune',
            label: trans.__('Fine-tune'),
            content: form(start => (
              <FineTuneForm
                page={page}
                id={id}
                smext={smext}
                types={training}
                start={start}
                browse={browse}
                onBegun={begun}
              />
            ))
          }
        ])
  ];
  return (
    <Tabs
      className="jp-smext-model"
      label={trans.__('Views')}
      tabs={tabs}
      current={current}
      keep
      onChoose={setCurrent}
    />
  );
}

/** The launches of this server that were of a model, the latest one first. */
function useLaunchesOf(
  smext: ISmext,
  launches: Launches,
  id: IModelId
): ReadonlyArray<ILaunch> {
  const [found, setFound] = React.useState<ReadonlyArray<ILaunch>>([]);
  React.useEffect(() => {
    let wanted = true;
    const read = () =>
      smext.api
        .of(LaunchRoutes)
        .launches()
        .then(
          all => {
            if (wanted) {
              setFound(all.filter(launch => isOf(launch, id)));
            }
          },
          // They only add to the page; the model can be deployed without them.
          (reason: unknown) =>
            console.warn('The latest launches could not be read', reason)
        );
    const again = () => void read();
    launches.changed.connect(again);
    again();
    return () => {
      wanted = false;
      launches.changed.disconnect(again);
    };
  }, [smext, launches, id]);
  return found;
}

function isOf(launch: ILaunch, id: IModelId): boolean {
  const request = launch.deploy ?? launch.fine_tune;
  return (
    request?.model === id.id &&
    request.connection === id.connection &&
    request.region === id.region
  );
}
