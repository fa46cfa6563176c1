import { TranslationBundle } from '@jupyterlab/translation';

import { bytes, spokenHourly } from '../../components/amount';
import { spokenDuration } from '../../components/time';
import { toneWord } from '../../components/tone';
import { IRowRef, IRunning } from '../../store';

/**
 * What a screen reader says of a row: name, kind, status, idle time, instance, age, and what it takes.
 */
export function spokenRow(
  ref: IRowRef | IRunning,
  stale: boolean,
  region: boolean,
  now: number,
  trans: TranslationBundle,
  idle: number | null = null
): string {
  const { row, kind } = ref;
  return [
    row.name,
    kind.label,
    stale
      ? trans.__('status not known, was %1', row.status)
      : row.status || toneWord(row.tone, trans),
    idle === null || stale
      ? ''
      : trans.__('idle for %1', spokenDuration(idle, trans)),
    row.instance ?? '',
    region ? ref.region : '',
    row.created === null
      ? ''
      : trans.__('%1 old', spokenDuration(now - row.created, trans)),
    'cost' in ref ? spokenCost(ref, trans) : ''
  ]
    .filter(Boolean)
    .join(', ');
}

function spokenCost({ cost }: IRunning, trans: TranslationBundle): string {
  if (cost === null) {
    return '';
  }
  if (cost.memory !== null) {
    return trans.__('%1 of memory in use', bytes(cost.memory, trans));
  }
  return cost.price === null ? '' : spokenHourly(cost.price, trans);
}
