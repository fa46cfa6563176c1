import { NotebookPanel } from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ToneMark, toneWord } from '../../components/tone';
import { SessionComputes } from '../../store/session-computes';
import { useNotebook } from './useNotebook';
import { buttonWords } from './words';

/**
 * Where a notebook's kernel runs: `2 vCPU + 4 GiB  nb-cpu · $0.05/h`. It asks where else it shall run.
 */
export function ComputeButton(props: {
  panel: NotebookPanel;
  computes: SessionComputes;
  trans: TranslationBundle;
  /** Whether there is room for the instance type, and for the memory that it uses. */
  wide?: boolean;
  onClick: () => void;
}): React.ReactElement {
  const { panel, computes, trans, wide, onClick } = props;
  const { session, task } = useNotebook(panel, computes);
  const { problem, answered } = computes;
  const words = buttonWords({ session, task, problem, answered }, trans);
  const { tone, facts, place } = words;
  const type = wide && words.type;
  const used = wide && words.used;
  const more = [words.more, !wide && words.used];
  return (
    <button
      type="button"
      className="jp-smext-compute"
      aria-haspopup="dialog"
      aria-label={trans.__(
        '%1, %2. Select instance',
        [facts, place].filter(Boolean).join(', '),
        toneWord(tone, trans)
      )}
      title={[...more, trans.__('Select the instance of this notebook')]
        .filter(Boolean)
        .join('\n')}
      onClick={onClick}
    >
      <ToneMark tone={tone} trans={trans} mute />
      <span>{facts}</span>
      {(type || place) && (
        <span className="jp-smext-muted">
          {[type, place, used].filter(Boolean).join(' · ')}
        </span>
      )}
    </button>
  );
}
