import * as React from 'react';

import { template } from './columns';
import { usePanel } from './context';
import { Header } from './header-line';
import { INode, INoteNode } from './nodes';
import { NoteBody } from './notes';
import { useIdle } from './panel-hooks';
import { Row, Run } from './resource-lines';
import { Kind, Section } from './section-lines';
import { spokenRow } from './spoken';

function Note({ node }: { node: INoteNode }): React.ReactElement {
  return (
    <div role="gridcell" className="jp-smext-note-body">
      <NoteBody note={node.note} />
    </div>
  );
}

const CLASSES = {
  section: 'jp-smext-section',
  run: 'jp-smext-run',
  kind: 'jp-smext-kind',
  header: 'jp-smext-row jp-smext-header',
  row: 'jp-smext-row',
  note: 'jp-smext-note'
};

function Line(props: {
  node: INode;
  index: number;
  start: number;
  focusable: boolean;
  measure: ((element: Element | null) => void) | undefined;
}): React.ReactElement {
  const { node, index, start, focusable, measure } = props;
  const { store, trans, kernels } = usePanel();
  const isRow = node.type === 'run' || node.type === 'row';
  const idle = useIdle(isRow ? node.ref : null, kernels);
  const style: React.CSSProperties & { '--jp-smext-indent'?: string } = {
    transform: `translateY(${start}px)`
  };
  if (node.type === 'row' || node.type === 'header') {
    const kind = node.type === 'row' ? node.ref.kind : node.kind;
    style.gridTemplateColumns = template(kind, node.columns);
  }
  if (node.level > 2 && node.type !== 'run') {
    style['--jp-smext-indent'] = `${16 * node.level - 16}px`;
  }
  const label =
    node.type === 'run' || node.type === 'row'
      ? spokenRow(
          node.ref,
          node.stale,
          store.regions.length > 1,
          Date.now() / 1000,
          trans,
          idle
        )
      : undefined;
  return (
    <div
      ref={measure}
      role="row"
      className={CLASSES[node.type]}
      style={style}
      tabIndex={focusable ? 0 : -1}
      data-index={index}
      data-key={node.key}
      data-stale={'stale' in node && node.stale ? '' : undefined}
      aria-label={label}
      aria-level={node.level}
      aria-expanded={node.expanded ?? undefined}
      aria-setsize={node.setSize ?? undefined}
      aria-posinset={node.posInSet ?? undefined}
    >
      {node.type === 'section' && <Section node={node} />}
      {node.type === 'run' && <Run node={node} idle={idle} />}
      {node.type === 'kind' && <Kind node={node} />}
      {node.type === 'header' && <Header node={node} />}
      {node.type === 'row' && <Row node={node} idle={idle} />}
      {node.type === 'note' && <Note node={node} />}
    </div>
  );
}

/**
 * One line of the tree, at its place.
 */
export const TreeRow = React.memo(Line);
