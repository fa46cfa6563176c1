import { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { copyPolicy } from '../../components/policy';
import { useStore } from '../../hooks';
import { LOCAL, whyNothingIn } from '../../store';
import { IInstanceKernels, ISmext } from '../../tokens';
import { Announcer } from './announcer';
import { IPanelContext, PanelContext } from './context';
import { DemoState } from './demo';
import { FilterBox } from './filter-box';
import { Head } from './head';
import { Identity } from './identity';
import { openMenu } from './menu';
import { kindMenu, rowMenu } from './menus';
import { useOpenChildren, usePreferences, useToday } from './panel-hooks';
import { Preferences } from './preferences';
import { Progress } from './progress';
import { Callout, deniedEverywhere, EngineStopped, FirstRun } from './states';
import { flatten } from './tree';
import { TreeGrid } from './tree-grid';

/**
 * The side panel: who and where, a filter, and everything there is.
 */
export function Panel(props: {
  smext: ISmext;
  preferences: Preferences;
  commands: CommandRegistry;
  kernels?: IInstanceKernels | null;
}): React.ReactElement {
  const { smext, preferences, commands, kernels = null } = props;
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
      kernels,
      refresh: () => void store.refresh(),
      clearFilter: () => setQuery(''),
      pickRegions: () => regionOpener.current?.(),
      copyPolicy: name => void copyPolicy(smext.api, name, trans),
      openKindMenu: (kind, x, y) =>
        void openMenu(kindMenu(kind, context), kind.plural, x, y),
      openRowMenu: (ref, stale, x, y) =>
        void openMenu(rowMenu(ref, context, commands), ref.row.name, x, y),
      whyNothing: region => whyNothingIn(store, region, trans)
    };
    return context;
  }, [smext, preferences, commands, kernels]);

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
            {view.connection === LOCAL && <DemoState view={view} />}
            <FilterBox
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
