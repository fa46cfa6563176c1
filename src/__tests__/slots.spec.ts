import { assign, ISlot } from '../views/panel/slots';

const shown = (keys: string) =>
  [...keys].map(key => ({ key, reusable: key === key.toLowerCase() }));

/** The elements of each step, by the letter that they showed at first. */
function run(steps: string[], pinned: string | null = null): string[] {
  let slots: ReadonlyArray<ISlot> = [];
  const names = new Map<number, string>();
  return steps.map(keys => {
    slots = assign(slots, shown(keys), pinned);
    return slots
      .map(({ id, key }) => {
        names.set(id, names.get(id) ?? key);
        return names.get(id);
      })
      .join('');
  });
}

describe('assign', () => {
  it('takes over elements when all is new', () => {
    expect(run(['abcd', 'efgh', 'ijk', 'lmno'])).toEqual([
      'abcd',
      'abcd',
      'abc',
      'abco'
    ]);
  });

  it('keeps the elements of what is shown still, in either direction', () => {
    expect(run(['abcd', 'cdef', 'abcd'])).toEqual(['abcd', 'cdef', 'abcd']);
  });

  it('moves no element to the other side of one that stays', () => {
    expect(run(['abcd', 'cwxyz'], 'c')[1]).toBe('cdxyz');
    expect(run(['abcd', 'wxyzc'], 'c')[1]).toBe('abyzc');
  });

  it('takes over what is shown still when most is new, unless it is pinned', () => {
    expect(run(['abcd', 'defg'])[1]).toBe('abcd');
    expect(run(['abcd', 'defg'], 'd')[1]).toBe('defg');
  });

  it('gives no element of one kind of line to another', () => {
    expect(run(['Aab', 'Bcd'])[1]).toBe('Bab');
    expect(run(['abA', 'cdA'])[1]).toBe('abA');
  });
});
