import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Group } from '../../protocol';
import { SearchBox } from '../jumpstart/search-box';
import { IOffer } from './loading';
import { ICreateTarget } from './model';

interface IEntry {
  readonly key: string;
  readonly title: string;
  readonly about: string;
  readonly operation: string;
  readonly group: Group | null;
  readonly target: ICreateTarget;
}

/**
 * All that can be created, to search and to choose from.
 */
export function Chooser(props: {
  offer: IOffer;
  trans: TranslationBundle;
  onChoose: (target: ICreateTarget) => void;
}): React.ReactElement {
  const { offer, trans, onChoose } = props;
  const [query, setQuery] = React.useState('');
  const box = React.useRef<HTMLDivElement>(null);
  const search = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => search.current?.focus(), []);
  const entries = React.useMemo(() => entriesOf(offer), [offer]);
  const wanted = query.trim().toLowerCase().split(/\s+/);
  const having = (text: (entry: IEntry) => string) =>
    entries.filter(entry =>
      wanted.every(word => text(entry).toLowerCase().includes(word))
    );
  // What is called so; where nothing is, what has it in its description.
  const named = having(({ title, operation }) => `${title} ${operation}`);
  const found = named.length ? named : having(({ about }) => about);
  const groups: ReadonlyArray<[Group | null, string]> = [
    ['prepare', trans.__('Prepare')],
    ['build', trans.__('Build')],
    ['train', trans.__('Train')],
    ['deploy', trans.__('Deploy')],
    ['govern', trans.__('Govern')],
    [null, trans.__('More')]
  ];
  const move = (event: React.KeyboardEvent) => {
    const buttons = [
      ...box.current!.querySelectorAll<HTMLElement>('li > button')
    ];
    const at = buttons.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (at !== -1 && to !== undefined) {
      event.preventDefault();
      (buttons[to] ?? (to < 0 ? search.current : null))?.focus();
    } else if (event.key === '/' && event.target !== search.current) {
      event.preventDefault();
      search.current?.focus();
    }
  };
  return (
    <div ref={box} className="jp-smext-create-chooser" onKeyDown={move}>
      <SearchBox
        ref={search}
        label={trans.__('Search what can be created')}
        placeholder={trans.__('Search %1 resources', entries.length)}
        text={query}
        trans={trans}
        onText={setQuery}
        onDown={() =>
          box.current?.querySelector<HTMLElement>('li > button')?.focus()
        }
      />
      <p className="jp-smext-sr" role="status">
        {trans._n('%1 resource', '%1 resources', found.length)}
      </p>
      {!found.length && (
        <p>{trans.__('Nothing that AWS creates is called that.')}</p>
      )}
      {groups.map(([group, label]) => {
        const inside = found.filter(entry => entry.group === group);
        return inside.length ? (
          <section key={label} aria-label={label}>
            <h2 className="jp-smext-h2">{label}</h2>
            <ul>
              {inside.map(({ key, title, about, target }) => (
                <li key={key}>
                  <button
                    type="button"
                    title={about}
                    onClick={() => onChoose(target)}
                  >
                    <b>{title}</b>
                    <span className="jp-smext-muted">{about}</span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ) : null;
      })}
    </div>
  );
}

/** A layout stands where its kind does; AWS's own form of that is reached from it. */
function entriesOf({ creatables, layouts }: IOffer): IEntry[] {
  return creatables.map(({ operation, title, about, kind, group }) => {
    const layout = layouts.find(one => kind !== null && one.kind === kind);
    return {
      key: operation,
      title: capital(layout?.title.replace(/^Create (an? )?/, '') ?? title),
      about: layout?.about ?? about,
      operation,
      group,
      target: kind === null ? { operation } : { kind }
    };
  });
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
