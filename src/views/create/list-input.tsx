import { WidgetProps } from '@rjsf/utils';
import * as React from 'react';

/**
 * A value to type, or to take from a list.
 */
export function ListInput(props: {
  /** The field of the form that it is of. */
  field: Pick<
    WidgetProps,
    'id' | 'value' | 'required' | 'disabled' | 'onChange'
  >;
  describedBy: string;
  choices: ReadonlyArray<{ value: string; label?: string }>;
}): React.ReactElement {
  const { field, describedBy, choices } = props;
  const { id, value, required, disabled, onChange } = field;
  const list = `${id}__choices`;
  return (
    <>
      <input
        id={id}
        className="jp-smext-input"
        list={list}
        value={value ?? ''}
        required={required}
        disabled={disabled}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={describedBy}
        onChange={event => onChange(event.target.value || undefined)}
      />
      <datalist id={list}>
        {choices.map(choice => (
          <option
            key={choice.value}
            value={choice.value}
            label={choice.label}
          />
        ))}
      </datalist>
    </>
  );
}
