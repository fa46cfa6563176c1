import { act, configure, fireEvent, screen } from '@testing-library/react';

import { IInstanceType } from '../protocol';
import { shownDialog } from './shown-dialog';
import { type } from './switching';
import { problem } from './world';

configure({ asyncUtilTimeout: 8000 });

describe('the types in Select instance', () => {
  const on = shownDialog();
  const { open, rows, row, table, press } = on;

  it('lists the types by price, without those of no quota, the present one marked', async () => {
    await open();
    await table();
    expect(rows()).toEqual([
      'ml.t3.medium now',
      'ml.m5.large',
      'ml.g4dn.xlarge',
      'ml.g5.xlarge'
    ]);
    expect(screen.getByText('4 of 5 types')).toBeDefined();
    expect(
      screen.getByText(/1 type is hidden: its quota is 0\./)
    ).toBeDefined();
    const grid = await table();
    expect(grid.getAttribute('aria-rowcount')).toBe('5');
    expect(
      screen
        .getByRole('columnheader', { name: /\$\/h/ })
        .getAttribute('aria-sort')
    ).toBe('ascending');
    expect(row('ml.g5.xlarge').textContent).toContain('not readable');
    expect(row('ml.g5.xlarge').textContent).toContain('no price');
    expect(row('ml.g4dn.xlarge').textContent).toContain('1 × T4, 16 GiB');
  });

  it('has focus in the table, where arrows choose and typing filters', async () => {
    await open();
    await table();
    expect(document.activeElement).toBe(row('ml.t3.medium'));
    await press('ArrowDown');
    await press('ArrowDown');
    expect(document.activeElement).toBe(row('ml.g4dn.xlarge'));
    expect(row('ml.g4dn.xlarge').getAttribute('aria-selected')).toBe('true');
    await press('Home');
    expect(document.activeElement).toBe(row('ml.t3.medium'));
    await press('PageDown');
    expect(document.activeElement).toBe(row('ml.g5.xlarge'));
    await press('End');
    await press('PageUp');
    expect(document.activeElement).toBe(row('ml.t3.medium'));
    // One stop for Tab.
    expect(
      document.querySelectorAll('.jp-smext-types [tabindex="0"]')
    ).toHaveLength(1);
    await press('g');
    const box = screen.getByRole<HTMLInputElement>('searchbox');
    expect(document.activeElement).toBe(box);
    expect(box.value).toBe('g');
    await act(async () => {
      fireEvent.change(box, { target: { value: 'gpu >= 16' } });
    });
    expect(rows()).toEqual(['ml.g4dn.xlarge', 'ml.g5.xlarge']);
    await press('Escape');
    expect(box.value).toBe('');
    await press('ArrowDown');
    expect(document.activeElement).toBe(row('ml.t3.medium'));
  });

  it('sorts on a header by Alt and an arrow', async () => {
    await open();
    await table();
    await press('ArrowUp');
    expect(document.activeElement?.textContent).toBe('$/h');
    await press('ArrowDown', { altKey: true });
    expect(rows()[0]).toBe('ml.g4dn.xlarge');
    expect(document.activeElement?.getAttribute('aria-sort')).toBe(
      'descending'
    );
    await press('Home');
    await press('Enter');
    expect(rows()[0]).toBe('ml.g4dn.xlarge');
    expect(
      screen
        .getByRole('columnheader', { name: 'Instance type' })
        .getAttribute('aria-sort')
    ).toBe('ascending');
  });

  it('shows neither price nor quota where nothing is charged', async () => {
    on.server.types = { charged: false };
    await open();
    await table();
    expect(screen.queryByRole('columnheader', { name: /\$\/h/ })).toBeNull();
    expect(screen.queryByText('Within my quota')).toBeNull();
    expect(screen.getByText(/costs nothing: a type limits/)).toBeDefined();
  });

  it('asks again for prices that are still being read', async () => {
    on.server.types = {
      reading: true,
      types: [type('ml.t3.medium', { price: null, quota: null })]
    };
    await open();
    await table();
    expect(row('ml.t3.medium').textContent).toContain('…');
    on.server.types = {};
    await screen.findByText('ml.m5.large');
  });

  it('says why prices are not there', async () => {
    on.server.types = {
      prices_problem: problem('denied', { title: 'You may not read prices' })
    };
    await open();
    await table();
    expect(screen.getByText('Why prices are not readable')).toBeDefined();
  });

  it('only shows types that launch fast when asked to', async () => {
    await open();
    await table();
    await act(async () => {
      fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    });
    expect(rows()).not.toContain('ml.g5.xlarge');
    await act(async () => {
      fireEvent.click(screen.getByRole('switch', { name: 'Within my quota' }));
    });
    expect(screen.getByText('3 of 5 types')).toBeDefined();
    // Remembered, also when nothing is switched.
    await act(async () => {
      document.querySelector('dialog')?.dispatchEvent(new Event('cancel'));
    });
    await open();
    await table();
    expect(screen.getByText('3 of 5 types')).toBeDefined();
  });

  it('has nothing of fast launch where no type is named for it, also when only those were asked for', async () => {
    await open();
    await table();
    await act(async () => {
      fireEvent.click(screen.getByRole('switch', { name: 'Fast launch only' }));
    });
    await act(async () => {
      document.querySelector('dialog')?.dispatchEvent(new Event('cancel'));
    });
    on.server.types = { types: [type('ml.m5.large'), type('ml.t3.medium')] };
    await open();
    await table();
    expect(rows()).toHaveLength(2);
    expect(row('ml.m5.large').children).toHaveLength(6);
    expect(
      [...document.querySelectorAll('.jp-smext-types [role=columnheader]')].map(
        one => one.getAttribute('data-column')
      )
    ).toEqual(['name', 'vcpu', 'memory', 'gpu', 'quota', 'price']);
    expect(screen.queryByRole('switch', { name: /^Fast/ })).toBeNull();
    expect(screen.queryByText(/^Fast/)).toBeNull();
  });

  it('is fast with every type there is', async () => {
    const many: IInstanceType[] = Array.from({ length: 189 }, (_, at) =>
      type(`ml.m${at}.large`, { price: at })
    );
    on.server.types = { types: many };
    await open();
    await table();
    expect(rows()).toHaveLength(189);
    await press('End');
    expect(document.activeElement).toBe(row('ml.m188.large'));
  });
});
