import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { powerIcon, refreshIcon } from '../../components/icons';
import { PolicySource } from '../../components/policy';
import { clockTime, duration, exactTime } from '../../components/time';
import { ToneMark } from '../../components/tone';
import { useNow } from '../../hooks';
import { IRemoteKernel, IRemoteServer } from '../../protocol';
import { IDLE_AFTER, RemoteServers } from '../../store';
import { IInstanceKernels, ISmext } from '../../tokens';
import { ProblemCallout } from '../modal/problem';
import { kernelName, kernelTone, serverKind, usedBy } from './words';

import '../../../style/shared.css';
import '../../../style/resource.css';
import '../../../style/kernels.css';

/**
 * *Kernels on instances*: every kernel of every instance that is up, as it was when asked.
 */
export class KernelsView extends ReactWidget {
  constructor(
    private readonly _smext: ISmext,
    private readonly _kernels: IInstanceKernels
  ) {
    super();
    this.addClass('jp-smext-page');
    this.addClass('jp-smext-kernels');
    this.node.tabIndex = -1;
  }

  /** Bring the kernels of an instance (its row id) into view. */
  reveal(id: string): void {
    this.node
      .querySelector(`[data-server="${CSS.escape(id)}"]`)
      ?.scrollIntoView({ block: 'nearest' });
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.querySelector<HTMLElement>('button')?.focus();
  }

  protected override render(): React.ReactElement {
    const { servers } = this._kernels;
    return (
      <PolicySource.Provider value={this._smext.api}>
        <UseSignal signal={servers.changed}>
          {() => <Kernels smext={this._smext} kernels={this._kernels} />}
        </UseSignal>
      </PolicySource.Provider>
    );
  }
}

/**
 * The list, its age, and what can be done with each kernel.
 */
export function Kernels(props: {
  smext: ISmext;
  kernels: IInstanceKernels;
}): React.ReactElement {
  const { smext, kernels } = props;
  const { trans, store } = smext;
  const { servers } = kernels;
  const now = useNow();
  const { readAt, reading } = servers;
  const where = store.regions.join(', ');
  return (
    <>
      <div className="jp-smext-page-head">
        <div className="jp-smext-grow">
          <h1>{trans.__('Kernels on instances')}</h1>
          <p className="jp-smext-muted">
            {trans.__(
              'To ask an instance for its kernels signs in to it, so it is asked when you open this list or refresh it, and not by itself.'
            )}
          </p>
        </div>
        <span className="jp-smext-muted" role="status">
          {reading
            ? trans.__('Asking…')
            : readAt === null
              ? ''
              : trans.__('as of %1', clockTime(readAt, now))}
        </span>
        <IconButton
          icon={refreshIcon}
          label={trans.__('Ask again')}
          disabled={reading}
          onClick={() => void servers.read()}
        />
      </div>
      <div className="jp-smext-page-body">
        {servers.problems.map((problem, index) => (
          <ProblemCallout key={index} problem={problem} trans={trans} folded />
        ))}
        {readAt !== null &&
          !servers.servers.length &&
          !servers.problems.length && (
            <p className="jp-smext-muted">
              {trans.__(
                'No notebook instance and no JupyterLab of a space is in service in %1.',
                where
              )}
            </p>
          )}
        {servers.servers.map(server => (
          <Server
            key={`${server.at.region} ${server.at.kind} ${server.at.id}`}
            server={server}
            servers={servers}
            smext={smext}
            kernels={kernels}
          />
        ))}
      </div>
    </>
  );
}

function Server(props: {
  server: IRemoteServer;
  servers: RemoteServers;
  smext: ISmext;
  kernels: IInstanceKernels;
}): React.ReactElement {
  const { server, servers, smext, kernels } = props;
  const { trans } = smext;
  const { at, idle_since: since } = server;
  const idle = since === null ? 0 : (servers.readAt ?? since) - since;
  const title = `${at.kind} ${at.id}`;
  return (
    <section
      className="jp-smext-kernels-of"
      data-server={at.id}
      aria-label={server.name}
    >
      <h2 className="jp-smext-h2 jp-smext-line" title={title}>
        {server.name}
        {since !== null && idle >= IDLE_AFTER && (
          <span
            className="jp-smext-badge"
            data-tone="idle"
            title={trans.__('Not used since %1', exactTime(since))}
          >
            {trans.__('Idle %1', duration(idle, trans))}
          </span>
        )}
        <span className="jp-smext-muted jp-smext-small">
          {serverKind(server, trans)} · {at.region}
        </span>
      </h2>
      {server.problem ? (
        <ProblemCallout problem={server.problem} trans={trans} folded />
      ) : server.kernels.length ? (
        <table>
          <thead>
            <tr>
              <th scope="col">{trans.__('Notebook')}</th>
              <th scope="col">{trans.__('Kernel')}</th>
              <th scope="col">{trans.__('State')}</th>
              <th scope="col">{trans.__('Used by')}</th>
              <th scope="col" className="jp-smext-num">
                {trans.__('Idle for')}
              </th>
              <th scope="col">
                <span className="jp-smext-sr">{trans.__('Actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {server.kernels.map(kernel => (
              <Kernel
                key={kernel.id}
                kernel={kernel}
                asOf={servers.readAt ?? 0}
                smext={smext}
                kernels={kernels}
              />
            ))}
          </tbody>
        </table>
      ) : (
        <p className="jp-smext-muted">{trans.__('It runs no kernel.')}</p>
      )}
    </section>
  );
}

function Kernel(props: {
  kernel: IRemoteKernel;
  asOf: number;
  smext: ISmext;
  kernels: IInstanceKernels;
}): React.ReactElement {
  const { kernel, asOf, smext, kernels } = props;
  const { trans } = smext;
  const name = kernelName(kernel);
  return (
    <tr>
      <th
        scope="row"
        title={[kernel.path, kernel.id].filter(Boolean).join('\n')}
      >
        {kernel.path ?? (
          <span className="jp-smext-muted">{trans.__('not known')}</span>
        )}
      </th>
      <td>{kernel.name}</td>
      <td>
        <span className="jp-smext-line">
          <ToneMark tone={kernelTone(kernel)} mute trans={trans} />
          {kernel.state}
        </span>
      </td>
      <td>{usedBy(kernel, trans)}</td>
      <td
        className="jp-smext-num"
        title={trans.__('Last used %1', exactTime(kernel.last_activity))}
      >
        {kernel.state === 'busy'
          ? ''
          : duration(asOf - kernel.last_activity, trans)}
      </td>
      <td className="jp-smext-kernels-do">
        {kernel.session_id === null && (
          <button
            type="button"
            className="jp-smext-btn"
            aria-label={trans.__('Re-attach %1', name)}
            onClick={() => void kernels.reattach(kernel)}
          >
            {trans.__('Re-attach…')}
          </button>
        )}
        <IconButton
          icon={powerIcon}
          label={trans.__('Shut down %1…', name)}
          onClick={() => void kernels.shutDown([kernel])}
        />
      </td>
    </tr>
  );
}
