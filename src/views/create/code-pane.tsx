import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CopyButton } from '../../components/copy-button';

import '../../../style/segment.css';
import '../../../style/create.css';

/** The ways in which calls are written. */
export type Way = 'boto3' | 'cli';

/**
 * Code in one of its ways, to read and to copy.
 */
export function CodeBlock(props: {
  code: { readonly boto3: string; readonly cli: string };
  way: Way;
  label: string;
  trans: TranslationBundle;
}): React.ReactElement {
  const { code, way, label, trans } = props;
  return (
    <div className="jp-smext-code-block">
      <pre tabIndex={0} aria-label={label}>
        {code[way]}
      </pre>
      <CopyButton text={code[way]} label={trans.__('Copy')} trans={trans} />
    </div>
  );
}

/**
 * By what the code is written.
 */
export function WayField(props: {
  way: Way;
  trans: TranslationBundle;
  onChange: (way: Way) => void;
}): React.ReactElement {
  const { way, trans, onChange } = props;
  const name = React.useId();
  const ways: ReadonlyArray<readonly [Way, string]> = [
    ['boto3', 'boto3'],
    ['cli', trans.__('AWS CLI')]
  ];
  return (
    <fieldset className="jp-smext-field jp-smext-segment">
      <legend>{trans.__('Written with')}</legend>
      {ways.map(([one, words]) => (
        <label key={one}>
          <input
            type="radio"
            name={name}
            checked={one === way}
            onChange={() => onChange(one)}
          />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
