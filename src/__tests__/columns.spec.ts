import { IRowRef } from '../store';
import { sorted } from '../views/panel/columns';
import { NOTEBOOK } from './forest';
import { kind, row, REGION } from './world';

describe('sorted', () => {
  const refs = (...rows: ReturnType<typeof row>[]): IRowRef[] =>
    rows.map(row => ({
      connection: 'local',
      region: REGION,
      kind: NOTEBOOK,
      row
    }));
  const names = (list: ReadonlyArray<IRowRef>) => list.map(ref => ref.row.id);

  it('is stable, natural, and puts what has no value last', () => {
    const list = refs(
      row('n10', { created: 1 }),
      row('n9', { created: null }),
      row('n2', { created: 1 })
    );
    const by = (by: string, descending: boolean) =>
      names(sorted(list, NOTEBOOK, { by, descending }));
    expect(by('name', false)).toEqual(['n2', 'n9', 'n10']);
    expect(by('created', true)).toEqual(['n10', 'n2', 'n9']);
    expect(by('created', false)).toEqual(['n10', 'n2', 'n9']);
  });

  it("sorts by a member of AWS's summary", () => {
    const counted = kind('counted', {
      columns: [{ name: 'Runs', label: 'Runs', format: 'number' }]
    });
    const list = refs(row('a', { cells: [2] }), row('b', { cells: [10] }));
    expect(
      names(sorted(list, counted, { by: 'Runs', descending: true }))
    ).toEqual(['b', 'a']);
  });

  it('leaves alone what is in order', () => {
    const list = refs(row('a', { created: 2 }), row('b', { created: 1 }));
    expect(sorted(list, NOTEBOOK, { by: 'created', descending: true })).toBe(
      list
    );
  });
});
