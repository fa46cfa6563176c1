import { FieldProps } from '@rjsf/utils';
import * as React from 'react';

import { problemOf } from '../../api';
import { CreationRoutes } from '../../api/creations';
import { IconButton } from '../../components/button';
import { xIcon } from '../../components/icons';
import { ISmext } from '../../tokens';
import { IFieldContext } from './context';
import { AddButton, Optional } from './fields';
import { Parameters } from './parameters';
import { IFieldSchema } from './schema';

/**
 * A list of flat objects as a table of rows; metric definitions can be tried on a line of a log.
 */
export function RowsField(props: FieldProps): React.ReactElement {
  const { idSchema, errorSchema } = props;
  const { smext } = props.formContext as IFieldContext;
  const { trans } = smext;
  const schema = props.schema as IFieldSchema;
  const title = schema.title ?? props.name;
  const rows: ReadonlyArray<Parameters> = props.formData ?? [];
  const columns = Object.entries(schema.items?.properties ?? {});
  const put = (at: number, row: Parameters | null) =>
    props.onChange(
      row === null
        ? rows.filter((_, index) => index !== at)
        : [...rows.slice(0, at), row, ...rows.slice(at + 1)]
    );
  const [line, setLine] = React.useState('');
  const isTried = schema['x-smext-picker'] === 'metric-definitions';
  const found = useTrial(smext, rows, isTried ? line : '');
  return (
    <RowsFrame {...props}>
      {rows.map((row, at) => (
        <div key={at} className="jp-smext-field-item">
          {columns.map(([name, column]) => {
            const id = `${idSchema.$id}_${at}_${name}`;
            const errors: ReadonlyArray<string> =
              errorSchema?.[at]?.[name]?.__errors ?? [];
            return (
              <div
                key={name}
                className="jp-smext-field jp-smext-grow"
                data-wrong={errors.length ? true : undefined}
              >
                {at === 0 && (
                  <span className="jp-smext-field-help" aria-hidden="true">
                    {column.title ?? name}
                  </span>
                )}
                <Cell
                  id={id}
                  label={column.title ?? name}
                  schema={column}
                  value={row[name]}
                  onChange={value => put(at, { ...row, [name]: value })}
                />
                {errors.length > 0 && (
                  <p id={`${id}__error`} className="jp-smext-field-error">
                    {errors.join(' ')}
                  </p>
                )}
              </div>
            );
          })}
          {isTried && line && (
            <output className="jp-smext-num">
              {found.get(String(row.Name))}
            </output>
          )}
          <IconButton
            icon={xIcon}
            label={trans.__('Remove item %1 of %2', at + 1, title)}
            onClick={() => put(at, null)}
          />
        </div>
      ))}
      {rows.length < (schema.maxItems ?? Infinity) && (
        <AddButton
          label={trans.__('Add to %1', title)}
          onClick={() => props.onChange([...rows, {}])}
        />
      )}
      {isTried && rows.length > 0 && (
        <div className="jp-smext-field">
          <label htmlFor={`${idSchema.$id}__line`}>
            {trans.__('A line of the log, to try them on')}
          </label>
          <input
            id={`${idSchema.$id}__line`}
            className="jp-smext-input"
            value={line}
            spellCheck={false}
            onChange={event => setLine(event.target.value)}
          />
        </div>
      )}
    </RowsFrame>
  );
}

/**
 * What metric definitions find in a line, as Python reads them: by name, in words.
 */
function useTrial(
  { api, trans }: ISmext,
  rows: ReadonlyArray<Parameters>,
  text: string
): ReadonlyMap<string, string> {
  const definitions = Object.fromEntries(
    rows
      .filter(({ Name, Regex }) => Name && Regex)
      .map(({ Name, Regex }) => [String(Name), String(Regex)])
  );
  const [found, setFound] = React.useState(new Map<string, string>());
  const asked = text && JSON.stringify({ definitions, text });
  React.useEffect(() => {
    if (!asked) {
      return;
    }
    let wanted = true;
    const timer = window.setTimeout(async () => {
      const words = await api
        .of(CreationRoutes)
        .metricTrial(JSON.parse(asked))
        .then(
          all =>
            all.map(
              ({ name, values, wrong }) =>
                [name, wrong || values.join(', ')] as const
            ),
          error =>
            Object.keys(definitions).map(
              name => [name, problemOf(error).title] as const
            )
        );
      if (wanted) {
        setFound(new Map(words));
      }
    }, 300);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [asked]);
  return found;
}

/**
 * A table of rows under its name.
 */
export function RowsFrame(
  props: FieldProps & { children: React.ReactNode }
): React.ReactElement {
  const schema = props.schema as IFieldSchema;
  return (
    <fieldset className="jp-smext-fieldset" id={props.idSchema.$id}>
      <legend>
        {schema.title ?? props.name}
        {!props.required && <Optional {...props} />}
      </legend>
      {schema.description && (
        <p className="jp-smext-field-help">{schema.description}</p>
      )}
      {props.children}
    </fieldset>
  );
}

/**
 * One value of a row.
 */
export function Cell(props: {
  id: string;
  label: string;
  schema: IFieldSchema;
  value: unknown;
  onChange: (value: unknown) => void;
}): React.ReactElement {
  const { id, label, schema, value, onChange } = props;
  if (schema.type === 'boolean') {
    return (
      <label className="jp-smext-check">
        <input
          id={id}
          type="checkbox"
          checked={value === true}
          onChange={event => onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
    );
  }
  const choices = schema.enum ?? schema.examples ?? [];
  const isNumber = schema.type === 'integer' || schema.type === 'number';
  return (
    <>
      <input
        id={id}
        className="jp-smext-input"
        placeholder={label}
        aria-label={label}
        aria-describedby={`${id}__error`}
        title={schema.description}
        list={choices.length ? `${id}__choices` : undefined}
        value={String(value ?? '')}
        autoComplete="off"
        spellCheck={false}
        onChange={event => {
          const typed = event.target.value;
          const number = Number(typed);
          onChange(
            typed === ''
              ? undefined
              : isNumber && typed.trim() && String(number) === typed
                ? number
                : typed
          );
        }}
      />
      {choices.length > 0 && (
        <datalist id={`${id}__choices`}>
          {choices.map(choice => (
            <option key={String(choice)} value={String(choice)} />
          ))}
        </datalist>
      )}
    </>
  );
}
