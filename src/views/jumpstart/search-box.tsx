import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { searchIcon, xIcon } from '../../components/icons';
import { SearchField } from '../../components/search-field';

/**
 * The field that a list of JumpStart is searched with, and what clears it.
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
      <SearchField
        ref={ref}
        ownClear
        label={label}
        placeholder={placeholder}
        text={text}
        onText={onText}
        onDown={onDown}
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
