import { TranslationBundle } from '@jupyterlab/translation';
import { codeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ResourceRoutes } from '../../api/resources';
import { bytes, dollars, hourly } from '../../components/amount';
import { IconButton } from '../../components/button';
import { moreIcon, openIcon, stopIcon } from '../../components/icons';
import { copyText } from '../../components/problem';
import { clockTime, duration, exactTime, took } from '../../components/time';
import { ToneMark } from '../../components/tone';
import { useNow } from '../../hooks';
import {
  IKind,
  IProblem,
  IResource,
  IRow,
  ITimeline,
  IVerb
} from '../../protocol';
import {
  consoleUrl,
  InventoryStore,
  LOCAL,
  whyNot,
  whyNothing,
  whyNotOpen
} from '../../store';
import { IResourceId, ISmext } from '../../tokens';
import { deployment, whyNotDeployed } from '../deploy';
import { IItem, openMenu } from '../panel/menu';

/**
 * The resource's name and state, and what can be done with it.
 */
export function Header(props: {
  id: IResourceId;
  resource: IResource;
  spec: IKind;
  problem: IProblem | null;
  smext: ISmext;
  timeline: ITimeline | null;
  /** An address that leads to what is shown. */
  link(): string;
  /** Show the code of it; null where it has none. */
  onCode: (() => void) | null;
}): React.ReactElement {
  const { id, resource, spec, problem, smext, timeline } = props;
  const { link, onCode } = props;
  const { api, store, trans } = smext;
  const { row } = resource;
  const now = useNow();
  const gone = problem?.cause === 'not_found';
  const tone = problem ? 'unknown' : row.tone;
  const shutdown = spec.verbs.find(verb => verb.shutdown);
  const ref = { connection: id.connection, region: id.region, kind: spec, row };
  const through = store.connectionOf(id.connection);
  const nothing = whyNothing(through, problem, trans);
  const reason = (verb: IVerb) =>
    gone ? trans.__('deleted') : whyNot(verb, ref, nothing, trans, store);
  const allowed = (verb: IVerb) => reason(verb) === null;
  const unclonable = gone ? trans.__('deleted') : nothing;
  const actions = (): (IItem | null)[] => {
    const { arn } = row;
    const url = id.connection === LOCAL ? null : consoleUrl(ref, through);
    return [
      ...spec.verbs.map(verb => ({
        label:
          verb.form || verb.danger || verb.shutdown
            ? trans.__('%1…', verb.label)
            : verb.label,
        reason: reason(verb),
        run: () => smext.act(id, verb.operation)
      })),
      spec.verbs.length ? null : [],
      {
        label: trans.__('Copy name'),
        run: () => copyText(row.name, trans.__('Name copied'))
      },
      {
        label: trans.__('Copy link'),
        run: () => copyText(link(), trans.__('Link copied'))
      },
      arn === null
        ? []
        : {
            label: trans.__('Copy ARN'),
            run: () => copyText(arn, trans.__('ARN copied'))
          },
      url === null
        ? []
        : {
            label: trans.__('Open in AWS console'),
            run: () => {
              window.open(url, '_blank', 'noopener,noreferrer');
            }
          }
    ].flat();
  };
  const connection =
    id.connection === LOCAL
      ? trans.__('Local engine')
      : (store.connections?.find(one => one.id === id.connection)?.label ??
        id.connection);
  const undeployed = gone
    ? trans.__('deleted')
    : whyNotDeployed(spec, row, nothing, trans);
  const closed = gone ? trans.__('deleted') : whyNotOpen(ref, nothing, trans);
  return (
    <div className="jp-smext-page-head">
      <div className="jp-smext-grow">
        <h1 className="jp-smext-line" title={row.arn ?? undefined}>
          <ToneMark
            tone={tone}
            trans={trans}
            off={tone === 'idle' && !row.running}
          />
          <span className="jp-smext-ellipsis">{row.name}</span>
        </h1>
        <p className="jp-smext-muted">
          {spec.label}
          {row.status && (
            <>
              {' · '}
              <span role="status">
                {problem ? trans.__('was %1', row.status) : row.status}
              </span>
            </>
          )}
          <Age row={row} timeline={timeline} now={now} trans={trans} />
          {row.instance && ` · ${row.instance}`}
          {resource.definition.EnableManagedSpotTraining === true &&
            trans.__(', spot')}
          {row.running && taken(id, timeline, store, trans)}
          {timeline && <Cost timeline={timeline} trans={trans} />}
          {` · ${connection}, ${id.region}`}
        </p>
      </div>
      <div className="jp-smext-page-actions">
        {spec.open && (
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            aria-disabled={closed !== null || undefined}
            title={closed ?? trans.__('Opens in a new browser tab')}
            onClick={
              closed === null
                ? () =>
                    api
                      .of(ResourceRoutes)
                      .openInNewTab(id.connection, id.region, id.kind, id.id)
                : undefined
            }
          >
            <openIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('Open')}
          </button>
        )}
        {spec.verbs
          .filter(verb => verb !== shutdown && !verb.danger && !verb.form)
          .filter(allowed)
          .map(verb => (
            <button
              key={verb.operation}
              type="button"
              className="jp-smext-btn"
              onClick={() => smext.act(id, verb.operation)}
            >
              {verb.label}
            </button>
          ))}
        {spec.deploys && undeployed === null && (
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => smext.create(deployment(spec, id, row))}
          >
            {trans.__('Deploy…')}
          </button>
        )}
        {shutdown && row.running && allowed(shutdown) && (
          <button
            type="button"
            className="jp-smext-btn"
            onClick={() => smext.act(id, shutdown.operation)}
          >
            <stopIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('%1…', shutdown.label)}
          </button>
        )}
        {spec.create && (
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={unclonable !== null || undefined}
            title={unclonable ?? trans.__('Create another one like it')}
            onClick={
              unclonable === null
                ? () => smext.create({ clone: id })
                : undefined
            }
          >
            {trans.__('Clone…')}
          </button>
        )}
        {onCode && (
          <button type="button" className="jp-smext-btn" onClick={onCode}>
            <codeIcon.react tag="span" className="jp-smext-icon" />
            {trans.__('Show the code')}
          </button>
        )}
        <IconButton
          icon={moreIcon}
          label={trans.__('More actions')}
          menu
          onClick={event => {
            const { left, bottom } =
              event.currentTarget.getBoundingClientRect();
            openMenu(actions(), trans.__('Actions'), left, bottom);
          }}
        />
      </div>
    </div>
  );
}

/** How old it is; of a job that has ended, when that was and how long it took. */
function Age(props: {
  row: IRow;
  timeline: ITimeline | null;
  now: number;
  trans: TranslationBundle;
}): React.ReactElement {
  const { row, timeline, now, trans } = props;
  const { started = null, ended = null } = timeline ?? {};
  if (started !== null && ended !== null) {
    return (
      <span title={exactTime(ended)}>
        {trans.__(
          ' at %1 after %2',
          clockTime(ended, now, true),
          took(ended - started, trans)
        )}
      </span>
    );
  }
  return row.created === null ? (
    <></>
  ) : (
    <>
      {' · '}
      <span title={exactTime(row.created)}>
        {trans.__('%1 old', duration(now - row.created, trans))}
      </span>
    </>
  );
}

/** What it cost, or costs so far; only a training job that has ended tells what was billed. */
function Cost(props: {
  timeline: ITimeline;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { timeline, trans } = props;
  const { cost, ended, billable_s, billed_s } = timeline;
  if (cost === null || billed_s === null) {
    return null;
  }
  const amount = dollars(cost);
  return (
    <>
      {' · '}
      <span title={trans.__('for %1', took(billed_s, trans))}>
        {ended === null
          ? trans.__('cost so far about $%1', amount)
          : billable_s === null
            ? trans.__('cost about $%1', amount)
            : trans.__('cost $%1', amount)}
      </span>
    </>
  );
}

/** Its price by the hour, or its memory in use, as far as the panel knows it. */
function taken(
  id: IResourceId,
  timeline: ITimeline | null,
  store: InventoryStore,
  trans: TranslationBundle
): string {
  const cost = store.view.running.find(
    ({ connection, region, kind, row }) =>
      connection === id.connection &&
      region === id.region &&
      kind.id === id.kind &&
      row.id === id.id
  )?.cost;
  const price = cost?.price ?? timeline?.price ?? null;
  const memory = cost?.memory ?? null;
  if (price !== null) {
    return ` · ${hourly(price, trans)}`;
  }
  return memory === null ? '' : ` · ${bytes(memory, trans)}`;
}
