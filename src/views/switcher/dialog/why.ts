import { TranslationBundle } from '@jupyterlab/translation';

import { useOf } from './choice';
import { ISelection } from './useSelection';

/**
 * Why a selection cannot be confirmed now; null when it can.
 */
export function whyNot(
  selection: ISelection,
  state: {
    readonly hasKernel: boolean;
    readonly busy: 'saving' | 'sending' | null;
    readonly switching: boolean;
  },
  trans: TranslationBundle
): string | null {
  const { choice, down, made, preview, target, types, unchanged } = selection;
  if (!state.hasKernel) {
    return trans.__('The notebook has no kernel: start one first.');
  }
  if (state.busy) {
    return state.busy === 'saving' ? trans.__('Saving…') : trans.__('Sending…');
  }
  if (state.switching) {
    return trans.__('It is being switched already.');
  }
  if (choice?.connection === null && unchanged) {
    return trans.__('Choose where instances run first.');
  }
  if (down && useOf(target) !== null) {
    return trans.__('The local engine is not running.');
  }
  if (unchanged) {
    return target.kind === 'place' && target.compute.at.kind === 'local'
      ? trans.__('The kernel runs on this machine already.')
      : trans.__('The kernel runs on it already: choose another type.');
  }
  if (useOf(target) !== null && types.value === null) {
    return types.problem
      ? types.problem.title
      : trans.__('Reading the instance types…');
  }
  if (target.kind === 'new' && made === null) {
    return trans.__('It needs a name and a role.');
  }
  if (preview.problem) {
    return preview.problem.title;
  }
  if (preview.value === null) {
    return trans.__('Checking role, quota and state…');
  }
  const [forbids] = preview.value.problems;
  if (forbids) {
    return forbids.title;
  }
  return preview.value.kernels &&
    (selection.kernel ?? preview.value.kernel) === null
    ? trans.__('Choose a kernel: it has none of the same language.')
    : null;
}
