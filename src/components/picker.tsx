import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { checkIcon, chevronDownIcon } from './icons';

import '../../style/picker.css';

/** More options than this are filtered by typing. */
const FILTER_FROM = 8;

/** No more of them are in the page at once. */
const MOST = 200;

/**
 * One option of a picker; `hint` stands at the right end of its line.
 */
export interface IOption {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
}

/**
 * A button that opens a list to pick from. With `multiple` the list stays open while options are
 * switched on and off, and never loses its last one.
 */
export function Picker(props: {
  label: string;
  options: ReadonlyArray<IOption>;
  selected: ReadonlyArray<string>;
  multiple?: boolean;
  trans: TranslationBundle;
  /** What is said where there are no options at all. */
  none?: string;
  onOpen?: () => void;
  onPick: (selected: string[]) => void;
  opener?: React.MutableRefObject<(() => void) | null>;
  children: React.ReactNode;
}): React.ReactElement {
  const { label, options, selected, multiple, trans, onPick } = props;
  const id = React.useId();
  const button = React.useRef<HTMLButtonElement>(null);
  const popup = React.useRef<HTMLDivElement>(null);
  const [open, setOpen] = React.useState(false);
  const [query, setQuery] = React.useState('');
  const [active, setActive] = React.useState<string | null>(null);

  const wanted = query.trim().toLowerCase();
  const matching = options.filter(option =>
    `${option.label} ${option.hint ?? ''}`.toLowerCase().includes(wanted)
  );
  const shown = matching.slice(0, MOST);
  const left = matching.length - shown.length;
  const current = shown.some(option => option.id === active)
    ? active
    : (shown[0]?.id ?? null);
  const optionId = (option: string) =>
    `${id}-${options.findIndex(one => one.id === option)}`;

  const show = () => {
    props.onOpen?.();
    setQuery('');
    setActive(selected[0] ?? null);
    setOpen(true);
  };
  if (props.opener) {
    props.opener.current = show;
  }
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const pick = (option: string) => {
    if (!multiple) {
      close();
      onPick([option]);
      return;
    }
    const next = selected.includes(option)
      ? selected.filter(one => one !== option)
      : [...selected, option];
    if (next.length) {
      onPick(next);
    }
  };

  React.useEffect(() => {
    if (!open) {
      return;
    }
    const target = popup.current;
    target?.querySelector<HTMLElement>('input, ul')?.focus();
    const outside = (event: PointerEvent) => {
      const node = event.target as Node;
      if (!target?.contains(node) && !button.current?.contains(node)) {
        setOpen(false);
      }
    };
    document.addEventListener('pointerdown', outside, true);
    return () => document.removeEventListener('pointerdown', outside, true);
  }, [open]);

  React.useEffect(() => {
    if (open && current !== null) {
      document.getElementById(optionId(current))?.scrollIntoView?.({
        block: 'nearest'
      });
    }
  }, [open, current]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = shown.findIndex(option => option.id === current);
    const move = (to: number) => {
      setActive(shown[Math.max(0, Math.min(shown.length - 1, to))]?.id ?? null);
    };
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === 'ArrowDown') {
      move(at + 1);
    } else if (event.key === 'ArrowUp') {
      move(at - 1);
    } else if (event.key === 'Home' && !typing) {
      move(0);
    } else if (event.key === 'End' && !typing) {
      move(shown.length - 1);
    } else if (event.key === 'PageDown') {
      move(at + 10);
    } else if (event.key === 'PageUp') {
      move(at - 10);
    } else if (event.key === 'Enter' || (event.key === ' ' && !typing)) {
      if (current !== null) {
        pick(current);
      }
    } else if (event.key === 'Escape') {
      close();
    } else if (event.key === 'Tab') {
      setOpen(false);
      return;
    } else {
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const list = {
    'aria-activedescendant': current === null ? undefined : optionId(current),
    'aria-controls': `${id}-list`
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="jp-smext-pick"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={label}
        title={label}
        onClick={() => (open ? setOpen(false) : show())}
      >
        {props.children}
        <chevronDownIcon.react tag="span" className="jp-smext-icon" />
      </button>
      {open && (
        <div ref={popup} className="jp-smext-popup" onKeyDown={onKeyDown}>
          {options.length > FILTER_FROM && (
            <input
              className="jp-smext-popup-filter"
              role="combobox"
              aria-expanded="true"
              aria-autocomplete="list"
              aria-label={trans.__('Filter: %1', label)}
              placeholder={trans.__('Type to filter')}
              value={query}
              onChange={event => setQuery(event.target.value)}
              {...list}
            />
          )}
          <ul
            id={`${id}-list`}
            role="listbox"
            aria-label={label}
            aria-multiselectable={multiple || undefined}
            aria-activedescendant={list['aria-activedescendant']}
            tabIndex={-1}
          >
            {shown.map(option => (
              <li
                key={option.id}
                id={optionId(option.id)}
                role="option"
                aria-selected={selected.includes(option.id)}
                className={option.id === current ? 'jp-mod-active' : undefined}
                onClick={() => pick(option.id)}
              >
                {selected.includes(option.id) ? (
                  <checkIcon.react tag="span" className="jp-smext-icon" />
                ) : (
                  <span className="jp-smext-icon" />
                )}
                <span className="jp-smext-grow jp-smext-ellipsis">
                  {option.label}
                </span>
                {option.hint && (
                  <span className="jp-smext-muted jp-smext-small">
                    {option.hint}
                  </span>
                )}
              </li>
            ))}
          </ul>
          {(shown.length === 0 || left > 0) && (
            <p className="jp-smext-popup-none" role="status">
              {left > 0
                ? trans._n(
                    '%1 more; type to find it.',
                    '%1 more; type to find them.',
                    left
                  )
                : options.length === 0 && props.none !== undefined
                  ? props.none
                  : trans.__('Nothing matches.')}
            </p>
          )}
        </div>
      )}
    </>
  );
}
