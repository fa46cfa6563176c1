import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from './button';
import { copyIcon } from './icons';
import { copyText } from './problem';

/**
 * A button that puts a text on the clipboard; `label` says which.
 */
export function CopyButton(props: {
  text: string;
  label: string;
  trans: TranslationBundle;
}): React.ReactElement {
  const { text, label, trans } = props;
  return (
    <IconButton
      icon={copyIcon}
      label={label}
      onClick={() => copyText(text, trans.__('Copied %1', text))}
    />
  );
}
