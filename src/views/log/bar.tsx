import { downloadIcon } from '@jupyterlab/ui-components';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../../components/button';
import {
  copyIcon,
  openIcon,
  searchIcon,
  warningIcon
} from '../../components/icons';
import { arrowDownIcon, arrowUpIcon } from '../../components/sort-icons';
import { duration } from '../../components/time';
import { secondTime } from './lines';
import { IQuery, LogModel, MANY } from './model';

/** Milliseconds of rest before what was typed is searched for. */
const TYPED = 250;

/**
 * What can be done with a log, and how far it is read.
 */
export function LogBar(props: {
  model: LogModel;
  compact: boolean;
  follow: boolean;
  current: number | null;
  /** How many lines are chosen. */
  chosen: number;
  whole: boolean;
  /** Where in the matches the current line is; -1 where it is none. */
  match: number;
  search: React.RefObject<HTMLInputElement>;
  download: string;
  trans: TranslationBundle;
  onFollow: (follow: boolean) => void;
  onMatch: (by: 1 | -1) => void;
  onFirstError: () => void;
  onWhole: () => void;
  onCopy: () => void;
  onOpen?: () => void;
  /** Into the lines. */
  onLines: () => void;
}): React.ReactElement {
  const { model, compact, current, chosen, trans, onFollow } = props;
  const { state, streams, stream, matches } = model;
  const known = streams?.streams ?? [];
  const shown = known.find(({ id }) => id === stream);
  const errors = state?.first_error ?? null;
  return (
    <div className="jp-smext-log-bar">
      <h2 className={compact ? 'jp-smext-h2' : 'jp-smext-sr'}>
        {trans.__('Log')}
      </h2>
      {known.length > 1 || !shown ? (
        <select
          className="jp-smext-select"
          aria-label={trans.__('Stream')}
          title={shown?.name}
          value={stream ?? ''}
          onChange={event => model.choose(event.target.value)}
        >
          {!shown && stream !== null && (
            <option value={stream}>{stream}</option>
          )}
          {known.map(({ id, label, name }) => (
            <option key={id} value={id} title={name}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <span
          className="jp-smext-ellipsis"
          title={`${shown.group} ${shown.name}`}
        >
          {shown.label}
        </span>
      )}
      <Search {...props} />
      <IconButton
        icon={arrowUpIcon}
        label={trans.__('Previous match')}
        disabled={!matches?.lines.length}
        onClick={() => props.onMatch(-1)}
      />
      <IconButton
        icon={arrowDownIcon}
        label={trans.__('Next match')}
        disabled={!matches?.lines.length}
        onClick={() => props.onMatch(1)}
      />
      <button
        type="button"
        className="jp-smext-btn"
        aria-pressed={errors !== null && errors === current}
        aria-disabled={errors === null || undefined}
        title={
          errors === null
            ? trans.__('No line reads like an error')
            : trans._n(
                '%1 line reads like an error',
                '%1 lines read like errors',
                state!.errors
              )
        }
        onClick={errors === null ? undefined : props.onFirstError}
      >
        <warningIcon.react tag="span" className="jp-smext-icon" />
        {trans.__('First error')}
        <kbd className="jp-smext-kbd">{trans.__('e')}</kbd>
      </button>
      {state && !state.ended && (
        <button
          type="button"
          className="jp-smext-switch"
          role="switch"
          aria-checked={props.follow}
          onClick={() => onFollow(!props.follow)}
        >
          <i />
          {trans.__('Follow')}
        </button>
      )}
      <button
        type="button"
        className="jp-smext-btn"
        aria-pressed={props.whole}
        aria-disabled={current === null || undefined}
        title={
          current === null
            ? trans.__('Choose a line first')
            : trans.__('All of line %1 (Enter)', current + 1)
        }
        onClick={current === null ? undefined : props.onWhole}
      >
        {trans.__('Whole line')}
      </button>
      <span className="jp-smext-grow jp-smext-num jp-smext-muted jp-smext-ellipsis">
        {stateWords(model, trans)}
      </span>
      <IconButton
        icon={copyIcon}
        label={
          chosen > 1
            ? trans.__('Copy %1 lines', chosen)
            : trans.__('Copy the current line')
        }
        disabled={current === null}
        onClick={props.onCopy}
      />
      <a
        className="jp-smext-iconbtn"
        href={props.download}
        download
        aria-label={trans.__('Download the log')}
        title={trans.__('Download the log')}
      >
        <downloadIcon.react tag="span" className="jp-smext-icon" />
      </a>
      {props.onOpen && (
        <IconButton
          icon={openIcon}
          label={trans.__('Open in Logs')}
          onClick={props.onOpen}
        />
      )}
    </div>
  );
}

/** `4,120 lines · ended 14:31:09`, `18,204 lines · 1 s behind`. */
function stateWords(model: LogModel, trans: TranslationBundle): string {
  const { state, count, streams, stream } = model;
  if (!state) {
    return '';
  }
  const lines = trans._n('%2 line', '%2 lines', count, count.toLocaleString());
  const last =
    model.line(count - 1)?.at ??
    streams?.streams.find(({ id }) => id === stream)?.last;
  const more = state.problem
    ? trans.__('not read on')
    : state.reading
      ? trans.__('reading on')
      : state.ended
        ? last
          ? trans.__('ended %1', secondTime(last))
          : trans.__('ended')
        : state.behind === null
          ? ''
          : trans.__('%1 behind', duration(Math.max(1, state.behind), trans));
  return more ? `${lines} · ${more}` : lines;
}

/**
 * The field that the log is searched with: Enter leads on, Escape clears.
 */
function Search(props: {
  model: LogModel;
  match: number;
  search: React.RefObject<HTMLInputElement>;
  trans: TranslationBundle;
  onMatch: (by: 1 | -1) => void;
  onLines: () => void;
}): React.ReactElement {
  const { model, match, search, trans, onMatch, onLines } = props;
  const { query, matches } = model;
  const [text, setText] = React.useState('');
  const [regex, setRegex] = React.useState(false);
  const [match_case, setCase] = React.useState(false);
  const total =
    (matches?.total.toLocaleString() ?? '') + (more(model) ? '+' : '');
  const wanted: IQuery | null = text ? { text, regex, match_case } : null;
  const key = JSON.stringify(wanted);
  const find = () => {
    if (key !== JSON.stringify(query)) {
      model.search(wanted);
    }
  };
  React.useEffect(() => {
    const timer = window.setTimeout(find, text ? TYPED : 0);
    return () => window.clearTimeout(timer);
  }, [key]);
  const toggle = (
    name: string,
    sign: string,
    on: boolean,
    set: (on: boolean) => void
  ) => (
    <button
      type="button"
      className="jp-smext-log-toggle"
      aria-label={name}
      title={name}
      aria-pressed={on}
      onClick={() => set(!on)}
    >
      {sign}
    </button>
  );
  return (
    <div className="jp-smext-input">
      <searchIcon.react tag="span" className="jp-smext-icon" />
      <input
        ref={search}
        type="text"
        role="searchbox"
        aria-label={trans.__('Search the log')}
        placeholder={trans.__('Search %1 lines', model.count.toLocaleString())}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            find();
            onMatch(event.shiftKey ? -1 : 1);
          } else if (event.key === 'Escape' && text) {
            setText('');
          } else if (event.key === 'ArrowDown' || event.key === 'Escape') {
            onLines();
          } else {
            return;
          }
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {wanted && (
        <span className="jp-smext-num jp-smext-muted" role="status">
          {model.unsearched
            ? ''
            : !matches
              ? trans.__('searching…')
              : !matches.total
                ? more(model)
                  ? trans.__('none so far')
                  : trans.__('none')
                : match < 0
                  ? total
                  : trans.__('%1 of %2', (match + 1).toLocaleString(), total)}
        </span>
      )}
      {toggle(trans.__('Match case'), 'Aa', match_case, setCase)}
      {toggle(trans.__('Regular expression'), '.*', regex, setRegex)}
    </div>
  );
}

/** Whether there may be more matches than are known. */
function more({ matches, count }: LogModel): boolean {
  return matches !== null && (matches.capped || count - matches.scanned > MANY);
}
