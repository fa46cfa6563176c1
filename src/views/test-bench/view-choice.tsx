import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Reading } from './reading';

import '../../../style/segment.css';

/**
 * How an answer is shown: drawn by its form, as a table, or as it came.
 */
export type View = 'drawn' | 'table' | 'raw';

/**
 * The ways in which an answer can be shown, its own first.
 */
export function viewsOf(reading: Reading | null): ReadonlyArray<View> {
  switch (reading?.shape) {
    case 'classes':
      return ['drawn', 'table', 'raw'];
    case 'objects':
    case 'segments':
    case 'vectors':
    case 'table':
    case 'text':
      return ['drawn', 'raw'];
    default:
      return [];
  }
}

/**
 * Choose how the answer is shown.
 */
export function ViewChoice(props: {
  reading: Reading | null;
  value: View;
  onChange: (view: View) => void;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { reading, value, onChange, trans } = props;
  const name = React.useId();
  const views = viewsOf(reading);
  const labels: { readonly [view in View]: string } = {
    drawn: reading?.shape === 'classes' ? trans.__('Bars') : trans.__('Drawn'),
    table: trans.__('Table'),
    raw: trans.__('Raw')
  };
  return views.length > 1 ? (
    <fieldset className="jp-smext-segment" aria-label={trans.__('View')}>
      {views.map(view => (
        <label key={view}>
          <input
            type="radio"
            name={name}
            checked={view === value}
            onChange={() => onChange(view)}
          />
          <span>{labels[view]}</span>
        </label>
      ))}
    </fieldset>
  ) : null;
}
