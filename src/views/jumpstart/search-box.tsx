import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { searchIcon, xIcon } from '../../components/icons';

/**
 * The field that a list is searched with: Escape clears, the arrow down leads into the list.
 */
export const SearchBox = React.forwardRef<
  HTMLInputElement,
  {
    label: string;
    placeholder: string;
    text: string;
    trans: TranslationBundle;
    onText: (text: string) => void;
    /** Into the list. */
    onDown: () => void;
  }
>((props, ref) => {
  const { label, placeholder, text, trans, onText, onDown } = props;
  return (
    <div className="jp-smext-input jp-smext-catalogue-search">
      <searchIcon.react tag="span" className="jp-smext-icon" />
      <input
        ref={ref}
        type="text"
        role="searchbox"
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={event => onText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape' && text !== '') {
            onText('');
          } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
            onDown();
          } else {
            return;
          }
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {text ? (
        <IconButton
          icon={xIcon}
          label={trans.__('Clear the search')}
          onClick={() => onText('')}
        />
      ) : (
        <kbd className="jp-smext-kbd">/</kbd>
      )}
    </div>
  );
});
