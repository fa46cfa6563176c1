import { downloadIcon } from '@jupyterlab/ui-components';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { copyIcon, openIcon, warningIcon } from '../../components/icons';
import { arrowDownIcon, arrowUpIcon } from '../../components/sort-icons';
import { LogModel } from './model';
import { SearchField } from './search-field';
import { stateWords } from './words';

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
  const { state, streams, stream } = model;
  const matches = model.search.found;
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
      <SearchField {...props} />
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
