import { move, typeAhead } from '../views/panel/keyboard';
import { INode, rowKey } from '../views/panel/nodes';
import { region, tree } from './forest';
import { page, row } from './world';

describe('keyboard', () => {
  let nodes: ReadonlyArray<INode>;

  beforeEach(() => {
    const pages = [page('notebook', [row('alpha'), row('beta'), row('ant')])];
    nodes = tree([region(pages)], ['section:build', 'kind:notebook']).nodes;
  });

  const index = (key: string) => nodes.findIndex(node => node.key === key);
  const rowAt = (id: string) =>
    nodes.findIndex(node => node.type === 'row' && node.ref.row.id === id);

  it('goes up and down, to both ends and no further', () => {
    expect(move(nodes, 0, 'ArrowUp')).toEqual({ go: 0 });
    expect(move(nodes, 0, 'ArrowDown')).toEqual({ go: 1 });
    expect(move(nodes, 0, 'End')).toEqual({ go: nodes.length - 1 });
    expect(move(nodes, nodes.length - 1, 'PageDown')).toEqual({
      go: nodes.length - 1
    });
  });

  it('opens and closes, and goes to the parent', () => {
    const govern = index('section:govern');
    expect(move(nodes, govern, 'ArrowRight')).toEqual({ toggle: govern });
    const build = index('section:build');
    expect(move(nodes, build, 'ArrowLeft')).toEqual({ toggle: build });
    expect(move(nodes, rowAt('beta'), 'ArrowLeft')).toEqual({
      go: index('kind:notebook')
    });
    expect(move(nodes, rowAt('beta'), 'ArrowRight')).toEqual({
      into: rowAt('beta')
    });
    expect(move(nodes, rowAt('beta'), 'Enter')).toEqual({
      open: rowAt('beta')
    });
  });

  it('jumps to a name that is typed', () => {
    expect(typeAhead(nodes, 0, 'b')).toBe(rowAt('beta'));
    expect(typeAhead(nodes, 0, 'a')).toBe(rowAt('alpha'));
    expect(typeAhead(nodes, rowAt('alpha'), 'aa')).toBe(rowAt('ant'));
    expect(typeAhead(nodes, rowAt('alpha'), 'an')).toBe(rowAt('ant'));
    expect(typeAhead(nodes, 0, 'zz')).toBe(-1);
  });

  it('finds every node again by its key', () => {
    expect(new Set(nodes.map(node => node.key)).size).toBe(nodes.length);
    const node = nodes[rowAt('beta')];
    expect(node.type === 'row' && rowKey(node.ref)).toBe(node.key);
  });
});
