import * as React from 'react';

import { bytes, dollars } from '../../../components/amount';
import { LinkButton } from '../../../components/button';
import { CopyButton } from '../../../components/copy-button';
import { duration, exactTime } from '../../../components/time';
import { ToneMark } from '../../../components/tone';
import { ILaunchedAsset } from '../../../protocol';
import { IModelId, ISmext } from '../../../tokens';
import { ARCHIVE, IGroup, modelOf, STACK } from './groups';

/** The kind that requests can be sent to, the state in which it takes them, and the view for it. */
const ENDPOINT = 'endpoint';
const IN_SERVICE = 'InService';
const TEST = 'test';

/** The kind that tunes models, and its state once it has. */
const TRAINING_JOB = 'training-job';
const COMPLETED = 'Completed';

/**
 * What can be done with an asset beside what the panel can.
 */
export interface IAssetActions {
  openModel(model: IModelId): void;
  deployTuned(model: IModelId, job: string): void;
  /** The launch that makes or made it, or the page of its stack. */
  showLaunch(asset: ILaunchedAsset): void;
  /** That of its model, or of its solution. */
  openNotebook(asset: ILaunchedAsset): void;
  remove(group: IGroup): void;
}

/**
 * An asset as a row: where it leads, what it costs with its parts, and how to be rid of it.
 */
export function GroupLine(props: {
  group: IGroup;
  connection: string;
  region: string;
  charged: boolean;
  now: number;
  /** Why it cannot be deleted now. */
  whyNot: string | null;
  smext: ISmext;
  actions: IAssetActions;
}): React.ReactElement {
  const { group, connection, region, now, whyNot, smext, actions } = props;
  const { trans } = smext;
  const { asset, parts } = group;
  const open = ({ kind, id }: ILaunchedAsset, view?: string) =>
    smext.openResource({ connection, region, kind, id }, view);
  const isStack = asset.kind === STACK;
  const opensLaunch = isStack && asset.solution !== null;
  const isPlain = asset.kind === ARCHIVE || (isStack && !opensLaunch);
  const model = modelOf(asset, { connection, region });
  const hasNotebook = isStack
    ? asset.notebook !== null && opensLaunch
    : asset.kind !== ARCHIVE && model !== null;
  return (
    <tr>
      <th scope="row">
        <span className="jp-smext-line">
          <ToneMark
            tone={asset.tone}
            off={!group.running && asset.tone !== 'bad'}
            trans={trans}
          />
          {isPlain ? (
            asset.name
          ) : (
            <LinkButton
              label={asset.name}
              onClick={() =>
                opensLaunch ? actions.showLaunch(asset) : open(asset)
              }
            />
          )}
          <CopyButton
            text={asset.name}
            label={trans.__('Copy %1', asset.name)}
            trans={trans}
          />
        </span>
        {parts.length > 0 && (
          <span className="jp-smext-launched-parts">
            {trans.__('with')}{' '}
            {parts.map((part, index) => (
              <React.Fragment key={`${part.kind} ${part.id}`}>
                {index > 0 && ', '}
                {part.kind === ARCHIVE ? (
                  <span title={part.name}>{trans.__('archive in S3')}</span>
                ) : (
                  <LinkButton
                    label={kindOf(part, smext).toLowerCase()}
                    title={part.name}
                    onClick={() => open(part)}
                  />
                )}
              </React.Fragment>
            ))}
          </span>
        )}
      </th>
      <td data-wide>{kindOf(asset, smext)}</td>
      <td>
        <Source asset={asset} model={model} smext={smext} actions={actions} />
      </td>
      <td>
        {asset.under_way && asset.launch !== null ? (
          <LinkButton
            label={asset.status || trans.__('Being made')}
            title={trans.__('Show progress')}
            onClick={() => actions.showLaunch(asset)}
          />
        ) : (
          asset.status || trans.__('There')
        )}
      </td>
      <td className="jp-smext-num" title={asset.instance ?? undefined}>
        {costWords(group, props.charged, smext)}
      </td>
      <td
        className="jp-smext-num"
        title={asset.created === null ? undefined : exactTime(asset.created)}
      >
        {asset.created === null ? '' : duration(now - asset.created, trans)}
      </td>
      <td>
        <span className="jp-smext-launched-actions">
          {asset.kind === ENDPOINT && asset.status === IN_SERVICE && (
            <LinkButton
              label={trans.__('Try it')}
              onClick={() => open(asset, TEST)}
            />
          )}
          {asset.kind === TRAINING_JOB &&
            asset.status === COMPLETED &&
            model !== null && (
              <LinkButton
                label={trans.__('Deploy')}
                title={trans.__('Deploy the tuned model')}
                onClick={() => actions.deployTuned(model, asset.name)}
              />
            )}
          {hasNotebook && (
            <LinkButton
              label={trans.__('Open notebook')}
              onClick={() => actions.openNotebook(asset)}
            />
          )}
          {!asset.under_way && asset.launch !== null && !isStack && (
            <LinkButton
              label={trans.__('Steps')}
              title={trans.__('What was done for it, step by step')}
              onClick={() => actions.showLaunch(asset)}
            />
          )}
          <LinkButton
            label={trans.__('Delete…')}
            title={whyNot ?? trans.__('%1, and what hangs on it', asset.name)}
            disabled={whyNot !== null}
            onClick={() => actions.remove(group)}
          />
        </span>
      </td>
    </tr>
  );
}

/** The model or the solution that it was made of. */
function Source(props: {
  asset: ILaunchedAsset;
  model: IModelId | null;
  smext: ISmext;
  actions: IAssetActions;
}): React.ReactElement {
  const { asset, model, smext, actions } = props;
  const { trans } = smext;
  if (model !== null) {
    return (
      <LinkButton
        label={model.id}
        title={trans.__('Version %1', model.version)}
        onClick={() => actions.openModel(model)}
      />
    );
  }
  if (asset.solution !== null) {
    return (
      <LinkButton
        label={asset.solution}
        title={trans.__('The page of the solution')}
        onClick={() => actions.showLaunch(asset)}
      />
    );
  }
  const name = asset.model;
  return name === null ? (
    <span className="jp-smext-muted">{trans.__('not told')}</span>
  ) : (
    <>{name}</>
  );
}

function kindOf({ kind }: ILaunchedAsset, { store, trans }: ISmext): string {
  switch (kind) {
    case STACK:
      return trans.__('Solution');
    case ARCHIVE:
      return trans.__('Archive in S3');
    default:
      return store.kinds.get(kind)?.label ?? kind;
  }
}

function costWords(
  { running, cost, complete }: IGroup,
  charged: boolean,
  { trans }: ISmext
): string {
  if (!running) {
    return '';
  }
  if (cost === null) {
    return charged ? trans.__('no price') : '';
  }
  const words = charged ? dollars(cost) : bytes(cost, trans);
  return complete ? words : trans.__('≥ %1', words);
}
