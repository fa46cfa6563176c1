import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { searchIcon } from '../../components/icons';
import { LogModel } from './model';
import { IQuery } from './search';

/** Milliseconds of rest before what was typed is searched for. */
const TYPED = 250;

/**
 * The field that the log is searched with: Enter leads on, Escape clears.
 */
export function SearchField(props: {
  model: LogModel;
  match: number;
  search: React.RefObject<HTMLInputElement>;
  trans: TranslationBundle;
  onMatch: (by: 1 | -1) => void;
  onLines: () => void;
}): React.ReactElement {
  const { model, match, search, trans, onMatch, onLines } = props;
  const { query, found, more, problem } = model.search;
  const [text, setText] = React.useState('');
  const [regex, setRegex] = React.useState(false);
  const [match_case, setCase] = React.useState(false);
  const total = (found?.total.toLocaleString() ?? '') + (more ? '+' : '');
  const wanted: IQuery | null = text ? { text, regex, match_case } : null;
  const key = JSON.stringify(wanted);
  const find = () => {
    if (key !== JSON.stringify(query)) {
      model.search.start(wanted);
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
          {problem
            ? ''
            : !found
              ? trans.__('searching…')
              : !found.total
                ? more
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
