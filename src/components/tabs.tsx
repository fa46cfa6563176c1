import * as React from 'react';

/**
 * A tab of {@link Tabs}.
 */
export interface ITab {
  readonly id: string;
  readonly label: string;
  /** How much there is in it, beside its name. */
  readonly count?: React.ReactNode;
  readonly content: React.ReactNode;
}

/**
 * Views of which one is shown, chosen by arrows or by a click. One that was shown stays as it was
 * left.
 */
export function Tabs(props: {
  label: string;
  tabs: ReadonlyArray<ITab>;
  className?: string;
  /** Whether all are in the page from the start: where there is room they stand side by side. */
  keep?: boolean;
  /** The one that is shown; without it, whichever was chosen last. */
  current?: string;
  onChoose?: (id: string) => void;
}): React.ReactElement {
  const { label, tabs, className } = props;
  const [chosen, setChosen] = React.useState(tabs[0].id);
  const current = props.current ?? chosen;
  const seen = React.useRef(new Set<string>());
  seen.current.add(current);
  const list = React.useRef<HTMLDivElement>(null);
  const prefix = React.useId();
  const choose = (id: string) => {
    setChosen(id);
    props.onChoose?.(id);
  };
  const move = (event: React.KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === current);
    const to: { [key: string]: number } = {
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      ArrowRight: (at + 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1
    };
    if (event.key in to) {
      event.preventDefault();
      choose(tabs[to[event.key]].id);
      (list.current?.children[to[event.key]] as HTMLElement).focus();
    }
  };
  return (
    <div className={className ?? 'jp-smext-tabbed'}>
      <div
        ref={list}
        className="jp-smext-tabs"
        role="tablist"
        aria-label={label}
        onKeyDown={move}
      >
        {tabs.map(({ id, label, count }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`${prefix}-${id}-tab`}
            aria-controls={`${prefix}-${id}`}
            aria-selected={id === current}
            tabIndex={id === current ? 0 : -1}
            onClick={() => choose(id)}
          >
            {label}
            {count}
          </button>
        ))}
      </div>
      {tabs.map(({ id, content }) => (
        <div
          key={id}
          id={`${prefix}-${id}`}
          role="tabpanel"
          aria-labelledby={`${prefix}-${id}-tab`}
          hidden={id !== current && !props.keep}
          data-current={id === current || undefined}
        >
          {(props.keep || seen.current.has(id)) && content}
        </div>
      ))}
    </div>
  );
}
