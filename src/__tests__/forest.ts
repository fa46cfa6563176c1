import { IKind } from '../protocol';
import { IRegionView, summarise, unreadRegion } from '../store';
import { ITree, ITreeOptions, RUNNING } from '../views/panel/nodes';
import { flatten } from '../views/panel/tree';
import { kind, page, REGION } from './world';

export const NOTEBOOK = kind('notebook');
const MODEL = kind('model', { group: 'deploy' });
const DOMAIN = kind('domain');
const SPACE = kind('space', { parent: 'domain' });
const PROFILE = kind('profile', { parent: 'domain' });
const PIPELINE = kind('pipeline', { group: 'deploy' });
const EXECUTION = kind('execution', {
  group: 'deploy',
  parent: 'pipeline',
  listed_by: 'parent'
});
const KINDS = [NOTEBOOK, MODEL, DOMAIN, SPACE, PROFILE, PIPELINE, EXECUTION];

export function region(
  pages: ReturnType<typeof page>[],
  more: Partial<IRegionView> = {}
): IRegionView {
  return {
    ...unreadRegion(REGION),
    answered: true,
    readAt: 1000,
    pages: new Map(pages.map(page => [page.kind, page])),
    ...more
  };
}

export function tree(
  regions: IRegionView[],
  open: string[],
  more: Partial<ITreeOptions> = {}
): ITree {
  const kinds: ReadonlyMap<string, IKind> = new Map(
    KINDS.map(one => [one.id, one])
  );
  return flatten({
    view: summarise('local', regions, kinds),
    kinds,
    open: new Set([RUNNING, ...open]),
    query: '',
    hidden: [],
    columns: {},
    sort: {},
    today: 900,
    ...more
  });
}

/** Each node as `level type name`. */
export function words({ nodes }: ITree): string[] {
  return nodes.map(node => {
    switch (node.type) {
      case 'section':
        return `1 ${node.group} ${node.count}`;
      case 'kind':
        return `${node.level} ${node.kind.id} ${node.count}`;
      case 'note':
        return `${node.level} note ${node.note.what}`;
      case 'header':
        return `${node.level} header`;
      default:
        return `${node.level} ${node.type} ${node.ref.row.id}`;
    }
  });
}
