import { FieldProps } from '@rjsf/utils';
import * as React from 'react';

import { problemOf } from '../../api';
import { IconButton, LinkButton } from '../../components/button';
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
      <AddButton
        label={trans.__('Add to %1', title)}
        onClick={() => props.onChange([...rows, {}])}
      />
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
      const words = await api.metricTrial(JSON.parse(asked)).then(
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
 * Names and values as a table of rows, into which a JSON object can be pasted.
 */
export function NamesField(props: FieldProps): React.ReactElement {
  const { idSchema, errorSchema } = props;
  const { trans } = (props.formContext as IFieldContext).smext;
  const schema = props.schema as IFieldSchema;
  const title = schema.title ?? props.name;
  const value = schema.additionalProperties as IFieldSchema;
  const given: Parameters = props.formData ?? {};
  const [rows, setRows] = React.useState<Pairs>(Object.entries(given));
  const [pasted, setPasted] = React.useState<string | null>(null);
  const [wrong, setWrong] = React.useState(false);
  // What is typed may have a name twice, or none: only what stands is the form's.
  const sent = React.useRef(JSON.stringify(given));
  if (JSON.stringify(given) !== sent.current) {
    sent.current = JSON.stringify(given);
    setRows(Object.entries(given));
  }
  const put = (next: Pairs) => {
    setRows(next);
    const named = Object.fromEntries(
      next.filter(([name]) => name !== '').map(([name, value]) => [name, value])
    );
    sent.current = JSON.stringify(named);
    props.onChange(named);
  };
  const at = (index: number, pair: Pairs[number] | null) =>
    put(rows.flatMap((row, i) => (i !== index ? [row] : pair ? [pair] : [])));
  const paste = () => {
    const read = pairsOf(pasted ?? '');
    setWrong(read === null);
    if (read) {
      const names = read.map(([name]) => name);
      put([...rows.filter(([name]) => name && !names.includes(name)), ...read]);
      setPasted(null);
    }
  };
  return (
    <RowsFrame {...props}>
      {rows.map(([name, one], index) => {
        const id = `${idSchema.$id}_${name}`;
        const errors: ReadonlyArray<string> =
          errorSchema?.[name]?.__errors ?? [];
        return (
          <div key={index} className="jp-smext-field-item">
            <div className="jp-smext-field jp-smext-grow">
              <Cell
                id={`${idSchema.$id}__name${index}`}
                label={trans.__('Name')}
                schema={{ type: 'string' }}
                value={name}
                onChange={typed => at(index, [String(typed ?? ''), one])}
              />
            </div>
            <div
              className="jp-smext-field jp-smext-grow"
              data-wrong={errors.length ? true : undefined}
            >
              <Cell
                id={id}
                label={trans.__('Value')}
                schema={value}
                value={one}
                onChange={typed => at(index, [name, typed ?? ''])}
              />
              {errors.length > 0 && (
                <p id={`${id}__error`} className="jp-smext-field-error">
                  {errors.join(' ')}
                </p>
              )}
            </div>
            <IconButton
              icon={xIcon}
              label={trans.__('Remove %1', name)}
              onClick={() => at(index, null)}
            />
          </div>
        );
      })}
      <div className="jp-smext-field-line">
        <AddButton
          label={trans.__('Add to %1', title)}
          onClick={() => setRows([...rows, ['', '']])}
        />
        <LinkButton
          label={trans.__('Paste JSON')}
          onClick={() => setPasted(pasted === null ? '' : null)}
        />
      </div>
      {pasted !== null && (
        <div className="jp-smext-field" data-wrong={wrong || undefined}>
          <label htmlFor={`${idSchema.$id}__json`}>
            {trans.__('A JSON object of names and values')}
          </label>
          <textarea
            id={`${idSchema.$id}__json`}
            className="jp-smext-input jp-smext-lines"
            rows={4}
            value={pasted}
            spellCheck={false}
            onChange={event => setPasted(event.target.value)}
          />
          {wrong && (
            <p className="jp-smext-field-error">
              {trans.__('It has to read like {"epochs": 3, "lr": 0.1}.')}
            </p>
          )}
          <div>
            <button type="button" className="jp-smext-btn" onClick={paste}>
              {trans.__('Take these values')}
            </button>
          </div>
        </div>
      )}
    </RowsFrame>
  );
}

type Pairs = ReadonlyArray<readonly [string, unknown]>;

/** The members of a JSON object, each value as text; null where it is none. */
function pairsOf(text: string): Pairs | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).map(([name, one]) => [
          name,
          typeof one === 'string' ? one : JSON.stringify(one)
        ])
      : null;
  } catch {
    return null;
  }
}

function RowsFrame(
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

/** One value of a row. */
function Cell(props: {
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
