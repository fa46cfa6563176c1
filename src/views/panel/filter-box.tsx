import * as React from 'react';

import { IconButton } from '../../components/button';
import { searchIcon, xIcon } from '../../components/icons';
import { usePanel } from './context';
import { ITree } from './nodes';

const number = new Intl.NumberFormat();

/**
 * The filter, and how much it leaves.
 */
export function FilterBox(props: {
  query: string;
  setQuery: (query: string) => void;
  tree: ITree;
  input: React.RefObject<HTMLInputElement>;
}): React.ReactElement {
  const { query, setQuery, tree, input } = props;
  const { trans } = usePanel();
  return (
    <div className="jp-smext-filter">
      <div className="jp-smext-input">
        <searchIcon.react tag="span" className="jp-smext-icon" />
        <input
          ref={input}
          type="text"
          role="searchbox"
          aria-label={trans.__('Filter by name, status or kind')}
          placeholder={trans.__('Filter by name, status or kind')}
          spellCheck={false}
          value={query}
          onChange={event => setQuery(event.target.value)}
          onKeyDown={event => {
            if (event.key === 'Escape') {
              setQuery('');
              event.stopPropagation();
            } else if (event.key === 'ArrowDown') {
              const panel = event.currentTarget.closest('.jp-smext-panel');
              panel
                ?.querySelector<HTMLElement>('[role="row"][tabindex="0"]')
                ?.focus();
              event.preventDefault();
            }
          }}
        />
        {query ? (
          <IconButton
            icon={xIcon}
            label={trans.__('Clear the filter')}
            onClick={() => {
              setQuery('');
              input.current?.focus();
            }}
          />
        ) : (
          <kbd className="jp-smext-kbd">/</kbd>
        )}
      </div>
      {query && (
        <p className="jp-smext-small jp-smext-muted" role="status">
          {trans.__(
            '%1 of %2 shown',
            number.format(tree.shown),
            number.format(tree.total)
          )}
          {tree.unreadable > 0 &&
            ` · ${trans._n('%1 kind not readable', '%1 kinds not readable', tree.unreadable)}`}
        </p>
      )}
    </div>
  );
}
