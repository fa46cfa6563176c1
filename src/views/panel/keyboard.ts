import { INode } from './nodes';

/**
 * What a key does in the tree: go to a node, open or close one, or step into its buttons.
 */
export type IMove =
  | { go: number }
  | { toggle: number }
  | { into: number }
  | { open: number }
  | null;

/**
 * The name by which a node is found when it is typed.
 */
export function nodeName(node: INode): string | null {
  switch (node.type) {
    case 'run':
    case 'row':
      return node.ref.row.name;
    case 'kind':
      return node.kind.plural;
    default:
      return null;
  }
}

/**
 * What `key` does while node `at` has the focus; null leaves the key to others.
 */
export function move(
  nodes: ReadonlyArray<INode>,
  at: number,
  key: string,
  page = 10
): IMove {
  const last = nodes.length - 1;
  const node = nodes[at];
  if (!node) {
    return null;
  }
  const go = (to: number): IMove => ({ go: Math.max(0, Math.min(last, to)) });
  switch (key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + page);
    case 'PageUp':
      return go(at - page);
    case 'Home':
      return go(0);
    case 'End':
      return go(last);
    case 'ArrowRight':
      return node.expanded === false ? { toggle: at } : { into: at };
    case 'ArrowLeft':
      return node.expanded
        ? { toggle: at }
        : node.parent >= 0
          ? go(node.parent)
          : null;
    case 'Enter':
      return node.type === 'run' || node.type === 'row'
        ? { open: at }
        : node.expanded === null
          ? { into: at }
          : { toggle: at };
    case ' ':
      return node.expanded === null ? null : { toggle: at };
    default:
      return null;
  }
}

/**
 * The next node whose name starts with what was typed; -1 when there is none. While the same letter
 * is repeated it goes from one to the next; a longer text may stay where it is.
 */
export function typeAhead(
  nodes: ReadonlyArray<INode>,
  at: number,
  typed: string
): number {
  const text = typed.toLowerCase();
  const repeated = [...text].every(letter => letter === text[0]);
  const wanted = repeated ? text[0] : text;
  const from = repeated ? at + 1 : at;
  for (let step = 0; step < nodes.length; step++) {
    const index = (from + step + nodes.length) % nodes.length;
    if (nodeName(nodes[index])?.toLowerCase().startsWith(wanted)) {
      return index;
    }
  }
  return -1;
}
