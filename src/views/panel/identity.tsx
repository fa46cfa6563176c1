import * as React from 'react';

import { burnTitle, burnWords } from '../../components/burn';
import { LinkButton } from '../../components/button';
import {
  chipIcon,
  clockIcon,
  lockIcon,
  plugIcon
} from '../../components/icons';
import { IOption, Picker } from '../../components/picker';
import { showProblem } from '../../components/problem';
import { clockTime, duration, exactTime } from '../../components/time';
import { ToneMark } from '../../components/tone';
import { useNow } from '../../hooks';
import { IInventoryView, LOCAL } from '../../store';
import { usePanel } from './context';

/** Credentials with less left than this are worth a look. */
const SHORT = 15 * 60;

/**
 * Which connection, account and regions the panel shows, how old that is, and how long the
 * credentials last.
 */
export function Identity(props: {
  view: IInventoryView;
  regionOpener: React.MutableRefObject<(() => void) | null>;
}): React.ReactElement {
  const { store, trans } = usePanel();
  const { view, regionOpener } = props;
  const connections = store.connections ?? [];
  const current = store.connectionOf(view.connection);
  const name = current?.label ?? view.connection ?? '';
  const local = view.connection === LOCAL;
  const ConnectionIcon = local ? chipIcon : plugIcon;
  const identity = view.regions[0]?.identity ?? null;
  const account = identity?.alias ?? identity?.account ?? null;
  const regions = store.regions;
  const without = store.local?.kernels_without ?? null;

  const options: IOption[] = connections.map(connection => ({
    id: connection.id,
    label: connection.label,
    hint: connection.how
  }));
  const known = current?.regions.length ? current.regions : regions;
  const regionOptions: IOption[] = [
    ...regions,
    ...known.filter(region => !regions.includes(region))
  ].map(region => ({
    id: region,
    label: region,
    hint: store.elsewhere
      .filter(one => one.region === region)
      .map(one => trans.__('%1 running', one.running))
      .join()
  }));
  const who = [account, identity?.name].filter(Boolean).join(', ');
  return (
    <div className="jp-smext-identity">
      <div className="jp-smext-identity-line">
        <Picker
          label={
            current?.read_only
              ? trans.__('Connection: %1, read only', name)
              : trans.__('Connection: %1', name)
          }
          options={options}
          selected={view.connection === null ? [] : [view.connection]}
          trans={trans}
          onOpen={() => {
            store.refreshConnections().catch((reason: unknown) => {
              // The list that is known stays; the panel says when the server is gone.
              console.warn('The connections could not be read again', reason);
            });
          }}
          onPick={([connection]) => store.setConnection(connection)}
        >
          <ConnectionIcon.react tag="span" className="jp-smext-icon" />
          <span className="jp-smext-ellipsis jp-smext-strong">{name}</span>
        </Picker>
        <Burn view={view} />
      </div>
      <div className="jp-smext-identity-line">
        <Picker
          label={
            account
              ? trans.__('Account %1, regions %2', who, regions.join(', '))
              : trans.__('Regions %1', regions.join(', '))
          }
          options={regionOptions}
          selected={regions}
          multiple
          trans={trans}
          onPick={picked => store.setRegions(picked)}
          opener={regionOpener}
        >
          {account && !local && (
            <span
              className="jp-smext-ellipsis"
              title={identity?.arn ?? undefined}
            >
              {account}
            </span>
          )}
          <span>
            {regions[0]}
            {regions.length > 1 && ` +${regions.length - 1}`}
          </span>
        </Picker>
        <span className="jp-smext-line jp-smext-num jp-smext-muted">
          {current?.read_only && (
            <span
              className="jp-smext-said"
              title={trans.__('Nothing is changed through this connection')}
            >
              <lockIcon.react tag="span" className="jp-smext-icon" />
              {trans.__('read only')}
            </span>
          )}
          {!(local && current?.read_only) && <Credentials view={view} />}
        </span>
      </div>
      {local && without && (
        <div className="jp-smext-identity-line jp-smext-muted">
          <span className="jp-smext-ellipsis">
            {trans.__('Kernels know nothing of it')}
          </span>
          <LinkButton
            label={trans.__('Why')}
            onClick={() => void showProblem(without, trans)}
          />
        </div>
      )}
    </div>
  );
}

/** What runs takes together; what is not current says of when it is instead. */
function Burn({ view }: { view: IInventoryView }): React.ReactElement {
  const { trans } = usePanel();
  const now = useNow();
  const words = burnWords(view.burn, trans);
  if (view.problem || view.readAt === null || words === null) {
    return (
      <span className="jp-smext-num jp-smext-muted">
        <DataAge view={view} />
      </span>
    );
  }
  const age = Math.max(0, now - view.readAt);
  return (
    <span
      className={
        view.burn.charged && view.burn.price === null
          ? 'jp-smext-num jp-smext-muted'
          : 'jp-smext-num jp-smext-strong'
      }
      title={[
        burnTitle(view.burn, trans),
        trans.__('Read %1 ago', duration(age, trans))
      ].join('. ')}
    >
      {words}
    </span>
  );
}

function DataAge({ view }: { view: IInventoryView }): React.ReactElement {
  const { trans } = usePanel();
  const now = useNow();
  if (view.readAt === null) {
    return <>{view.problem ? '' : trans.__('reading…')}</>;
  }
  return (
    <span title={trans.__('Read at %1', exactTime(view.readAt))}>
      {view.problem
        ? trans.__('as of %1', clockTime(view.readAt, now))
        : now - view.readAt < 20
          ? trans.__('just now')
          : trans.__('%1 ago', duration(now - view.readAt, trans))}
    </span>
  );
}

function Credentials({ view }: { view: IInventoryView }): React.ReactElement {
  const { trans } = usePanel();
  const now = useNow();
  const cause = view.problem?.cause;
  if (cause === 'signed_out') {
    return (
      <span className="jp-smext-said">
        <ToneMark tone="bad" trans={trans} />
        {trans.__('Signed out')}
      </span>
    );
  }
  if (view.connection === LOCAL) {
    return <>{trans.__('no AWS, no cost')}</>;
  }
  if (cause === 'offline') {
    return (
      <span className="jp-smext-said">
        <ToneMark tone="unknown" trans={trans} />
        {trans.__('Offline')}
      </span>
    );
  }
  const expires = view.regions[0]?.identity?.expires_at ?? null;
  if (expires === null) {
    return <></>;
  }
  const left = expires - now;
  return (
    <span
      className={left < SHORT ? 'jp-smext-said' : undefined}
      title={trans.__('Credentials expire at %1', exactTime(expires))}
    >
      <clockIcon.react tag="span" className="jp-smext-icon" />
      {left > 0 ? duration(left, trans) : trans.__('expired')}
    </span>
  );
}
