import * as React from 'react';

import { LaunchRoutes } from '../../../api/launches';
import { LinkButton } from '../../../components/button';
import { exactTime } from '../../../components/time';
import { ToneMark } from '../../../components/tone';
import { useChanges } from '../../../hooks';
import { ILaunch, Tone } from '../../../protocol';
import { InventoryStore } from '../../../store';
import { IResourceId, ISmext } from '../../../tokens';
import { useAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { Launches } from '../launch/launches';
import { launchName, launchWords, madeBy } from '../launch/words';
import { Assets } from './assets';

const TONES: { readonly [state in ILaunch['state']]: Tone } = {
  running: 'busy',
  done: 'ok',
  failed: 'bad',
  cancelled: 'idle'
};

/** The kind that stays and is billed until somebody deletes it. */
const ENDPOINT = 'endpoint';

/**
 * What was deployed and fine-tuned from this server, newest first, whatever became of it; nothing
 * where nothing was.
 */
export function History(props: {
  smext: ISmext;
  assets: Assets;
  launches: Launches;
}): React.ReactElement | null {
  const { smext, assets, launches } = props;
  const { api, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  const titleId = React.useId();
  useChanges(smext.store.changed);
  React.useEffect(() => {
    const again = () => setAttempt(count => count + 1);
    let seen = assets.value;
    // What there is else now may come of a launch that another window began.
    const compare = () => {
      if (assets.value !== seen) {
        seen = assets.value;
        again();
      }
    };
    launches.changed.connect(again);
    assets.changed.connect(compare);
    return () => {
      launches.changed.disconnect(again);
      assets.changed.disconnect(compare);
    };
  }, [launches, assets]);
  const answer = useAnswer(
    String(attempt),
    () => api.of(LaunchRoutes).launches(),
    all => all.every(one => one.state !== 'running')
  );
  // The last list stays until a newer one is there.
  const last = React.useRef<ReadonlyArray<ILaunch> | null>(null);
  last.current = answer.value ?? last.current;
  const shown = last.current;
  if (answer.problem) {
    return (
      <div className="jp-smext-page-trouble">
        <ProblemCallout
          problem={answer.problem}
          trans={trans}
          onAgain={() => setAttempt(attempt + 1)}
        />
      </div>
    );
  }
  if (!shown?.length) {
    return null;
  }
  return (
    <section aria-labelledby={titleId}>
      <h2 className="jp-smext-h2" id={titleId}>
        {trans.__('Launched from this server')}
      </h2>
      <table className="jp-smext-table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Model')}</th>
            <th scope="col">{trans.__('What became of it')}</th>
            <th scope="col">{trans.__('Made')}</th>
            <th scope="col" className="jp-smext-num">
              {trans.__('Begun')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(launch => (
            <Line
              key={launch.id}
              launch={launch}
              smext={smext}
              onShow={() => void launches.show(launch)}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Line(props: {
  launch: ILaunch;
  smext: ISmext;
  onShow: () => void;
}): React.ReactElement {
  const { launch, smext, onShow } = props;
  const { store, trans } = smext;
  const made = launch.made.flatMap(name => madeBy(launch, name) ?? []);
  const endpoint = made.find(({ kind }) => kind === ENDPOINT);
  const gone = endpoint !== undefined && isGone(endpoint, launch, store);
  return (
    <tr>
      <td>
        <span className="jp-smext-line">
          <ToneMark
            tone={gone ? 'idle' : TONES[launch.state]}
            off={gone}
            trans={trans}
            mute
          />
          <LinkButton label={launchName(launch)} onClick={onShow} />
        </span>
      </td>
      <td>{(launch.deploy ?? launch.fine_tune)?.model}</td>
      <td>{gone ? trans.__('Deleted since') : launchWords(launch, trans)}</td>
      <td>
        {made.map((resource, index) => (
          <React.Fragment key={`${resource.kind} ${resource.id}`}>
            {index > 0 && ', '}
            {isGone(resource, launch, store) ? (
              <s title={trans.__('deleted')}>
                {store.kinds.get(resource.kind)?.label ?? resource.kind}
              </s>
            ) : (
              <LinkButton
                label={store.kinds.get(resource.kind)?.label ?? resource.kind}
                title={resource.id}
                onClick={() => smext.openResource(resource)}
              />
            )}
          </React.Fragment>
        ))}
      </td>
      <td className="jp-smext-num">{exactTime(launch.started)}</td>
    </tr>
  );
}

/** Whether a list of its kind that was read after its launch has it no more. */
function isGone(
  { connection, region, kind, id }: IResourceId,
  launch: ILaunch,
  store: InventoryStore
): boolean {
  const page = store.view.regions
    .find(one => connection === store.connection && one.region === region)
    ?.pages.get(kind);
  return (
    page !== undefined &&
    launch.ended !== null &&
    page.problem === null &&
    (page.read_at ?? 0) > launch.ended &&
    !page.rows.some(row => row.id === id)
  );
}
