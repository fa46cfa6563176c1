import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IModelParameter } from '../../../protocol';
import { rangeOf, shownDefault } from '../model/tables';
import { IWrong } from './entries';
import { SelectField, TextField } from './field';

/**
 * Parameters to set, each with its range and default below it; `values` are those that were set.
 */
export function ParameterFields(props: {
  parameters: ReadonlyArray<IModelParameter>;
  values: { readonly [name: string]: string };
  wrong: IWrong;
  /** Stands before a parameter's name in `wrong`. */
  prefix: string;
  trans: TranslationBundle;
  onChange: (values: { readonly [name: string]: string }) => void;
}): React.ReactElement {
  const { parameters, values, wrong, prefix, trans } = props;
  const set = (parameter: IModelParameter, value: string) => {
    const set = { ...values, [parameter.name]: value };
    // What is the default again is not sent.
    if (value === shownDefault(parameter)) {
      delete set[parameter.name];
    }
    props.onChange(set);
  };
  return (
    <div className="jp-smext-two">
      {parameters.map(parameter => {
        const { name, options, type } = parameter;
        const usual = shownDefault(parameter);
        const value = values[name] ?? usual;
        return options.length ? (
          <SelectField
            key={name}
            label={name}
            help={[usual && trans.__('default %1', usual), parameter.help]
              .filter(Boolean)
              .join(', ')}
            value={value}
            wrong={wrong[`${prefix}${name}`]}
            options={options.map(one => [one, one] as const)}
            onChange={value => set(parameter, value)}
          />
        ) : (
          <TextField
            key={name}
            label={name}
            numeric={type === 'int' || type === 'float'}
            help={[
              type === 'text'
                ? lengthOf(parameter, trans)
                : rangeOf(parameter, trans),
              usual && trans.__('default %1', usual),
              parameter.help
            ]
              .filter(Boolean)
              .join(', ')}
            value={value}
            wrong={wrong[`${prefix}${name}`]}
            onChange={value => set(parameter, value)}
          />
        );
      })}
    </div>
  );
}

/** The range of a text's length. */
function lengthOf(
  parameter: IModelParameter,
  trans: TranslationBundle
): string {
  const range = rangeOf(parameter, trans);
  return range && trans.__('length %1', range);
}
