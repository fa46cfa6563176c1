import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import {
  checkIcon,
  clockIcon,
  lockIcon,
  warningIcon
} from '../../components/icons';
import { showProblem, WithCode } from '../../components/problem';
import { clockTime, duration } from '../../components/time';
import { useNow } from '../../hooks';
import { IProblem } from '../../protocol';
import { usePanel } from './context';
import { INote } from './nodes';

type ProblemNote = Extract<INote, { what: 'problem' }>;

/**
 * The word at the end of a line whose rows could not be read.
 */
export function problemWord(
  problem: IProblem,
  trans: TranslationBundle
): string {
  switch (problem.cause) {
    case 'denied':
      return trans.__('denied');
    case 'throttled':
      return trans.__('limited');
    case 'signed_out':
      return trans.__('signed out');
    case 'offline':
      return trans.__('offline');
    default:
      return trans.__('failed');
  }
}

/** How long ago, or in how long. */
function nextTry(
  problem: IProblem,
  now: number,
  trans: TranslationBundle
): string {
  return problem.retry_at !== null && problem.retry_at > now
    ? trans.__('next try in %1', duration(problem.retry_at - now, trans))
    : trans.__('next try soon');
}

/**
 * Why the rows of a kind are not there, or not newer.
 */
function problemText(
  note: ProblemNote,
  who: string | null,
  now: number,
  trans: TranslationBundle
): string {
  const { problem, rows, readAt } = note;
  switch (problem.cause) {
    case 'denied':
      if (problem.permission) {
        return who
          ? trans.__('Not readable: %1 lacks %2.', who, problem.permission)
          : trans.__(
              'Not readable: the permission %1 is missing.',
              problem.permission
            );
      }
      return sentences(problem.title, problem.detail);
    case 'throttled':
      return readAt !== null && rows
        ? trans.__(
            '%1. These rows are %2 old; %3.',
            problem.title,
            duration(now - readAt, trans),
            nextTry(problem, now, trans)
          )
        : trans.__(
            '%1. Nothing was read yet; %2.',
            problem.title,
            nextTry(problem, now, trans)
          );
    default:
      return sentences(
        problem.title,
        problem.next,
        rows && readAt !== null
          ? trans.__('These rows are of %1.', clockTime(readAt, now))
          : trans.__('Nothing is shown because nothing was read.')
      );
  }
}

/**
 * Texts as sentences in a row.
 */
export function sentences(...texts: string[]): string {
  return texts
    .filter(Boolean)
    .map(text => (/[.!?…]$/.test(text) ? text : `${text}.`))
    .join(' ');
}

function ProblemNote({ note }: { note: ProblemNote }): React.ReactElement {
  const { store, trans, preferences, refresh, copyPolicy } = usePanel();
  const now = useNow();
  const { regions } = store.view;
  const who =
    regions.find(one => one.region === note.region)?.identity?.name ?? null;
  const { cause, permission } = note.problem;
  const Icon =
    cause === 'denied'
      ? lockIcon
      : cause === 'throttled'
        ? clockIcon
        : warningIcon;
  const text = problemText(note, who, now, trans);
  return (
    <>
      <Icon.react tag="span" className="jp-smext-icon" />
      <div>
        {regions.length > 1 && `${note.region}: `}
        <WithCode text={text} names={[permission, who]} />
        <div className="jp-smext-line">
          {cause === 'denied' ? (
            <>
              <LinkButton
                tabIndex={-1}
                label={trans.__('Copy policy')}
                onClick={() => copyPolicy('panel')}
              />
              <LinkButton
                tabIndex={-1}
                label={trans.__('Hide this kind')}
                onClick={() => preferences.hide(note.kind.id)}
              />
            </>
          ) : (
            <LinkButton
              tabIndex={-1}
              label={
                cause === 'throttled'
                  ? trans.__('Try now')
                  : trans.__('Try again')
              }
              onClick={refresh}
            />
          )}
          {cause !== 'throttled' && (
            <LinkButton
              tabIndex={-1}
              label={trans.__('Details')}
              onClick={() => void showProblem(note.problem, trans)}
            />
          )}
        </div>
      </div>
    </>
  );
}

function None({
  note
}: {
  note: Extract<INote, { what: 'none' }>;
}): React.ReactElement {
  const { smext, trans, whyNothing } = usePanel();
  const now = useNow();
  const why = whyNothing();
  const { kind, asOf } = note;
  return (
    <>
      <span />
      <div className="jp-smext-muted">
        {asOf === null
          ? trans.__('None here.')
          : trans.__('None at %1.', clockTime(asOf, now))}{' '}
        {kind.create && (
          <LinkButton
            tabIndex={-1}
            label={trans.__('Create…')}
            disabled={why !== null}
            title={why ?? undefined}
            onClick={() => smext.create(kind.id)}
          />
        )}
      </div>
    </>
  );
}

function NothingRuns({
  note
}: {
  note: Extract<INote, { what: 'nothing-runs' }>;
}): React.ReactElement {
  const { smext, store, trans, pickRegions, whyNothing } = usePanel();
  const why = whyNothing();
  const where = store.regions.join(', ');
  const other = store.elsewhere[0];
  const text = note.unreadable
    ? trans._n(
        'Of what could be read nothing runs in %2. %1 kind could not be read.',
        'Of what could be read nothing runs in %2. %1 kinds could not be read.',
        note.unreadable,
        where
      )
    : trans.__('Nothing runs in %1.', where);
  const Icon = note.unreadable ? warningIcon : checkIcon;
  return (
    <>
      <Icon.react
        tag="span"
        className={
          note.unreadable ? 'jp-smext-icon' : 'jp-smext-icon jp-smext-good'
        }
      />
      <div>
        {text}{' '}
        {other && trans.__('%1 has %2 running.', other.region, other.running)}
        <div className="jp-smext-line">
          <LinkButton
            tabIndex={-1}
            label={trans.__('Create a notebook instance')}
            disabled={why !== null}
            title={why ?? undefined}
            onClick={() => smext.create('notebook-instance')}
          />
          {other ? (
            <LinkButton
              tabIndex={-1}
              label={trans.__('Show %1', other.region)}
              onClick={() => store.setRegions([...store.regions, other.region])}
            />
          ) : (
            <LinkButton
              tabIndex={-1}
              label={trans.__('Other regions…')}
              onClick={pickRegions}
            />
          )}
        </div>
      </div>
    </>
  );
}

/**
 * What a note row says, with what can be done about it.
 */
export function NoteBody({ note }: { note: INote }): React.ReactElement {
  const { trans, clearFilter } = usePanel();
  switch (note.what) {
    case 'problem':
      return <ProblemNote note={note} />;
    case 'nothing-runs':
      return <NothingRuns note={note} />;
    case 'reading':
      return (
        <>
          <span />
          <div className="jp-smext-muted">{trans.__('Reading…')}</div>
        </>
      );
    case 'nothing-matches':
      return (
        <>
          <span />
          <div>
            {trans.__('Nothing matches the filter.')}
            <div className="jp-smext-line">
              <LinkButton
                tabIndex={-1}
                label={trans.__('Clear the filter')}
                onClick={clearFilter}
              />
            </div>
          </div>
        </>
      );
    case 'none':
      return <None note={note} />;
  }
}
