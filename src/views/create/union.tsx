import { FieldProps, IdSchema } from '@rjsf/utils';
import * as React from 'react';

import { IFieldContext } from './context';
import { Optional } from './fields';
import { hasValue } from './parameters';
import { IFieldSchema } from './schema';

/**
 * A shape of which AWS takes one member: which one, and that alone.
 */
export function UnionField(props: FieldProps): React.ReactElement {
  const { idSchema, formData, required, registry, errorSchema } = props;
  const { trans } = (props.formContext as IFieldContext).smext;
  const schema = props.schema as IFieldSchema;
  const members = schema.properties ?? {};
  const names = Object.keys(members);
  const given =
    names.find(name => hasValue(formData?.[name])) ??
    names.find(name => formData?.[name] !== undefined);
  const [chosen, choose] = React.useState(given ?? '');
  const current = given ?? chosen;
  const { SchemaField } = registry.fields;
  const title = schema.title ?? props.name;
  const id = `${idSchema.$id}__which`;
  return (
    <fieldset className="jp-smext-fieldset" id={idSchema.$id}>
      <legend>
        {title}
        {!required && <Optional {...props} />}
      </legend>
      <div className="jp-smext-form">
        <div className="jp-smext-field">
          <label htmlFor={id}>{trans.__('One of these')}</label>
          <select
            id={id}
            className="jp-smext-input"
            value={current}
            onChange={event => {
              const { value } = event.target;
              const isShape = members[value]?.type === 'object';
              choose(value);
              props.onChange(
                isShape ? { [value]: {} } : required ? {} : undefined
              );
            }}
          >
            <option value=""></option>
            {names.map(name => (
              <option key={name} value={name}>
                {members[name].title ?? name}
              </option>
            ))}
          </select>
          {schema.description && (
            <p className="jp-smext-field-help">{schema.description}</p>
          )}
        </div>
        {current && (
          <SchemaField
            key={current}
            {...props}
            name={current}
            required={true}
            schema={members[current] as object}
            uiSchema={props.uiSchema?.[current]}
            idSchema={
              (idSchema as { [name: string]: unknown })[
                current
              ] as IdSchema<unknown>
            }
            errorSchema={errorSchema?.[current]}
            formData={formData?.[current]}
            onChange={(value: unknown) => props.onChange({ [current]: value })}
          />
        )}
      </div>
    </fieldset>
  );
}
