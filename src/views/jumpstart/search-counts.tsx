import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { useChanges } from '../../hooks';
import { Search, SearchedTab } from './search';

const number = new Intl.NumberFormat();

/**
 * How much a tab has, beside its name: `25`, and `2 of 25` while something is searched for.
 */
export function TabCount(props: {
  search: Search;
  tab: SearchedTab;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { search, tab, trans } = props;
  useChanges(search.changed);
  const count = search.count(tab);
  if (count === null) {
    return null;
  }
  const all = number.format(count.all);
  return (
    <span className="jp-smext-tab-count">
      {search.text.trim()
        ? trans.__('%1 of %2', number.format(count.found), all)
        : all}
    </span>
  );
}

/**
 * What the other tabs have of what is searched for; nothing where they have none of it.
 */
export function Elsewhere(props: {
  search: Search;
  but: SearchedTab;
  trans: TranslationBundle;
  onShow: (tab: SearchedTab) => void;
}): React.ReactElement | null {
  const { search, but, trans, onShow } = props;
  useChanges(search.changed);
  if (!search.text.trim()) {
    return null;
  }
  const others = (['models', 'solutions', 'notebooks'] as const).flatMap(
    tab => {
      const found = search.count(tab)?.found ?? 0;
      return tab !== but && found > 0 ? [{ tab, found }] : [];
    }
  );
  return others.length ? (
    <span className="jp-smext-elsewhere">
      {trans.__('Elsewhere:')}
      {others.map(({ tab, found }) => (
        <LinkButton
          key={tab}
          label={named(tab, found, trans)}
          onClick={() => onShow(tab)}
        />
      ))}
    </span>
  ) : null;
}

function named(
  tab: SearchedTab,
  found: number,
  trans: TranslationBundle
): string {
  switch (tab) {
    case 'models':
      return trans._n('%1 model', '%1 models', found);
    case 'solutions':
      return trans._n('%1 solution', '%1 solutions', found);
    case 'notebooks':
      return trans._n('%1 notebook', '%1 notebooks', found);
  }
}
