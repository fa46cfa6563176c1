import * as React from 'react';

import { Search, SearchedTab } from './search';

/**
 * Whether the list of a tab was read; what is typed draws nothing anew.
 */
export function useHas(search: Search, tab: SearchedTab): boolean {
  const [has, setHas] = React.useState(false);
  React.useEffect(() => {
    const look = () => {
      if (search.count(tab) !== null) {
        search.changed.disconnect(look);
        setHas(true);
      }
    };
    search.changed.connect(look);
    look();
    return () => {
      search.changed.disconnect(look);
    };
  }, [search, tab]);
  return has;
}
