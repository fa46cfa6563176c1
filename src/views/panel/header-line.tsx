import * as React from 'react';

import { columnLabel, isTime } from './columns';
import { usePanel } from './context';
import { IHeaderNode } from './nodes';

/**
 * The titles of a kind's columns, which sort by them.
 */
export function Header({ node }: { node: IHeaderNode }): React.ReactElement {
  const { preferences, trans, openKindMenu } = usePanel();
  const { kind, columns, sort } = node;
  const title = (column: string) => (
    <span
      key={column}
      role="columnheader"
      className={isTime(kind, column) ? 'jp-smext-num' : 'jp-smext-ellipsis'}
      aria-sort={
        sort.by === column
          ? sort.descending
            ? 'descending'
            : 'ascending'
          : 'none'
      }
    >
      <button
        type="button"
        className="jp-smext-sort"
        tabIndex={-1}
        title={trans.__('Sort by %1', columnLabel(kind, column, trans))}
        onClick={() => preferences.sortBy(kind.id, column)}
        onContextMenu={event => {
          event.preventDefault();
          event.stopPropagation();
          openKindMenu(kind, event.clientX, event.clientY);
        }}
      >
        {columnLabel(kind, column, trans)}
        {sort.by === column && (sort.descending ? ' ↓' : ' ↑')}
      </button>
    </span>
  );
  return (
    <>
      <span />
      {['name', ...columns].map(title)}
    </>
  );
}
