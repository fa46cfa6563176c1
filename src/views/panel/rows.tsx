import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton, LinkButton } from '../../components/button';
import {
  chevronDownIcon,
  chevronRightIcon,
  clockIcon,
  lockIcon,
  powerIcon,
  warningIcon
} from '../../components/icons';
import {
  clockTime,
  duration,
  exactTime,
  spokenDuration
} from '../../components/time';
import { ToneMark, toneWord } from '../../components/tone';
import { useNow } from '../../hooks';
import { IKind } from '../../protocol';
import { IRowRef } from '../../store';
import { cellOf } from './columns';
import { groupLabel, usePanel } from './context';
import { NoteBody, problemWord } from './notes';
import {
  IHeaderNode,
  IKindNode,
  INode,
  INoteNode,
  IRowNode,
  IRunNode,
  ISectionNode,
  isOff
} from './tree';
import { shutdownVerb, whyNot } from './verbs';

const number = new Intl.NumberFormat();

/**
 * What a screen reader says of a row: name, kind, status, instance, age.
 */
export function spokenRow(
  ref: IRowRef,
  stale: boolean,
  region: boolean,
  now: number,
  trans: TranslationBundle
): string {
  const { row, kind } = ref;
  return [
    row.name,
    kind.label,
    stale
      ? trans.__('status not known, was %1', row.status)
      : row.status || toneWord(row.tone, trans),
    row.instance ?? '',
    region ? ref.region : '',
    row.created === null
      ? ''
      : trans.__('%1 old', spokenDuration(now - row.created, trans))
  ]
    .filter(Boolean)
    .join(', ');
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

function Chevron({ expanded }: { expanded: boolean }): React.ReactElement {
  const Icon = expanded ? chevronDownIcon : chevronRightIcon;
  return <Icon.react tag="span" className="jp-smext-icon" />;
}

function Section({ node }: { node: ISectionNode }): React.ReactElement {
  const { smext, trans, whyNothing } = usePanel();
  const now = useNow();
  const why = whyNothing();
  const { group, count, total, reading, failedToday, problems, asOf } = node;
  return (
    <>
      {node.expanded === null ? (
        <span className="jp-smext-icon" />
      ) : (
        <Chevron expanded={node.expanded} />
      )}
      <span role="gridcell" className="jp-smext-title">
        {groupLabel(group, trans)}
      </span>
      <span role="gridcell" className="jp-smext-count">
        {reading && !count
          ? trans.__('reading…')
          : node.unread && !count
            ? ''
            : total !== null
              ? trans.__('%1 of %2', number.format(count), number.format(total))
              : asOf !== null
                ? trans.__(
                    '%1 at %2',
                    number.format(count),
                    clockTime(asOf, now)
                  )
                : number.format(count)}
      </span>
      <span role="gridcell" className="jp-smext-end">
        {group === 'running' ? (
          count > 0 &&
          total === null &&
          asOf === null && (
            <LinkButton
              tabIndex={-1}
              label={trans.__('Shut down all…')}
              disabled={why !== null}
              title={why ?? undefined}
              onClick={() => smext.shutDown('all')}
            />
          )
        ) : failedToday ? (
          <>
            <ToneMark tone="bad" trans={trans} />
            {trans._n('%1 failed today', '%1 failed today', failedToday)}
          </>
        ) : (
          <SectionProblems node={node} />
        )}
      </span>
      {!!failedToday && problems.length > 0 && (
        <span className="jp-smext-sr">
          <SectionProblems node={node} />
        </span>
      )}
    </>
  );
}

function SectionProblems({ node }: { node: ISectionNode }): React.ReactElement {
  const { trans } = usePanel();
  const causes = node.problems.map(problem => problem.cause);
  const count = (cause: string) => causes.filter(one => one === cause).length;
  const denied = count('denied');
  const limited = count('throttled');
  const failed = causes.length - denied - limited;
  if (failed) {
    return (
      <>
        <warningIcon.react tag="span" className="jp-smext-icon" />
        {trans._n('%1 not readable', '%1 not readable', failed)}
      </>
    );
  }
  if (denied) {
    return (
      <>
        <lockIcon.react tag="span" className="jp-smext-icon" />
        {trans._n('%1 denied', '%1 denied', denied)}
      </>
    );
  }
  if (limited) {
    return (
      <>
        <clockIcon.react tag="span" className="jp-smext-icon" />
        {trans._n('%1 limited', '%1 limited', limited)}
      </>
    );
  }
  return <></>;
}

function Kind({ node }: { node: IKindNode }): React.ReactElement {
  const { trans } = usePanel();
  const now = useNow();
  const { kind, count, total, reading, problem, asOf } = node;
  const words =
    problem && !count
      ? problemWord(problem, trans)
      : reading && !count
        ? trans.__('reading…')
        : asOf !== null
          ? trans.__('as of %1', clockTime(asOf, now))
          : total !== null
            ? trans.__('%1 of %2', number.format(count), number.format(total))
            : null;
  return (
    <>
      <Chevron expanded={node.expanded ?? false} />
      <span role="gridcell" className="jp-smext-ellipsis">
        {kind.plural}
      </span>
      <span
        role="gridcell"
        className={
          words === null && count
            ? 'jp-smext-end jp-smext-num'
            : 'jp-smext-end jp-smext-num jp-smext-muted'
        }
      >
        {words ?? number.format(count)}
      </span>
    </>
  );
}

/** The words of a column's header. */
export function columnLabel(
  kind: IKind,
  column: string,
  trans: TranslationBundle
): string {
  switch (column) {
    case 'name':
      return trans.__('Name');
    case 'status':
      return trans.__('Status');
    case 'created':
      return trans.__('Age');
    case 'modified':
      return trans.__('Modified');
    case 'instance':
      return trans.__('Instance');
    default:
      return kind.columns.find(one => one.name === column)?.label ?? column;
  }
}

function isTime(kind: IKind, column: string): boolean {
  return (
    ['created', 'modified'].includes(column) ||
    kind.columns.find(one => one.name === column)?.format === 'time'
  );
}

/** The grid of a kind's rows: mark, name, then its columns. */
function template(kind: IKind, columns: ReadonlyArray<string>): string {
  const widths = columns.map(column =>
    isTime(kind, column) ? '46px' : 'minmax(0, 88px)'
  );
  return ['10px', 'minmax(64px, 1fr)', ...widths].join(' ');
}

function Header({ node }: { node: IHeaderNode }): React.ReactElement {
  const { preferences, trans, openKindMenu } = usePanel();
  const { kind, columns, sort } = node;
  const title = (column: string) => (
    <span
      key={column}
      role="columnheader"
      className={isTime(kind, column) ? 'jp-smext-num' : 'jp-smext-ellipsis'}
      aria-sort={
        sort.by === column
          ? sort.descending
            ? 'descending'
            : 'ascending'
          : 'none'
      }
    >
      <button
        type="button"
        className="jp-smext-sort"
        tabIndex={-1}
        title={trans.__('Sort by %1', columnLabel(kind, column, trans))}
        onClick={() => preferences.sortBy(kind.id, column)}
        onContextMenu={event => {
          event.preventDefault();
          event.stopPropagation();
          openKindMenu(kind, event.clientX, event.clientY);
        }}
      >
        {columnLabel(kind, column, trans)}
        {sort.by === column && (sort.descending ? ' ↓' : ' ↑')}
      </button>
    </span>
  );
  return (
    <>
      <span />
      {['name', ...columns].map(title)}
    </>
  );
}

function Row({ node }: { node: IRowNode }): React.ReactElement {
  const { store, trans } = usePanel();
  const { ref, stale, columns, expanded } = node;
  const { row, kind } = ref;
  const title = row.status ? `${row.name} · ${row.status}` : row.name;
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
        tone={stale ? 'unknown' : row.tone}
        off={isOff(row)}
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

function Run({ node }: { node: IRunNode }): React.ReactElement {
  const { smext, store, trans, whyNothing } = usePanel();
  const { ref, stale } = node;
  const { row, kind } = ref;
  const verb = shutdownVerb(kind);
  const why = verb && whyNot(verb, ref, whyNothing(ref.region), trans);
  return (
    <>
      <ToneMark tone={stale ? 'unknown' : row.tone} mute trans={trans} />
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

function Note({ node }: { node: INoteNode }): React.ReactElement {
  return (
    <div role="gridcell" className="jp-smext-note-body">
      <NoteBody note={node.note} />
    </div>
  );
}

const CLASSES = {
  section: 'jp-smext-section',
  run: 'jp-smext-run',
  kind: 'jp-smext-kind',
  header: 'jp-smext-row jp-smext-header',
  row: 'jp-smext-row',
  note: 'jp-smext-note'
};

function Line(props: {
  node: INode;
  index: number;
  start: number;
  focusable: boolean;
  measure: ((element: Element | null) => void) | undefined;
}): React.ReactElement {
  const { node, index, start, focusable, measure } = props;
  const { store, trans } = usePanel();
  const style: React.CSSProperties & { '--jp-smext-indent'?: string } = {
    transform: `translateY(${start}px)`
  };
  if (node.type === 'row' || node.type === 'header') {
    const kind = node.type === 'row' ? node.ref.kind : node.kind;
    style.gridTemplateColumns = template(kind, node.columns);
  }
  if (node.level > 2 && node.type !== 'run') {
    style['--jp-smext-indent'] = `${16 * node.level - 16}px`;
  }
  const label =
    node.type === 'run' || node.type === 'row'
      ? spokenRow(
          node.ref,
          node.stale,
          store.regions.length > 1,
          Date.now() / 1000,
          trans
        )
      : undefined;
  return (
    <div
      ref={measure}
      role="row"
      className={CLASSES[node.type]}
      style={style}
      tabIndex={focusable ? 0 : -1}
      data-index={index}
      data-key={node.key}
      data-stale={'stale' in node && node.stale ? '' : undefined}
      aria-label={label}
      aria-level={node.level}
      aria-expanded={node.expanded ?? undefined}
      aria-setsize={node.setSize ?? undefined}
      aria-posinset={node.posInSet ?? undefined}
    >
      {node.type === 'section' && <Section node={node} />}
      {node.type === 'run' && <Run node={node} />}
      {node.type === 'kind' && <Kind node={node} />}
      {node.type === 'header' && <Header node={node} />}
      {node.type === 'row' && <Row node={node} />}
      {node.type === 'note' && <Note node={node} />}
    </div>
  );
}

/**
 * One line of the tree, at its place.
 */
export const TreeRow = React.memo(Line);
