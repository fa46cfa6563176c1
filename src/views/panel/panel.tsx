import { Notification } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { ApiError } from '../../api';
import { IconButton } from '../../components/button';
import {
  moreIcon,
  plusIcon,
  refreshIcon,
  searchIcon,
  xIcon
} from '../../components/icons';
import { copyText, showProblem } from '../../components/problem';
import { duration } from '../../components/time';
import { useNow, useStore } from '../../hooks';
import {
  IInventoryView,
  InventoryStore,
  IStatusChange,
  LOCAL
} from '../../store';
import { ISmext, SETTINGS_ID } from '../../tokens';
import { IPanelContext, PanelContext } from './context';
import { Identity } from './identity';
import { IItem, openMenu } from './menu';
import { kindMenu, rowMenu } from './menus';
import { IPreferences, Preferences } from './preferences';
import { Callout, deniedEverywhere, EngineStopped, FirstRun } from './states';
import { blockedBy, flatten, ITree } from './tree';
import { SECTIONS, TreeGrid } from './tree-grid';
import { whyNothing } from './verbs';

/** Spoken at once; more than this are counted. */
const SPOKEN = 3;

/**
 * The side panel: who and where, a filter, and everything there is.
 */
export function Panel(props: {
  smext: ISmext;
  preferences: Preferences;
  commands: CommandRegistry;
}): React.ReactElement {
  const { smext, preferences, commands } = props;
  const { store, trans } = smext;
  const view = useStore(store);
  const chosen = usePreferences(preferences);
  const [query, setQuery] = React.useState('');
  const filter = React.useRef<HTMLInputElement>(null);
  const regionOpener = React.useRef<(() => void) | null>(null);
  const wanted = React.useDeferredValue(query);

  const today = useToday();
  const tree = React.useMemo(
    () =>
      flatten({
        view,
        kinds: store.kinds,
        open: chosen.open,
        query: wanted,
        hidden: chosen.hidden,
        columns: chosen.columns,
        sort: chosen.sort,
        today
      }),
    [view, store.kinds, chosen, wanted, today]
  );
  useOpenChildren(smext, chosen, view);

  const context = React.useMemo<IPanelContext>(() => {
    const context: IPanelContext = {
      smext,
      store,
      preferences,
      trans,
      refresh: () => void store.refresh(),
      clearFilter: () => setQuery(''),
      pickRegions: () => regionOpener.current?.(),
      copyPolicy: () => void copyPolicy(smext),
      openKindMenu: (kind, x, y) =>
        void openMenu(kindMenu(kind, context), kind.plural, x, y),
      openRowMenu: (ref, stale, x, y) =>
        void openMenu(rowMenu(ref, context, commands), ref.row.name, x, y),
      whyNothing: region => whyNothingIn(store, region, trans)
    };
    return context;
  }, [smext, preferences, commands]);

  const engineDown =
    view.connection === LOCAL &&
    store.local !== null &&
    !store.local.running &&
    (view.problem !== null || store.local.starting);
  const blocked = view.problem ?? deniedEverywhere(view);
  const body =
    view.connection === null ? (
      <FirstRun />
    ) : (
      <>
        <Identity view={view} regionOpener={regionOpener} />
        <Progress view={view} />
        {engineDown ? (
          <EngineStopped />
        ) : (
          <>
            {blocked && <Callout problem={blocked} />}
            <Filter
              query={query}
              setQuery={setQuery}
              tree={tree}
              input={filter}
            />
            <TreeGrid
              tree={tree}
              reading={view.reading}
              onFilter={() => filter.current?.focus()}
            />
          </>
        )}
      </>
    );
  return (
    <PanelContext.Provider value={context}>
      <div className="jp-smext-panel">
        <Head view={view} context={context} commands={commands} />
        {body}
        <Announcer smext={smext} />
      </div>
    </PanelContext.Provider>
  );
}

function Head(props: {
  view: IInventoryView;
  context: IPanelContext;
  commands: CommandRegistry;
}): React.ReactElement {
  const { view, context, commands } = props;
  const { smext, store, trans, preferences } = context;
  const now = useNow();
  const why = context.whyNothing();
  const more = (event: React.MouseEvent<HTMLButtonElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const hidden = preferences.value.hidden.map(id => ({
      label: store.kinds.get(id)?.plural ?? id,
      run: () => preferences.show(id)
    }));
    const items: (IItem | null)[] = [
      {
        label: trans.__('Shut down all…'),
        reason: why ?? (view.running.length ? null : trans.__('nothing runs')),
        run: () => smext.shutDown('all')
      },
      null,
      {
        label: trans.__('Open all sections'),
        run: () =>
          preferences.setOpen(new Set([...preferences.value.open, ...SECTIONS]))
      },
      {
        label: trans.__('Close all sections'),
        run: () => preferences.setOpen(new Set())
      },
      ...(hidden.length
        ? [{ label: trans.__('Show hidden kind'), items: hidden }]
        : []),
      null,
      { label: trans.__('Copy IAM policy'), run: context.copyPolicy },
      {
        label: trans.__('Settings…'),
        run: () =>
          void commands.execute('settingeditor:open', { query: SETTINGS_ID })
      }
    ];
    openMenu(items, trans.__('More panel actions'), box.left, box.bottom);
  };
  const started = view.connection !== null;
  return (
    <div className="jp-smext-panel-head">
      <h2 className="jp-smext-grow">{trans.__('SageMaker')}</h2>
      {started && (
        <>
          <IconButton
            icon={plusIcon}
            label={
              why === null
                ? trans.__('Create a resource')
                : trans.__('Create a resource: %1', why)
            }
            disabled={why !== null}
            onClick={() => smext.create()}
          />
          <IconButton
            icon={refreshIcon}
            label={
              view.readAt === null
                ? trans.__('Refresh now')
                : trans.__(
                    'Refresh now. Updated %1 ago',
                    duration(now - view.readAt, trans)
                  )
            }
            onClick={context.refresh}
          />
        </>
      )}
      <IconButton
        icon={moreIcon}
        label={trans.__('More panel actions')}
        menu
        onClick={more}
      />
    </div>
  );
}

/** What stands in the way of a region, or of all of them. */
function whyNothingIn(
  store: InventoryStore,
  region: string | undefined,
  trans: TranslationBundle
): string | null {
  const { view } = store;
  const problems = view.regions
    .filter(one => region === undefined || one.region === region)
    .map(blockedBy);
  return whyNothing(
    store.connectionOf(view.connection),
    problems.every(problem => problem !== null) ? (problems[0] ?? null) : null,
    trans
  );
}

/** Two pixels that say a reading is going on, and how far it is. */
function Progress({ view }: { view: IInventoryView }): React.ReactElement {
  const { trans } = React.useContext(PanelContext)!;
  const kinds = view.regions.reduce((sum, region) => sum + region.kinds, 0);
  const read = view.regions.reduce((sum, region) => sum + region.kindsRead, 0);
  const first = view.readAt === null && view.problem === null;
  return view.reading || first ? (
    <div
      className="jp-smext-progress jp-smext-progress-thin"
      role="progressbar"
      aria-label={trans.__('Reading resources')}
      aria-valuemin={0}
      aria-valuemax={kinds || 1}
      aria-valuenow={read}
    >
      <i style={{ width: `${(100 * read) / (kinds || 1)}%` }} />
    </div>
  ) : (
    <div className="jp-smext-progress-thin" />
  );
}

function Filter(props: {
  query: string;
  setQuery: (query: string) => void;
  tree: ITree;
  input: React.RefObject<HTMLInputElement>;
}): React.ReactElement {
  const { query, setQuery, tree, input } = props;
  const { trans } = React.useContext(PanelContext)!;
  const format = new Intl.NumberFormat();
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
            format.format(tree.shown),
            format.format(tree.total)
          )}
          {tree.unreadable > 0 &&
            ` · ${trans._n('%1 kind not readable', '%1 kinds not readable', tree.unreadable)}`}
        </p>
      )}
    </div>
  );
}

/** Says changes of state to those who do not see them. */
function Announcer({ smext }: { smext: ISmext }): React.ReactElement {
  const { store, trans } = smext;
  const [text, setText] = React.useState('');
  React.useEffect(() => {
    const say = (_: unknown, changes: ReadonlyArray<IStatusChange>) => {
      const said = changes
        .slice(0, SPOKEN)
        .map(({ row }) => trans.__('%1 is now %2', row.name, row.status));
      if (changes.length > SPOKEN) {
        said.push(trans.__('and %1 more changed', changes.length - SPOKEN));
      }
      setText(said.join(', '));
    };
    store.statusChanged.connect(say);
    return () => {
      store.statusChanged.disconnect(say);
    };
  }, [store, trans]);
  return (
    <div className="jp-smext-sr" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function usePreferences(preferences: Preferences): IPreferences {
  return React.useSyncExternalStore(
    React.useCallback(
      notify => {
        preferences.changed.connect(notify);
        return () => {
          preferences.changed.disconnect(notify);
        };
      },
      [preferences]
    ),
    () => preferences.value
  );
}

/** Epoch seconds of the last midnight. */
function useToday(): number {
  const now = useNow();
  return new Date(1000 * now).setHours(0, 0, 0, 0) / 1000;
}

/** Rows that are listed under a parent are read while their parent is open. */
function useOpenChildren(
  smext: ISmext,
  { open }: IPreferences,
  { regions, connection }: IInventoryView
): void {
  const { store } = smext;
  const wanted = React.useMemo(() => {
    const lazy = [...store.kinds.values()].filter(
      kind => kind.listed_by === 'parent'
    );
    return [...open]
      .filter(key => key.startsWith('row:'))
      .flatMap(key => {
        const [region, parentKind, parent] = key.slice(4).split('\n');
        const page = regions.find(one => one.region === region);
        // Only what is there can be open: a deleted parent has nothing to list.
        const there = page?.pages
          .get(parentKind)
          ?.rows.some(row => row.id === parent);
        return there
          ? lazy
              .filter(kind => kind.parent === parentKind)
              .map(kind => `${region}\n${kind.id}\n${parent}`)
          : [];
      })
      .join('\t');
  }, [open, regions, store.kinds]);
  React.useEffect(() => {
    const held = wanted
      .split('\t')
      .filter(Boolean)
      .map(key => {
        const [region, kind, parent] = key.split('\n');
        return store.watchChildren(region, kind, parent);
      });
    return () => held.forEach(one => one.dispose());
  }, [store, connection, wanted]);
}

async function copyPolicy({ api, trans }: ISmext): Promise<void> {
  try {
    copyText(
      JSON.stringify(await api.policy(), null, 2),
      trans.__('Copied the IAM policy that the extension needs')
    );
  } catch (error) {
    if (error instanceof ApiError) {
      Notification.error(trans.__('The policy could not be read'), {
        autoClose: false
      });
      await showProblem(error.problem, trans);
      return;
    }
    throw error;
  }
}
