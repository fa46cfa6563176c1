import * as React from 'react';

import { bytes, dollars, hourly } from '../../components/amount';
import { IconButton } from '../../components/button';
import { powerIcon } from '../../components/icons';
import { duration, exactTime } from '../../components/time';
import { ToneMark } from '../../components/tone';
import { useNow } from '../../hooks';
import { IRow } from '../../protocol';
import { shutdownVerb, whyNot } from '../../store';
import { Chevron } from './chevron';
import { cellOf, isTime } from './columns';
import { usePanel } from './context';
import { IRowNode, IRunNode } from './nodes';

/** A row that is at rest and costs nothing has a grey mark. */
function isOff(row: IRow): boolean {
  return row.tone === 'idle' && !row.running;
}

function Age(props: {
  className: string;
  epoch: number | null;
}): React.ReactElement {
  const { className, epoch } = props;
  const { trans } = usePanel();
  const now = useNow();
  return (
    <span
      role="gridcell"
      className={className}
      title={epoch === null ? undefined : exactTime(epoch)}
    >
      {epoch === null ? '' : duration(now - epoch, trans)}
    </span>
  );
}

/**
 * A resource in its section: name and columns.
 */
export function Row(props: {
  node: IRowNode;
  idle: number | null;
}): React.ReactElement {
  const { node, idle } = props;
  const { store, trans } = usePanel();
  const { ref, stale, columns, expanded } = node;
  const { row, kind } = ref;
  const title = [
    row.name,
    row.status,
    idle === null ? '' : trans.__('idle for %1', duration(idle, trans))
  ]
    .filter(Boolean)
    .join(' · ');
  const name =
    stale && row.status ? (
      <>
        {`${row.name} `}
        <span className="jp-smext-muted">{trans.__('was %1', row.status)}</span>
      </>
    ) : (
      row.name
    );
  return (
    <>
      {expanded !== null && (
        <span className="jp-smext-twist">
          <Chevron expanded={expanded} />
        </span>
      )}
      <ToneMark
        tone={stale ? 'unknown' : idle === null ? row.tone : 'idle'}
        off={idle === null && isOff(row)}
        mute
        trans={trans}
      />
      {store.regions.length > 1 ? (
        <span role="gridcell" className="jp-smext-cell" title={title}>
          <span className="jp-smext-ellipsis">{name}</span>
          <span className="jp-smext-region jp-smext-small jp-smext-muted">
            {ref.region}
          </span>
        </span>
      ) : (
        <span role="gridcell" className="jp-smext-ellipsis" title={title}>
          {name}
        </span>
      )}
      {columns.map(column => {
        const cell = cellOf(kind, row, column);
        return isTime(kind, column) ? (
          <Age
            key={column}
            className="jp-smext-num jp-smext-muted"
            epoch={typeof cell === 'number' ? cell : null}
          />
        ) : (
          <span
            key={column}
            role="gridcell"
            className="jp-smext-ellipsis jp-smext-muted"
            title={cell === null ? undefined : String(cell)}
          >
            {cell === null ? '' : String(cell)}
          </span>
        );
      })}
    </>
  );
}

/** Price by the hour; on the local engine memory in use. */
function Amount({ node }: { node: IRunNode }): React.ReactElement {
  const { store, trans } = usePanel();
  const { cost } = node.ref;
  const { burn } = store.view;
  const words =
    cost === null || !burn.known
      ? ''
      : burn.charged
        ? cost.price === null
          ? trans.__('no price')
          : trans.__('$%1', dollars(cost.price))
        : cost.memory === null
          ? ''
          : bytes(cost.memory, trans);
  const none = ((burn.charged ? cost?.price : cost?.memory) ?? null) === null;
  return (
    <span
      role="gridcell"
      className={
        none || node.stale
          ? 'jp-smext-amount jp-smext-num jp-smext-muted'
          : 'jp-smext-amount jp-smext-num'
      }
      title={
        none && burn.problem
          ? burn.problem.title
          : cost?.price
            ? trans.__('%1, on demand', hourly(cost.price, trans))
            : undefined
      }
    >
      {words}
    </span>
  );
}

/**
 * A resource that runs: what it runs on, how long, and how to shut it down.
 */
export function Run(props: {
  node: IRunNode;
  idle: number | null;
}): React.ReactElement {
  const { node, idle } = props;
  const { smext, store, trans, whyNothing } = usePanel();
  const { ref, stale } = node;
  const { row, kind } = ref;
  const verb = shutdownVerb(kind);
  const why = verb && whyNot(verb, ref, whyNothing(ref.region), trans);
  return (
    <>
      <ToneMark
        tone={stale ? 'unknown' : idle === null ? row.tone : 'idle'}
        mute
        trans={trans}
      />
      <span
        role="gridcell"
        className="jp-smext-name jp-smext-ellipsis"
        title={[row.name, row.status].filter(Boolean).join(' · ')}
      >
        {row.name}
        {stale && row.status && (
          <span className="jp-smext-muted">
            {' '}
            {trans.__('was %1', row.status)}
          </span>
        )}
      </span>
      <Amount node={node} />
      <span role="gridcell" className="jp-smext-act">
        {verb && (
          <IconButton
            icon={powerIcon}
            tabIndex={-1}
            disabled={why !== null}
            label={
              why === null
                ? trans.__('Shut down %1', row.name)
                : trans.__('Shut down %1: %2', row.name, why)
            }
            onClick={event => {
              event.stopPropagation();
              smext.shutDown([ref]);
            }}
          />
        )}
      </span>
      <span role="gridcell" className="jp-smext-facts">
        {!stale && idle !== null && (
          <span
            className="jp-smext-badge"
            data-tone="idle"
            title={trans.__('As its own Jupyter server said when it was asked')}
          >
            {trans.__('Idle %1', duration(idle, trans))}
          </span>
        )}
        {!stale && row.tone === 'busy' && row.status && (
          <span>{row.status}</span>
        )}
        {row.instance && <span>{row.instance}</span>}
        {store.regions.length > 1 && <span>{ref.region}</span>}
        <span className="jp-smext-wide jp-smext-ellipsis">{kind.label}</span>
      </span>
      <Age className="jp-smext-age jp-smext-num" epoch={row.created} />
    </>
  );
}
