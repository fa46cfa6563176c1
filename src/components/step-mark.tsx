import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { checkIcon, clockIcon, xIcon } from './icons';
import { ToneMark } from './tone';

/**
 * How far a step is: by its shape, and in a word for those who do not see it.
 */
export function StepMark(props: {
  state: 'todo' | 'now' | 'waiting' | 'done' | 'failed' | 'skipped';
  trans: TranslationBundle;
}): React.ReactElement {
  const { state, trans } = props;
  switch (state) {
    case 'done':
      return (
        <Icon label={trans.__('done')}>
          <checkIcon.react tag="span" className="jp-smext-icon" />
        </Icon>
      );
    case 'failed':
      return (
        <Icon label={trans.__('failed')}>
          <xIcon.react tag="span" className="jp-smext-icon" />
        </Icon>
      );
    case 'now':
    case 'waiting':
      return <ToneMark tone="busy" trans={trans} />;
    case 'skipped':
      return (
        <Icon label={trans.__('skipped')}>
          <clockIcon.react tag="span" className="jp-smext-icon" />
        </Icon>
      );
    case 'todo':
      return (
        <i
          className="jp-smext-todo"
          role="img"
          aria-label={trans.__('not started')}
        />
      );
  }
}

function Icon(props: {
  label: string;
  children: React.ReactNode;
}): React.ReactElement {
  return (
    <span className="jp-smext-mark" role="img" aria-label={props.label}>
      {props.children}
    </span>
  );
}
