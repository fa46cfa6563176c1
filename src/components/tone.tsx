import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Tone } from '../protocol';

/**
 * What a tone says, for those who do not see its mark.
 */
export function toneWord(tone: Tone, trans: TranslationBundle): string {
  switch (tone) {
    case 'busy':
      return trans.__('changing');
    case 'ok':
      return trans.__('working');
    case 'idle':
      return trans.__('at rest');
    case 'bad':
      return trans.__('failed');
    case 'unknown':
      return trans.__('not known');
  }
}

/**
 * The mark of a tone: its shape says as much as its colour. `off` is at rest and not billed;
 * `mute` where the words beside it say the same.
 */
export function ToneMark(props: {
  tone: Tone;
  trans: TranslationBundle;
  off?: boolean;
  mute?: boolean;
}): React.ReactElement {
  const { tone, trans, off, mute } = props;
  return (
    <i
      className="jp-smext-tone"
      data-tone={tone}
      data-off={off ? '' : undefined}
      {...(mute
        ? { 'aria-hidden': true }
        : { role: 'img', 'aria-label': toneWord(tone, trans) })}
    />
  );
}
