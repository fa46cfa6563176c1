import { Notification } from '@jupyterlab/apputils';
import {
  defaultRangeExtractor,
  Range,
  useVirtualizer
} from '@tanstack/react-virtual';
import * as React from 'react';

import { copyText } from '../../components/problem';
import { usePanel } from './context';
import { move, typeAhead } from './keyboard';
import { INode, ITree, RUNNING } from './nodes';
import { TreeRow } from './rows';
import { assign, ISlot } from './slots';

const TYPING_PAUSE = 700;
/** Lines kept ready beyond either edge. */
const OVERSCAN = 4;
const NOTICE = 4000;

/**
 * The rows, as many of them in the page as can be seen, and the one with the focus.
 */
export function TreeGrid(props: {
  tree: ITree;
  reading: boolean;
  onFilter: () => void;
}): React.ReactElement {
  const { nodes } = props.tree;
  const panel = usePanel();
  const { preferences, smext, trans } = panel;
  const scroller = React.useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = React.useState(RUNNING);
  const focusNext = React.useRef(false);
  const typed = React.useRef({ text: '', at: 0 });
  const slots = React.useRef<ReadonlyArray<ISlot>>([]);

  const found = React.useMemo(
    () => nodes.findIndex(node => node.key === activeKey),
    [nodes, activeKey]
  );
  // The line with the focus may have gone: then the one that came in its place has it.
  const lastIndex = React.useRef(0);
  const active =
    found >= 0 ? found : Math.min(lastIndex.current, nodes.length - 1);
  lastIndex.current = active;

  const virtualizer = useVirtualizer({
    count: nodes.length,
    getScrollElement: () => scroller.current,
    estimateSize: React.useCallback(
      (index: number) => nodes[index]?.size ?? 0,
      [nodes]
    ),
    getItemKey: React.useCallback(
      (index: number) => nodes[index]?.key ?? index,
      [nodes]
    ),
    rangeExtractor: React.useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range);
        return active < 0 || shown.includes(active)
          ? shown
          : [...shown, active].sort((a, b) => a - b);
      },
      [active]
    ),
    overscan: OVERSCAN
  });

  React.useLayoutEffect(() => {
    // A line that was focused in the page and is another one now keeps the focus.
    const held = scroller.current?.contains(document.activeElement);
    if (focusNext.current || (held && found < 0)) {
      focusNext.current = false;
      line(active)?.focus({ preventScroll: true });
    }
  });

  const line = (index: number) =>
    scroller.current?.querySelector<HTMLElement>(
      `[role="row"][data-index="${index}"]`
    );

  const go = (index: number) => {
    const node = nodes[index];
    if (!node) {
      return;
    }
    setActiveKey(node.key);
    lastIndex.current = index;
    focusNext.current = true;
    virtualizer.scrollToIndex(index, { align: 'auto' });
    if (index === active) {
      line(index)?.focus({ preventScroll: true });
      focusNext.current = false;
    }
  };

  const openNode = (node: INode) => {
    if (node.type === 'run' || node.type === 'row') {
      smext.openResource(node.ref);
    } else if (node.expanded !== null) {
      preferences.toggle(node.key);
    }
  };

  const menuOf = (node: INode, x: number, y: number) => {
    if (node.type === 'run' || node.type === 'row') {
      panel.openRowMenu(node.ref, node.stale, x, y);
    } else if (node.type === 'kind' || node.type === 'header') {
      panel.openKindMenu(node.kind, x, y);
    } else {
      return false;
    }
    return true;
  };

  const shutDown = (node: INode) => {
    const why = panel.whyNothing(
      node.type === 'run' || node.type === 'row' ? node.ref.region : undefined
    );
    if (why !== null) {
      Notification.info(trans.__('Not shut down: %1', why), {
        autoClose: NOTICE
      });
    } else if (node.type === 'run' || node.type === 'row') {
      smext.shutDown([node.ref]);
    } else if (node.type === 'section') {
      smext.shutDown(node.group === 'running' ? 'all' : node.group);
    } else {
      return false;
    }
    return true;
  };

  /** Step through the buttons of a line; from the last one nowhere, from the first one to the line. */
  const step = (from: HTMLElement, by: 1 | -1): boolean => {
    const row = from.closest<HTMLElement>('[role="row"]');
    const stops = row
      ? [row, ...row.querySelectorAll<HTMLElement>('button')]
      : [];
    const next = stops[stops.indexOf(from) + by];
    next?.focus();
    return next !== undefined;
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement;
    const node = nodes[active];
    const inButton = target.getAttribute('role') !== 'row';
    let done = true;
    if (!node) {
      return;
    }
    if (
      (event.key === 'F10' && event.shiftKey) ||
      event.key === 'ContextMenu'
    ) {
      const box = target.getBoundingClientRect();
      done = menuOf(node, box.left + 24, box.bottom);
    } else if (event.ctrlKey || event.metaKey || event.altKey) {
      const copies =
        event.key.toLowerCase() === 'c' &&
        !event.altKey &&
        !event.shiftKey &&
        (node.type === 'run' || node.type === 'row') &&
        window.getSelection()?.isCollapsed !== false;
      done = copies;
      if (copies) {
        copyText(node.ref.row.name, trans.__('Copied %1', node.ref.row.name));
      }
    } else if (inButton) {
      if (event.key === 'ArrowRight') {
        step(target, 1);
      } else if (event.key === 'ArrowLeft' || event.key === 'Escape') {
        step(target, -1);
      } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        go(
          Math.max(
            0,
            Math.min(
              nodes.length - 1,
              active + (event.key === 'ArrowDown' ? 1 : -1)
            )
          )
        );
      } else {
        done = false;
      }
    } else if (event.key === '/') {
      props.onFilter();
    } else if (event.key === 'Escape') {
      panel.clearFilter();
    } else if (
      event.key === 'Delete' ||
      (event.key === 'Backspace' && event.metaKey)
    ) {
      done = shutDown(node);
    } else {
      const page = Math.max(
        1,
        Math.floor((scroller.current?.clientHeight ?? 240) / 24) - 1
      );
      const result = move(nodes, active, event.key, page);
      if (result && 'go' in result) {
        go(result.go);
      } else if (result && 'toggle' in result) {
        preferences.toggle(node.key);
      } else if (result && 'open' in result) {
        openNode(node);
      } else if (result && 'into' in result) {
        step(target, 1);
      } else if (event.key.length === 1 && event.key !== ' ') {
        const text =
          event.timeStamp - typed.current.at < TYPING_PAUSE
            ? typed.current.text + event.key
            : event.key;
        typed.current = { text, at: event.timeStamp };
        const next = typeAhead(nodes, active, text);
        if (next >= 0) {
          go(next);
        }
      } else {
        done = false;
      }
    }
    if (done) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const nodeAt = (target: EventTarget): INode | undefined => {
    const row = (target as HTMLElement).closest('[role="row"]');
    return nodes[Number(row?.getAttribute('data-index') ?? -1)];
  };

  const items = virtualizer
    .getVirtualItems()
    .filter(({ index }) => index < nodes.length);
  slots.current = assign(
    slots.current,
    items.map(({ index }) => ({
      key: nodes[index].key,
      reusable: nodes[index].type === 'row'
    })),
    nodes[active]?.key ?? null
  );
  return (
    <div
      ref={scroller}
      className="jp-smext-tree"
      role="treegrid"
      aria-label={trans.__('Resources')}
      aria-busy={props.reading}
      aria-rowcount={nodes.length}
      onKeyDown={onKeyDown}
      onFocus={event => {
        const node = nodeAt(event.target);
        if (node) {
          setActiveKey(node.key);
        }
      }}
      onClick={event => {
        const target = event.target as HTMLElement;
        const node = nodeAt(target);
        if (!node || target.closest('button')) {
          return;
        }
        setActiveKey(node.key);
        if (node.type === 'row' && target.closest('.jp-smext-twist')) {
          preferences.toggle(node.key);
        } else {
          openNode(node);
        }
      }}
      onContextMenu={event => {
        const node = nodeAt(event.target);
        if (node) {
          setActiveKey(node.key);
          (event.target as HTMLElement)
            .closest<HTMLElement>('[role="row"]')
            ?.focus({ preventScroll: true });
          if (menuOf(node, event.clientX, event.clientY)) {
            event.preventDefault();
            event.stopPropagation();
          }
        }
      }}
    >
      <div
        role="rowgroup"
        className="jp-smext-rows"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {items.map((item, position) => {
          const node = nodes[item.index];
          return (
            <TreeRow
              key={slots.current[position].id}
              node={node}
              index={item.index}
              start={item.start}
              focusable={item.index === active}
              measure={
                node.type === 'note' ? virtualizer.measureElement : undefined
              }
            />
          );
        })}
      </div>
    </div>
  );
}
