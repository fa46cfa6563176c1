import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemOf } from '../../../api';
import { JumpStartRoutes } from '../../../api/jumpstart';
import { LaunchRoutes } from '../../../api/launches';
import { SolutionRoutes } from '../../../api/solutions';
import { bytes, hourly } from '../../../components/amount';
import { IconButton } from '../../../components/button';
import { refreshIcon } from '../../../components/icons';
import { showProblem } from '../../../components/problem';
import { useChanges, useNow } from '../../../hooks';
import { ILaunchedAsset } from '../../../protocol';
import { whyNothingIn } from '../../../store';
import { IModelId, IResourceId, ISmext } from '../../../tokens';
import { ProblemCallout } from '../../modal/problem';
import { Launches } from '../launch/launches';
import { SolutionLaunches } from '../solutions/launches';
import { openNotebookOf } from '../notebooks/open';
import { Assets } from './assets';
import { GroupLine, IAssetActions } from './group-line';
import {
  ARCHIVE,
  isNeeded,
  groupsOf,
  IGroup,
  modelOf,
  priced,
  STACK,
  whyNotDeleted
} from './groups';
import { History } from './history';

import '../../../../style/launched.css';

/**
 * *Launched assets*: all that JumpStart or this extension made in a region, with what it costs;
 * then what was launched from this server, whatever became of it.
 */
export function Launched(props: {
  smext: ISmext;
  assets: Assets;
  launches: Launches;
  solutions: SolutionLaunches;
  connection: string;
  region: string;
  regionField?: React.ReactNode;
  openModel: (model: IModelId) => void;
  openFile: (path: string) => void;
}): React.ReactElement {
  const { smext, assets, launches, solutions, connection, region } = props;
  const { api, store, trans } = smext;
  useChanges(assets.changed, store.changed);
  const now = useNow();
  const { value, problem } = assets;
  // Prices and memory change by themselves, and the panel reads them anyway.
  const costs =
    store.connection === connection
      ? (store.view.regions.find(one => one.region === region)?.costs ?? null)
      : null;
  const groups = React.useMemo(
    () =>
      value
        ? groupsOf(priced(value.assets, costs), value.charged, store.kinds)
        : null,
    [value, costs, store.kinds]
  );
  const nothing = whyNothingIn(store, region, trans);
  const whyNot = (group: IGroup) =>
    whyNotDeleted(group, store.kinds, nothing, trans);
  const doomed = groups?.filter(group => whyNot(group) === null) ?? [];

  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      await showProblem(problemOf(error), trans);
    }
  };
  // The stack of another server's launch is taken over.
  const launchOf = ({ launch, id }: ILaunchedAsset) =>
    launch !== null
      ? api.of(SolutionRoutes).solutionLaunch(launch)
      : api.of(SolutionRoutes).adopt({ connection, region, stack: id });
  const remove = async (some: ReadonlyArray<IGroup>) => {
    const named = ({ kind, id }: ILaunchedAsset): IResourceId => ({
      connection,
      region,
      kind,
      id
    });
    const members = some
      .filter(({ asset }) => asset.kind !== STACK)
      .flatMap(({ asset, parts }) => [asset, ...parts]);
    const rows = members.filter(({ kind }) => kind !== ARCHIVE).map(named);
    if (rows.length && !(await smext.delete(rows))) {
      return;
    }
    // A stack's own question names its resources, and asks about its buckets.
    for (const { asset } of some) {
      if (asset.kind === STACK) {
        await solutions.delete(await launchOf(asset));
      }
    }
    await assets.read();
    // An archive goes once nothing is made of it any more.
    const archives = members.filter(
      one => one.kind === ARCHIVE && !isNeeded(one, assets.value)
    );
    // Beside rows it went with what was confirmed of them.
    if (archives.length && !rows.length && !(await isConfirmed(archives))) {
      return;
    }
    for (const { launch } of archives) {
      await api.of(LaunchRoutes).deleteArchive(launch!);
    }
    if (archives.length) {
      await assets.read();
    }
  };
  const isConfirmed = async (archives: ReadonlyArray<ILaunchedAsset>) => {
    const { button } = await showDialog({
      title: trans._n(
        'Delete %1 archive in S3?',
        'Delete %1 archives in S3?',
        archives.length
      ),
      body: (
        <ul>
          {archives.map(({ id }) => (
            <li key={id}>
              <code>{id}</code>
            </li>
          ))}
        </ul>
      ),
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: trans.__('Delete') })
      ],
      defaultButton: 0
    });
    return button.accept;
  };
  const actions: IAssetActions = {
    openModel: props.openModel,
    deployTuned: (model, job) => launches.deployTuned(model, job),
    showLaunch: asset =>
      void attempt(async () =>
        asset.kind === STACK
          ? solutions.show(await launchOf(asset))
          : launches.show(await api.of(LaunchRoutes).launch(asset.launch!))
      ),
    openNotebook: asset =>
      void attempt(async () => {
        const { solution } = asset;
        if (solution !== null) {
          await solutions.openNotebook(
            { connection, region, solution },
            await launchOf(asset)
          );
          return;
        }
        const model = modelOf(asset, { connection, region });
        if (model === null) {
          return;
        }
        const { notebooks } = await api
          .of(JumpStartRoutes)
          .model(connection, region, model.hub, model.id, model.version);
        if (notebooks.length) {
          await openNotebookOf(smext, model, notebooks, props.openFile);
        } else {
          Notification.info(trans.__('%1 has no notebook.', model.id), {
            autoClose: 8000
          });
        }
      }),
    remove: group => void attempt(() => remove([group]))
  };
  return (
    <div className="jp-smext-launched">
      <div className="jp-smext-catalogue-bar">
        <button
          type="button"
          className="jp-smext-btn jp-mod-warn"
          aria-disabled={!doomed.length || undefined}
          title={whyNotAll(groups, doomed, nothing, trans)}
          onClick={() => doomed.length && void attempt(() => remove(doomed))}
        >
          {deleteWords(doomed.length, groups?.length ?? 0, trans)}
        </button>
        {props.regionField}
        <span
          className="jp-smext-grow jp-smext-num jp-smext-muted jp-smext-catalogue-status"
          role="status"
        >
          {groups && value
            ? sumWords(groups, value.charged, trans)
            : problem
              ? ''
              : trans.__('Reading what was launched…')}
        </span>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Read what was launched again')}
          disabled={assets.isReading}
          onClick={() => void assets.read()}
        />
      </div>
      {[...(problem ? [problem] : []), ...(value?.problems ?? [])].map(
        (one, index) => (
          <div key={index} className="jp-smext-page-trouble">
            <ProblemCallout
              problem={one}
              trans={trans}
              folded
              onAgain={() => void assets.read()}
            />
          </div>
        )
      )}
      {groups && groups.length > 0 && (
        <table className="jp-smext-table">
          <caption className="jp-smext-sr">
            {trans.__('What JumpStart or this extension made in %1', region)}
          </caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('Name')}</th>
              <th scope="col" data-wide>
                {trans.__('Kind')}
              </th>
              <th scope="col">{trans.__('Made of')}</th>
              <th scope="col">{trans.__('State')}</th>
              <th scope="col" className="jp-smext-num">
                {value?.charged ? trans.__('$/h') : trans.__('Memory')}
              </th>
              <th scope="col" className="jp-smext-num">
                {trans.__('Age')}
              </th>
              <th scope="col">
                <span className="jp-smext-sr">{trans.__('Actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map(group => (
              <GroupLine
                key={`${group.asset.kind} ${group.asset.id}`}
                group={group}
                connection={connection}
                region={region}
                charged={value?.charged ?? true}
                now={now}
                whyNot={whyNot(group)}
                smext={smext}
                actions={actions}
              />
            ))}
          </tbody>
        </table>
      )}
      {groups?.length === 0 && (
        <p className="jp-smext-launched-none">
          {value?.problems.length
            ? trans.__('Nothing was found by what could be read.')
            : trans.__(
                'JumpStart has made nothing that is still in %1. Open a model to deploy or fine-tune it, or launch a solution.',
                region
              )}
        </p>
      )}
      <History smext={smext} assets={assets} launches={launches} />
    </div>
  );
}

/**
 * How many assets there are, beside the name of their tab.
 */
export function AssetCount(props: {
  smext: ISmext;
  assets: Assets;
}): React.ReactElement | null {
  const { smext, assets } = props;
  useChanges(assets.changed);
  const { value } = assets;
  return value === null ? null : (
    <span className="jp-smext-tab-count">
      {groupsOf(value.assets, value.charged, smext.store.kinds).length}
    </span>
  );
}

/** `3 assets · 2 running · ≥ $1.23/h`. */
function sumWords(
  groups: ReadonlyArray<IGroup>,
  charged: boolean,
  trans: TranslationBundle
): string {
  const running = groups.filter(group => group.running);
  const known = running.flatMap(({ cost }) => cost ?? []);
  const sum = known.reduce((total, one) => total + one, 0);
  const words = charged
    ? hourly(sum, trans)
    : trans.__('%1 in use', bytes(sum, trans));
  return [
    trans._n('%1 asset', '%1 assets', groups.length),
    ...(running.length ? [trans.__('%1 running', running.length)] : []),
    ...(known.length
      ? [
          running.every(({ complete }) => complete)
            ? words
            : trans.__('≥ %1', words)
        ]
      : [])
  ].join(' · ');
}

function deleteWords(
  some: number,
  all: number,
  trans: TranslationBundle
): string {
  if (!some) {
    return trans.__('Delete all…');
  }
  return some < all
    ? trans.__('Delete %1 of %2 assets…', some, all)
    : trans._n('Delete %1 asset…', 'Delete all %1 assets…', all);
}

function whyNotAll(
  groups: ReadonlyArray<IGroup> | null,
  doomed: ReadonlyArray<IGroup>,
  nothing: string | null,
  trans: TranslationBundle
): string {
  const left = (groups?.length ?? 0) - doomed.length;
  if (!groups?.length || nothing !== null) {
    return nothing ?? trans.__('There is nothing to delete');
  }
  return left
    ? trans._n(
        '%1 cannot be deleted now: its own button says why',
        '%1 cannot be deleted now: their own buttons say why',
        left
      )
    : trans.__('A question follows that names each');
}
