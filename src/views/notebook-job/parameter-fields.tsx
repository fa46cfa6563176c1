import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { INotebookParameter } from '../../protocol';
import { TextField } from './fields';
import { Entry, initial } from './parameters';

/**
 * The notebook's parameters, each as its cell has it.
 */
export function ParameterFields(props: {
  parameters: ReadonlyArray<INotebookParameter>;
  entries: { readonly [name: string]: Entry };
  wrong: { readonly [name: string]: string };
  trans: TranslationBundle;
  onChange: (name: string, entry: Entry) => void;
}): React.ReactElement {
  const { parameters, entries, wrong, trans, onChange } = props;
  if (!parameters.length) {
    return (
      <p className="jp-smext-field-help">
        {trans.__(
          'No parameters. Give a cell with default values the tag “parameters”, and they can be set here.'
        )}
      </p>
    );
  }
  return (
    <fieldset className="jp-smext-fieldset">
      <legend>{trans.__('Parameters')}</legend>
      <div className="jp-smext-form">
        {parameters.map(parameter => {
          const { name } = parameter;
          const entry = entries[name] ?? initial(parameter);
          return typeof entry === 'boolean' ? (
            <div key={name} className="jp-smext-field">
              <label className="jp-smext-check">
                <input
                  type="checkbox"
                  checked={entry}
                  onChange={event => onChange(name, event.target.checked)}
                />
                <span>{name}</span>
              </label>
              <p className="jp-smext-field-help">{parameter.help}</p>
            </div>
          ) : (
            <TextField
              key={name}
              name={`parameter-${name}`}
              label={
                parameter.type
                  ? trans.__('%1 (%2)', name, parameter.type)
                  : name
              }
              help={parameter.help}
              placeholder={parameter.default}
              wrong={wrong[name]}
              value={entry}
              onChange={value => onChange(name, value)}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
