import { INode, INote, ISectionNode } from './nodes';

/** Heights in px; a note's is measured once it is shown. */
export const LINE = 24;
export const RUN = 40;
const NOTE = 60;

/**
 * The tree's lines, as they are added from the top down.
 */
export class Lines {
  readonly nodes: INode[] = [];

  /** The index that the next line will have. */
  get next(): number {
    return this.nodes.length;
  }

  /** Add a line; the answer is its index. */
  add(node: INode): number {
    return this.nodes.push(node) - 1;
  }

  section(
    facts: Pick<
      ISectionNode,
      | 'key'
      | 'group'
      | 'expanded'
      | 'count'
      | 'total'
      | 'reading'
      | 'failedToday'
      | 'problems'
      | 'unread'
      | 'asOf'
      | 'burn'
    >
  ): number {
    const node: ISectionNode = {
      type: 'section',
      level: 1,
      parent: -1,
      size: LINE,
      setSize: null,
      posInSet: null,
      ...facts
    };
    this._sections.push(node);
    return this.add(node);
  }

  note(level: number, parent: number, key: string, note: INote): void {
    this.add({
      type: 'note',
      key,
      level,
      parent,
      expanded: null,
      size: NOTE,
      setSize: null,
      posInSet: null,
      note
    });
  }

  /** Say of the sections which of how many each is. */
  close(): void {
    number(this._sections);
  }

  private _sections: INode[] = [];
}

/**
 * Say of lines beside each other which of how many each is.
 */
export function number(siblings: ReadonlyArray<INode>): void {
  siblings.forEach((node, index) => {
    node.setSize = siblings.length;
    node.posInSet = index + 1;
  });
}
