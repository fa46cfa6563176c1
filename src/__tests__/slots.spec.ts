import { assign, ISlot } from '../views/panel/slots';

const shown = (keys: string) =>
  [...keys].map(key => ({ key, reusable: key === key.toLowerCase() }));

/** The elements of each step, by the letter that they showed at first. */
function run(...steps: string[]): string[] {
  let slots: ReadonlyArray<ISlot> = [];
  const names = new Map<number, string>();
  return steps.map(keys => {
    slots = assign(slots, shown(keys));
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
    expect(run('abcd', 'efgh', 'ijk', 'lmno')).toEqual([
      'abcd',
      'abcd',
      'abc',
      'abco'
    ]);
  });

  it('keeps the elements of what is shown still, in either direction', () => {
    expect(run('abcd', 'cdef', 'abcd')).toEqual(['abcd', 'cdef', 'abcd']);
  });

  it('moves no element to the other side of one that stays', () => {
    // What has the focus is `c`: it stays in the page, first or last.
    expect(run('abcd', 'cwxyz')[1]).toBe('cdxyz');
    expect(run('abcd', 'wxyzc')[1]).toBe('abyzc');
  });

  it('gives no element of one kind of line to another', () => {
    expect(run('Aab', 'Bcd')[1]).toBe('Bab');
    expect(run('abA', 'cdA')[1]).toBe('abA');
  });
});
