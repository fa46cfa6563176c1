/**
 * @jest-environment jsdom
 */
import { nullTranslator } from '@jupyterlab/translation';

import { ILogLine } from '../protocol';
import { IShownLine, LogRows } from '../views/log/rows';

const AT = 1_700_000_000;

function line(text: string, more: Partial<ILogLine> = {}): ILogLine {
  return { at: AT, text, length: text.length, level: '', whole: true, ...more };
}

function shown(of: ILogLine | undefined, more: Partial<IShownLine> = {}) {
  return {
    line: of,
    query: null,
    matches: false,
    current: false,
    chosen: false,
    ...more
  };
}

describe('the rows of a log', () => {
  let box: HTMLElement;
  let rows: LogRows;

  const show = (first: number, last: number) =>
    rows.show(box, first, last, number => shown(line(`line ${number}`)));
  const texts = () =>
    Array.from(box.children, row => row.children[2].textContent);
  const numbers = () =>
    Array.from(box.children, row => row.children[0].textContent);

  beforeEach(() => {
    box = document.createElement('div');
    document.body.append(box);
    rows = new LogRows(nullTranslator.load('jupyter_smext'));
  });

  afterEach(() => {
    getSelection()!.removeAllRanges();
    box.remove();
  });

  it.each([
    ['a line further', 11, 15],
    ['a line back', 9, 13],
    ['half of it further', 12, 18],
    ['half of it back', 6, 12],
    ['elsewhere', 100, 104],
    ['fewer', 11, 12],
    ['none', 0, -1]
  ])('are those of the lines that are seen: %s', (_, first, last) => {
    show(10, 14);
    show(first, last);
    const wanted = Array.from(
      { length: last - first + 1 },
      (_, index) => first + index
    );
    expect(texts()).toEqual(wanted.map(number => `line ${number}`));
    expect(numbers()).toEqual(wanted.map(number => String(number + 1)));
    expect(
      Array.from(box.children, row => (row as HTMLElement).dataset.line)
    ).toEqual(wanted.map(String));
  });

  it('stay with their lines, and are taken over by others', () => {
    show(10, 14);
    const before = Array.from(box.children);
    show(11, 15);
    expect(Array.from(box.children)).toEqual([...before.slice(1), before[0]]);
    show(50, 54);
    expect(new Set(box.children)).toEqual(new Set(before));
  });

  it('are not taken over while text is selected in them', () => {
    show(10, 14);
    const first = box.children[0];
    getSelection()!.selectAllChildren(box.children[2]);
    show(11, 15);
    expect(first.isConnected).toBe(false);
    expect(first.children[2].textContent).toBe('line 10');
    expect(getSelection()!.toString()).toContain('line 12');
  });

  it('keep nothing of the line that they showed before', () => {
    const long = line('CUDA out of memory', { level: 'error', whole: false });
    const query = { text: 'out', regex: false, match_case: false };
    rows.show(box, 1, 1, () =>
      shown(long, { query, matches: true, current: true, chosen: true })
    );
    const row = box.children[0] as HTMLElement;
    expect(row.querySelector('mark')!.textContent).toBe('out');
    expect(row.querySelector('button')!.textContent).toBe('whole line');
    expect((row.children[1] as HTMLElement).title).toContain(
      '2023-11-14T22:13'
    );
    expect([
      row.dataset.level,
      row.dataset.current,
      row.dataset.chosen
    ]).toEqual(['error', '', '']);
    rows.show(box, 2, 2, () => shown(undefined));
    expect(box.children[0]).toBe(row);
    expect(row.outerHTML).toBe(
      '<div data-line="2"><span>3</span><span></span><span>…</span></div>'
    );
  });

  it('mark what is searched for once it is', () => {
    const same = line('loss 0.1');
    rows.show(box, 0, 0, () => shown(same));
    const query = { text: 'loss', regex: false, match_case: false };
    rows.show(box, 0, 0, () => shown(same, { query, matches: true }));
    expect(box.querySelector('mark')!.textContent).toBe('loss');
    rows.show(box, 0, 0, () => shown(same));
    expect(box.querySelector('mark')).toBeNull();
  });
});
