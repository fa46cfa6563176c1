import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { DataGrid, IColumn, IDataGrid } from '../components/data-grid';
import { giveRoom } from './room';

const trans = nullTranslator.load('jupyter_smext');

const COLUMNS: IColumn<number, 'number' | 'square'>[] = [
  { id: 'number', label: 'Number', numeric: true, cell: item => item },
  {
    id: 'square',
    label: 'Square',
    cell: item => item * item,
    tooltip: item => `${item} times ${item}`
  }
];

describe('a grid', () => {
  let grid: React.RefObject<IDataGrid>;
  let said: string[];

  beforeAll(() => giveRoom(240));
  beforeEach(() => {
    grid = React.createRef();
    said = [];
  });
  afterEach(cleanup);

  function Numbers(props: { count: number }): React.ReactElement {
    const [chosen, setChosen] = React.useState<string | null>(null);
    return (
      <>
        <input aria-label="search" />
        <DataGrid
          ref={grid}
          className="numbers"
          label="Numbers"
          items={React.useMemo(
            () => Array.from({ length: props.count }, (_, at) => at),
            [props.count]
          )}
          columns={COLUMNS}
          widths="80px 1fr"
          keyOf={String}
          chosen={chosen}
          order={{ by: 'number', descending: false }}
          trans={trans}
          onChoose={setChosen}
          onSort={(by, descending) => said.push(`sort ${by} ${descending}`)}
          onOpen={item => said.push(`open ${item}`)}
          onDoubleClick={item => said.push(`twice ${item}`)}
          onText={text => said.push(`text ${text}`)}
          onEscape={() => said.push('escape')}
        />
      </>
    );
  }

  const rows = () => document.querySelectorAll('[data-index]');
  const focused = () => document.activeElement as HTMLElement;
  const press = (key: string, more: object = {}) =>
    fireEvent.keyDown(focused(), { key, ...more });

  it('has as many rows in the page as can be seen, and says how many there are', () => {
    render(<Numbers count={1000} />);
    expect(rows().length).toBeGreaterThan(8);
    expect(rows().length).toBeLessThan(20);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('1001');
    expect(
      screen.getByText('9', { selector: '[data-column=square]' }).title
    ).toBe('3 times 3');
  });

  it('is one stop for Tab, also without a row', () => {
    const { rerender } = render(<Numbers count={1000} />);
    const stops = () =>
      [...document.querySelectorAll('[role=grid] [tabindex="0"]')].map(one =>
        one.getAttribute('role')
      );
    expect(stops()).toEqual(['row']);
    rerender(<Numbers count={0} />);
    expect(stops()).toEqual(['columnheader']);
  });

  it('is walked by keys, rows that were not in the page included', () => {
    render(<Numbers count={1000} />);
    grid.current!.focus();
    expect(focused().dataset.index).toBe('0');
    // Only to be there chooses nothing.
    expect(focused().getAttribute('aria-selected')).toBe('false');
    press('End');
    expect(focused().dataset.index).toBe('999');
    expect(focused().getAttribute('aria-selected')).toBe('true');
    press('PageUp');
    expect(focused().dataset.index).toBe('991');
    press('Home');
    press('ArrowDown');
    press('Enter');
    press('x');
    press('/');
    press('Escape');
    press('c', { ctrlKey: true });
    expect(said).toEqual(['open 1', 'text x', 'text ', 'escape']);
    fireEvent.doubleClick(rows()[2]);
    expect(said.pop()).toBe('twice 2');
  });

  it('is sorted from its header', () => {
    render(<Numbers count={3} />);
    grid.current!.focus();
    press('ArrowUp');
    expect(focused().dataset.column).toBe('number');
    press('End');
    press('ArrowUp', { altKey: true });
    press('ArrowDown', { altKey: true });
    press('Enter');
    expect(said).toEqual([
      'sort square false',
      'sort square true',
      'sort square undefined'
    ]);
    press('ArrowLeft');
    press('ArrowDown');
    expect(focused().dataset.index).toBe('0');
  });

  it('takes no focus once there are rows that was asked for when there were none', () => {
    const { rerender } = render(<Numbers count={0} />);
    grid.current!.focus();
    const search = screen.getByRole('textbox');
    search.focus();
    rerender(<Numbers count={3} />);
    expect(rows()).toHaveLength(3);
    expect(focused()).toBe(search);
  });
});
