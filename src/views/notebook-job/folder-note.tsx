import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes } from '../../components/amount';
import { INotebookJobForm } from '../../protocol';

/**
 * What of the notebook's folder comes along, and what stays and why.
 */
export function FolderNote(props: {
  form: INotebookJobForm;
  trans: TranslationBundle;
}): React.ReactElement {
  const { form, trans } = props;
  const without = Object.entries(form.without);
  return (
    <div className="jp-smext-job-folder">
      <p>
        {trans._n(
          '%1 file of the folder comes along, %2.',
          '%1 files of the folder come along, %2.',
          form.files,
          bytes(form.bytes, trans)
        )}{' '}
        {form.requirements &&
          trans.__('Its requirements.txt is installed in the container first.')}
      </p>
      {without.length > 0 && (
        <details>
          <summary>
            {trans._n('%1 stays here', '%1 stay here', without.length)}
          </summary>
          <ul>
            {without.map(([name, why]) => (
              <li key={name}>
                <code>{name}</code>: {String(why)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
