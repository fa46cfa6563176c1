import * as React from 'react';

/**
 * The field that a list is searched with: Escape clears it, the arrow down and Enter lead into the
 * list.
 */
export const SearchField = React.forwardRef<
  HTMLInputElement,
  {
    label: string;
    /** What can be searched for; the label where it is missing. */
    placeholder?: string;
    text: string;
    className?: string;
    /** A button beside it clears it: the browser draws none. */
    ownClear?: boolean;
    onText: (text: string) => void;
    /** Into the list. */
    onDown: () => void;
  }
>((props, ref) => {
  const { label, text, onText, onDown } = props;
  return (
    <input
      ref={ref}
      className={props.className}
      type={props.ownClear ? 'text' : 'search'}
      role="searchbox"
      aria-label={label}
      placeholder={props.placeholder ?? label}
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
  );
});
