import * as React from 'react';

interface IFieldProps {
  readonly label: string;
  readonly help?: string;
  /** What is wrong with its value. */
  readonly wrong?: string;
}

/**
 * A line of text with its name above it; `offered` are values to choose from, others can be typed.
 */
export function TextField(
  props: IFieldProps & {
    value: string;
    onChange: (value: string) => void;
    offered?: ReadonlyArray<string>;
    placeholder?: string;
    numeric?: boolean;
    /** Whether it is not to be read over a shoulder. */
    secret?: boolean;
    /** A button behind it. */
    children?: React.ReactNode;
  }
): React.ReactElement {
  const { label, help, wrong, value, offered, placeholder, numeric, secret } =
    props;
  const { children } = props;
  const id = React.useId();
  const input = (
    <input
      id={id}
      className={`jp-smext-input ${numeric ? 'jp-smext-num' : ''}`}
      type={secret ? 'password' : 'text'}
      inputMode={numeric ? 'decimal' : undefined}
      value={value}
      list={offered?.length ? `${id}-offered` : undefined}
      placeholder={placeholder}
      autoComplete={secret ? 'new-password' : 'off'}
      spellCheck={false}
      aria-invalid={wrong ? true : undefined}
      aria-describedby={`${id}-help`}
      onChange={event => props.onChange(event.target.value)}
    />
  );
  return (
    <div className="jp-smext-field" data-wrong={wrong ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      <WithButton button={children}>{input}</WithButton>
      {offered && offered.length > 0 && (
        <datalist id={`${id}-offered`}>
          {offered.map(one => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      <Help id={`${id}-help`} help={help} wrong={wrong} />
    </div>
  );
}

/**
 * Several lines of text.
 */
export function LinesField(
  props: IFieldProps & {
    value: string;
    onChange: (value: string) => void;
    placeholder?: string;
  }
): React.ReactElement {
  const { label, help, wrong, value, placeholder } = props;
  const id = React.useId();
  return (
    <div className="jp-smext-field" data-wrong={wrong ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="jp-smext-input jp-smext-lines"
        value={value}
        rows={2}
        placeholder={placeholder}
        spellCheck={false}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-help`}
        onChange={event => props.onChange(event.target.value)}
      />
      <Help id={`${id}-help`} help={help} wrong={wrong} />
    </div>
  );
}

/**
 * One of some values, each with the words it is shown with.
 */
export function SelectField(
  props: IFieldProps & {
    value: string;
    options: ReadonlyArray<readonly [string, string]>;
    onChange: (value: string) => void;
    /** A button behind it. */
    children?: React.ReactNode;
  }
): React.ReactElement {
  const { label, help, wrong, value, options, children } = props;
  const id = React.useId();
  return (
    <div className="jp-smext-field" data-wrong={wrong ? true : undefined}>
      <label htmlFor={id}>{label}</label>
      <WithButton button={children}>
        <select
          id={id}
          className="jp-smext-input"
          value={value}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={`${id}-help`}
          onChange={event => props.onChange(event.target.value)}
        >
          {!options.some(([one]) => one === value) && (
            <option value={value}>{value}</option>
          )}
          {options.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
      </WithButton>
      <Help id={`${id}-help`} help={help} wrong={wrong} />
    </div>
  );
}

/**
 * Something that holds or does not.
 */
export function CheckField(
  props: IFieldProps & {
    checked: boolean;
    onChange: (checked: boolean) => void;
  }
): React.ReactElement {
  const { label, help, wrong, checked } = props;
  const id = React.useId();
  return (
    <div className="jp-smext-field" data-wrong={wrong ? true : undefined}>
      <label className="jp-smext-check">
        <input
          type="checkbox"
          checked={checked}
          aria-invalid={wrong ? true : undefined}
          aria-describedby={id}
          onChange={event => props.onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
      <Help id={id} help={help} wrong={wrong} />
    </div>
  );
}

/**
 * One of a few values, side by side.
 */
export function SegmentField<T extends string>(props: {
  label: string;
  value: T;
  options: ReadonlyArray<readonly [T, string]>;
  onChange: (value: T) => void;
}): React.ReactElement {
  const { label, value, options } = props;
  const name = React.useId();
  return (
    <fieldset className="jp-smext-field jp-smext-segment">
      <legend>{label}</legend>
      {options.map(([one, words]) => (
        <label key={one}>
          <input
            type="radio"
            name={name}
            checked={one === value}
            onChange={() => props.onChange(one)}
          />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}

function WithButton(props: {
  button: React.ReactNode;
  children: React.ReactElement;
}): React.ReactElement {
  return props.button ? (
    <div className="jp-smext-field-line">
      {props.children}
      {props.button}
    </div>
  ) : (
    props.children
  );
}

function Help(props: {
  id: string;
  help?: string;
  wrong?: string;
}): React.ReactElement | null {
  const { id, help, wrong } = props;
  return (
    <p
      id={id}
      className={wrong ? 'jp-smext-field-error' : 'jp-smext-field-help'}
    >
      {wrong ?? help}
    </p>
  );
}
