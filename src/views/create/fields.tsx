import { TranslationBundle } from '@jupyterlab/translation';
import {
  ADDITIONAL_PROPERTY_FLAG,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  WidgetProps,
  canExpand
} from '@rjsf/utils';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { plusIcon, xIcon } from '../../components/icons';
import { InstanceTypeChoice, InstanceTypesOf, USE } from './instance-type';
import { ListInput } from './list-input';

/**
 * What the form hands down to its fields.
 */
export interface IFieldContext {
  readonly trans: TranslationBundle;
  readonly typesOf?: InstanceTypesOf;
}

/** Above this many values a list is easier to type into than to scroll. */
const LONG_LIST = 12;

/**
 * A field: its name above it, what is wrong with it below, then what AWS says about it.
 *
 * #### Notes
 * JupyterLab's own template names no input, so a screen reader would read none of them.
 */
export function Field(props: FieldTemplateProps): React.ReactElement {
  const { id, schema, label, required, rawErrors, children, hidden } = props;
  if (hidden) {
    return <div hidden>{children}</div>;
  }
  if (ADDITIONAL_PROPERTY_FLAG in schema) {
    return <Entry {...props} />;
  }
  if (schema.type === 'object' || schema.type === 'array') {
    return (
      <div>
        {children}
        {rawErrors?.length ? (
          <p className="jp-smext-field-error">{rawErrors.join(' ')}</p>
        ) : null}
      </div>
    );
  }
  const check = schema.type === 'boolean';
  const wrong = rawErrors?.length;
  return (
    <div className="jp-smext-field" data-wrong={wrong ? true : undefined}>
      {!check && (
        <label htmlFor={id}>
          {label}
          {!required && <Optional {...props} />}
        </label>
      )}
      {children}
      {wrong ? (
        <p id={`${id}__error`} className="jp-smext-field-error">
          {rawErrors.join(' ')}
        </p>
      ) : null}
      {schema.description && (
        <p id={`${id}__description`} className="jp-smext-field-help">
          {schema.description}
        </p>
      )}
    </div>
  );
}

/**
 * One entry of a map: its key and its value.
 */
function Entry(props: FieldTemplateProps): React.ReactElement {
  const { id, label, children, rawErrors, onKeyChange, onDropPropertyClick } =
    props;
  const { trans } = props.formContext as IFieldContext;
  return (
    <div className="jp-smext-field-item">
      <input
        className="jp-smext-input"
        defaultValue={label}
        aria-label={trans.__('Key')}
        onBlur={event => onKeyChange(event.target.value)}
      />
      <div className="jp-smext-grow" role="group" aria-label={label}>
        {children}
        {rawErrors?.length ? (
          <p id={`${id}__error`} className="jp-smext-field-error">
            {rawErrors.join(' ')}
          </p>
        ) : null}
      </div>
      <IconButton
        icon={xIcon}
        label={trans.__('Remove %1', label)}
        onClick={onDropPropertyClick(label)}
      />
    </div>
  );
}

function Optional(props: FieldTemplateProps): React.ReactElement {
  const { trans } = props.formContext as IFieldContext;
  return <span className="jp-smext-muted"> {trans.__('optional')}</span>;
}

/**
 * Members of a nested shape, under its name.
 */
export function ObjectField(
  props: ObjectFieldTemplateProps
): React.ReactElement {
  const members = props.properties.map(property => property.content);
  if (props.idSchema.$id === 'root') {
    return <div className="jp-smext-form">{members}</div>;
  }
  const { trans } = props.formContext as IFieldContext;
  return (
    <fieldset className="jp-smext-fieldset" id={props.idSchema.$id}>
      <legend>
        {props.title}
        {!props.required && (
          <span className="jp-smext-muted"> {trans.__('optional')}</span>
        )}
      </legend>
      {props.description && (
        <p className="jp-smext-field-help">{props.description}</p>
      )}
      <div className="jp-smext-form">{members}</div>
      {canExpand(props.schema, props.uiSchema, props.formData) && (
        <button
          type="button"
          className="jp-smext-btn"
          onClick={props.onAddClick(props.schema)}
        >
          <plusIcon.react tag="span" className="jp-smext-icon" />
          {trans.__('Add to %1', props.title)}
        </button>
      )}
    </fieldset>
  );
}

/**
 * A list to add to and take from.
 */
export function ArrayField(props: ArrayFieldTemplateProps): React.ReactElement {
  const { trans } = props.formContext as IFieldContext;
  return (
    <fieldset className="jp-smext-fieldset" id={props.idSchema.$id}>
      <legend>
        {props.title}
        {!props.required && (
          <span className="jp-smext-muted"> {trans.__('optional')}</span>
        )}
      </legend>
      {props.schema.description && (
        <p className="jp-smext-field-help">{props.schema.description}</p>
      )}
      {props.items.map(item => (
        <div key={item.key} className="jp-smext-field-item">
          <div className="jp-smext-grow">{item.children}</div>
          {item.hasRemove && (
            <IconButton
              icon={xIcon}
              label={trans.__(
                'Remove item %1 of %2',
                item.index + 1,
                props.title
              )}
              onClick={item.onDropIndexClick(item.index)}
            />
          )}
        </div>
      ))}
      {props.canAdd && (
        <button
          type="button"
          className="jp-smext-btn"
          onClick={props.onAddClick}
        >
          <plusIcon.react tag="span" className="jp-smext-icon" />
          {trans.__('Add to %1', props.title)}
        </button>
      )}
    </fieldset>
  );
}

/**
 * One of a few values: a list to open. One of many: a list to type into.
 */
export function Choice(props: WidgetProps): React.ReactElement {
  const { id, value, required, disabled, onChange, options, schema } = props;
  const { typesOf, trans } = props.formContext as IFieldContext;
  if (USE in schema && typesOf) {
    return <InstanceTypeChoice {...props} typesOf={typesOf} trans={trans} />;
  }
  const choices = options.enumOptions ?? [];
  const described = `${id}__error ${id}__description`;
  if (choices.length > LONG_LIST) {
    return (
      <ListInput
        field={props}
        describedBy={described}
        choices={choices.map(choice => {
          const value = String(choice.value);
          return {
            value,
            label: choice.label === value ? undefined : choice.label
          };
        })}
      />
    );
  }
  const at = choices.findIndex(choice => choice.value === value);
  return (
    <select
      id={id}
      className="jp-smext-input"
      value={at}
      required={required}
      disabled={disabled}
      aria-describedby={described}
      onChange={event => onChange(choices[Number(event.target.value)]?.value)}
    >
      {(at === -1 || !required || schema.default === undefined) && (
        <option value={-1}></option>
      )}
      {choices.map((choice, index) => (
        <option key={String(choice.value)} value={index}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

/**
 * Yes or no, its name beside it.
 */
export function Check(props: WidgetProps): React.ReactElement {
  return (
    <label className="jp-smext-check">
      <input
        type="checkbox"
        id={props.id}
        checked={props.value === true}
        disabled={props.disabled}
        aria-describedby={`${props.id}__error ${props.id}__description`}
        onChange={event => props.onChange(event.target.checked)}
      />
      <span>{props.label}</span>
    </label>
  );
}
