import { TranslationBundle } from '@jupyterlab/translation';

import { clockTime } from '../../../components/time';
import { IJumpStartCatalogue } from '../../../protocol';

/**
 * Where the models were read, and when: `read at 14:02`, `table of Jun 2025, shipped…`.
 */
export function sourceWords(
  catalogue: IJumpStartCatalogue,
  trans: TranslationBundle
): string {
  const { as_of, models, read_at, reading } = catalogue;
  if (reading) {
    return readingWords(trans);
  }
  return [
    read_at === null || models.every(({ origin }) => origin === 'shipped')
      ? ''
      : trans.__('read at %1', clockTime(read_at, Date.now() / 1000)),
    as_of === null ? '' : tableWords(as_of, trans)
  ]
    .filter(Boolean)
    .join(' · ');
}

/**
 * `table of Jun 2025, shipped with the extension`, of an ISO date.
 */
export function tableWords(as_of: string, trans: TranslationBundle): string {
  return trans.__('table of %1, shipped with the extension', monthOf(as_of));
}

export function readingWords(trans: TranslationBundle): string {
  return trans.__('reading what AWS lists…');
}

/** `2025-06` or `2025-06-30` as a month of the reader's own calendar. */
function monthOf(date: string): string {
  const [year, month] = date.split('-').map(Number);
  return year && month
    ? new Date(year, month - 1).toLocaleDateString(undefined, {
        year: 'numeric',
        month: 'short'
      })
    : date;
}
