import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IModelPage } from '../../../protocol';
import { CheckField } from './field';

/**
 * The words of a licence, and the tick that accepts them.
 */
export function Acceptance(props: {
  page: IModelPage;
  checked: boolean;
  wrong?: string;
  trans: TranslationBundle;
  onChange: (checked: boolean) => void;
}): React.ReactElement {
  const { page, checked, wrong, trans, onChange } = props;
  return (
    <>
      {page.eula_text !== null && (
        <details className="jp-smext-said jp-smext-words">
          <summary>{trans.__('The words of the licence')}</summary>
          <pre tabIndex={0}>{page.eula_text}</pre>
        </details>
      )}
      <CheckField
        label={trans.__('I have read the licence and accept it')}
        help={trans.__('The launch keeps which one it was, and when')}
        checked={checked}
        wrong={wrong}
        onChange={onChange}
      />
    </>
  );
}
