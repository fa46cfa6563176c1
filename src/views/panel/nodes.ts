import { Group, IKind, IProblem } from '../../protocol';
import { IBurn, IInventoryView, IRowRef, IRunning } from '../../store';
import { ISort } from './columns';

/**
 * What is said inside the tree where rows could stand.
 */
export type INote =
  | { what: 'nothing-runs'; unreadable: number }
  | { what: 'nothing-matches' }
  | { what: 'none'; kind: IKind; asOf: number | null }
  | { what: 'reading' }
  | {
      what: 'problem';
      kind: IKind;
      region: string;
      problem: IProblem;
      readAt: number | null;
      rows: number;
    };

interface INodeBase {
  readonly key: string;
  /** Depth, from 1. */
  readonly level: number;
  /** Index of the node that this one is under; -1 for sections. */
  readonly parent: number;
  /** Whether it is open; null when nothing is under it. */
  readonly expanded: boolean | null;
  /** Height in px; notes are measured once they are shown. */
  readonly size: number;
  setSize: number | null;
  posInSet: number | null;
}

export interface ISectionNode extends INodeBase {
  readonly type: 'section';
  readonly group: Group | 'running';
  readonly count: number;
  /** Of how many, when a filter leaves some out. */
  readonly total: number | null;
  readonly reading: boolean;
  readonly failedToday: number;
  readonly problems: ReadonlyArray<IProblem>;
  /** Whether its count may be too small, as some of it could not be read. */
  readonly unread: boolean;
  /** Since when its rows are not known any more. */
  readonly asOf: number | null;
  /** What the rows that a filter leaves take together. */
  readonly burn: IBurn | null;
}

export interface IRunNode extends INodeBase {
  readonly type: 'run';
  readonly ref: IRunning;
  readonly stale: boolean;
}

export interface IKindNode extends INodeBase {
  readonly type: 'kind';
  readonly kind: IKind;
  readonly count: number;
  readonly total: number | null;
  readonly reading: boolean;
  readonly problem: IProblem | null;
  readonly asOf: number | null;
}

export interface IHeaderNode extends INodeBase {
  readonly type: 'header';
  readonly kind: IKind;
  readonly columns: ReadonlyArray<string>;
  readonly sort: ISort;
}

export interface IRowNode extends INodeBase {
  readonly type: 'row';
  readonly ref: IRowRef;
  readonly stale: boolean;
  readonly columns: ReadonlyArray<string>;
}

export interface INoteNode extends INodeBase {
  readonly type: 'note';
  readonly note: INote;
}

export type INode =
  ISectionNode | IRunNode | IKindNode | IHeaderNode | IRowNode | INoteNode;

/**
 * What the tree is made of.
 */
export interface ITreeOptions {
  readonly view: IInventoryView;
  readonly kinds: ReadonlyMap<string, IKind>;
  /** Keys of the open nodes. */
  readonly open: ReadonlySet<string>;
  readonly query: string;
  readonly hidden: ReadonlyArray<string>;
  readonly columns: { readonly [kind: string]: ReadonlyArray<string> };
  readonly sort: { readonly [kind: string]: ISort };
  /** Epoch seconds of the last midnight. */
  readonly today: number;
}

export interface ITree {
  readonly nodes: ReadonlyArray<INode>;
  /** How many resources match the filter, and how many there are. */
  readonly shown: number;
  readonly total: number;
  /** How many kinds could not be read. */
  readonly unreadable: number;
}

/**
 * The key of a resource's row, for {@link ITreeOptions.open}.
 */
export function rowKey(ref: IRowRef): string {
  return `row:${ref.region}\n${ref.kind.id}\n${ref.row.id}`;
}

export const GROUPS: ReadonlyArray<Group> = [
  'prepare',
  'build',
  'train',
  'deploy',
  'govern'
];

/** The key of the section that is open from the start. */
export const RUNNING = 'section:running';

/** Keys of all sections, for opening or closing them at once. */
export const SECTIONS = [RUNNING, ...GROUPS.map(group => `section:${group}`)];
