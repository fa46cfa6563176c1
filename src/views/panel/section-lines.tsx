import * as React from 'react';

import { burnTitle, burnWords } from '../../components/burn';
import { LinkButton } from '../../components/button';
import { clockIcon, lockIcon, warningIcon } from '../../components/icons';
import { clockTime } from '../../components/time';
import { ToneMark } from '../../components/tone';
import { useNow } from '../../hooks';
import { Chevron } from './chevron';
import { groupLabel, usePanel } from './context';
import { IKindNode, ISectionNode } from './nodes';
import { problemWord } from './notes';

const number = new Intl.NumberFormat();

/**
 * The line of a section: how much is in it, and what is wrong there.
 */
export function Section({ node }: { node: ISectionNode }): React.ReactElement {
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
        {node.burn ? (
          <span className="jp-smext-num" title={burnTitle(node.burn, trans)}>
            {burnWords(node.burn, trans)}
          </span>
        ) : group === 'running' ? (
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

/**
 * The line of a kind.
 */
export function Kind({ node }: { node: IKindNode }): React.ReactElement {
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
