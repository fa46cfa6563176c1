import { mergePage } from '../store';
import { page, row } from './world';

describe('mergePage', () => {
  it('answers the very rows it had when nothing is new', () => {
    const old = page('notebook', [row('a'), row('b')]);
    const again = mergePage(old, page('notebook', [row('a'), row('b')]));
    expect(again.rows).toBe(old.rows);
  });
});
