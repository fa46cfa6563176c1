import { TranslationBundle } from '@jupyterlab/translation';

import { duration } from '../../components/time';
import { secondTime } from './rows';
import { LogModel } from './model';

/** `4,120 lines · ended 14:31:09`, `18,204 lines · 1 s behind`. */
export function stateWords(model: LogModel, trans: TranslationBundle): string {
  const { state, count, streams, stream } = model;
  if (!state) {
    return '';
  }
  const lines = trans._n('%2 line', '%2 lines', count, count.toLocaleString());
  const last =
    model.line(count - 1)?.at ??
    streams?.streams.find(({ id }) => id === stream)?.last;
  const more = state.problem
    ? trans.__('not read on')
    : state.reading
      ? trans.__('reading on')
      : state.ended
        ? last
          ? trans.__('ended %1', secondTime(last))
          : trans.__('ended')
        : state.behind === null
          ? ''
          : trans.__('%1 behind', duration(Math.max(1, state.behind), trans));
  return more ? `${lines} · ${more}` : lines;
}

/**
 * Why there are no lines; null where there are some, or a problem says why not.
 */
export function emptyWords(
  model: LogModel,
  trans: TranslationBundle
): string | null {
  const { state, streams, stream } = model;
  if (model.count || model.problem || state?.problem) {
    return null;
  }
  if (!streams) {
    return trans.__('Looking for its log…');
  }
  if (stream === null) {
    return streams.said || trans.__('Nothing has written a log for it yet.');
  }
  if (!state || state.reading) {
    return trans.__('Reading the log…');
  }
  return state.ended
    ? trans.__('Nothing was written to this log.')
    : trans.__('Nothing has been written to this log yet.');
}
