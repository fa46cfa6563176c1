import {
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps,
  WidgetProps
} from '@rjsf/utils';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { plusIcon, xIcon } from '../../components/icons';
import { IFieldContext } from './context';
import { InstanceTypeChoice, USE } from './instance-type';
import { ListInput } from './list-input';
import { hasValue } from './parameters';
import { IFieldSchema, isNamed, isThere, matches } from './schema';
import { Sections } from './sections';

/** Above this many values a list is easier to type into than to scroll. */
const LONG_LIST = 12;

/**
 * A field: its name above it, what is wrong with it below, then what AWS says about it.
 *
 * #### Notes
 * JupyterLab's own template names no input, so a screen reader would read none of them.
 */
export function Field(props: FieldTemplateProps): React.ReactElement {
  const { id, schema, label, required, children, hidden } = props;
  if (hidden) {
    return <div hidden>{children}</div>;
  }
  // The form tells of what the server said each time that it looks at it.
  const rawErrors = [...new Set(props.rawErrors)];
  const wrong = rawErrors.length;
  if (schema.type === 'object' || schema.type === 'array') {
    return (
      <div data-wrong={wrong ? true : undefined}>
        {children}
        {wrong ? (
          <p className="jp-smext-field-error">{rawErrors.join(' ')}</p>
        ) : null}
      </div>
    );
  }
  const check = schema.type === 'boolean';
  return (
    <div className="jp-smext-field" data-wrong={wrong ? true : undefined}>
      {!check && (
        <label htmlFor={id}>
          {label}
          {!required && schema.default === undefined && <Optional {...props} />}
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
 * What stands behind the name of a field that may be left out.
 */
export function Optional(props: {
  formContext?: IFieldContext;
}): React.ReactElement {
  const { trans } = props.formContext!.smext;
  return <span className="jp-smext-muted"> {trans.__('optional')}</span>;
}

/**
 * Members of a nested shape, under its name; of one that may be left out, once it is opened.
 */
export function ObjectField(
  props: ObjectFieldTemplateProps
): React.ReactElement {
  const { title, required, description, idSchema, formData, errorSchema } =
    props;
  const { filter, root } = props.formContext as IFieldContext;
  const schema = props.schema as IFieldSchema;
  const isRoot = idSchema.$id === root;
  const hasErrors = Object.keys(errorSchema ?? {}).length > 0;
  const [opened, setOpened] = React.useState(hasValue(formData));
  if (isRoot) {
    return <Sections {...props} />;
  }
  const rank = (name: string) => Number(schema.required?.includes(name) ?? 0);
  const whole = !filter || isNamed('', { title }, filter);
  const members = props.properties
    .filter(({ name }) => {
      const member = schema.properties?.[name] ?? {};
      return (
        isThere(member, formData) && (whole || matches(name, member, filter))
      );
    })
    // What is needed comes first, as in the form itself.
    .sort((a, b) => rank(b.name) - rank(a.name))
    .map(property => property.content);
  const inside = (
    <>
      {description && <p className="jp-smext-field-help">{description}</p>}
      <div className="jp-smext-form">{members}</div>
    </>
  );
  if (required || filter) {
    return (
      <fieldset className="jp-smext-fieldset" id={idSchema.$id}>
        <legend>
          {title}
          {!required && <Optional {...props} />}
        </legend>
        {inside}
      </fieldset>
    );
  }
  const open = opened || hasErrors;
  return (
    <details
      className="jp-smext-fieldset"
      id={idSchema.$id}
      open={open}
      onToggle={event => setOpened(event.currentTarget.open)}
    >
      <summary>
        {title}
        <Optional {...props} />
      </summary>
      {open && inside}
    </details>
  );
}

/**
 * A list to add to and take from.
 */
export function ArrayField(props: ArrayFieldTemplateProps): React.ReactElement {
  const { trans } = (props.formContext as IFieldContext).smext;
  return (
    <fieldset className="jp-smext-fieldset" id={props.idSchema.$id}>
      <legend>
        {props.title}
        {!props.required && <Optional {...props} />}
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
        <AddButton
          label={trans.__('Add to %1', props.title)}
          onClick={props.onAddClick}
        />
      )}
    </fieldset>
  );
}

/**
 * The button behind a list that grows it.
 */
export function AddButton(props: {
  label: string;
  onClick: (event: React.MouseEvent) => void;
}): React.ReactElement {
  return (
    <button type="button" className="jp-smext-btn" onClick={props.onClick}>
      <plusIcon.react tag="span" className="jp-smext-icon" />
      {props.label}
    </button>
  );
}

/**
 * One of a few values: a list to open. One of many: a list to type into.
 */
export function Choice(props: WidgetProps): React.ReactElement {
  const { id, value, required, disabled, onChange, options, schema } = props;
  const { typesOf, smext } = props.formContext as IFieldContext;
  if (USE in schema) {
    return (
      <InstanceTypeChoice {...props} typesOf={typesOf} trans={smext.trans} />
    );
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
