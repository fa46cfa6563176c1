import { TranslationBundle } from '@jupyterlab/translation';

import { spokenDuration } from '../../components/time';
import { toneWord } from '../../components/tone';
import { IRowRef } from '../../store';

/**
 * What a screen reader says of a row: name, kind, status, instance, age.
 */
export function spokenRow(
  ref: IRowRef,
  stale: boolean,
  region: boolean,
  now: number,
  trans: TranslationBundle
): string {
  const { row, kind } = ref;
  return [
    row.name,
    kind.label,
    stale
      ? trans.__('status not known, was %1', row.status)
      : row.status || toneWord(row.tone, trans),
    row.instance ?? '',
    region ? ref.region : '',
    row.created === null
      ? ''
      : trans.__('%1 old', spokenDuration(now - row.created, trans))
  ]
    .filter(Boolean)
    .join(', ');
}
