import { FieldProps } from '@rjsf/utils';
import * as React from 'react';

import { IconButton, LinkButton } from '../../components/button';
import { xIcon } from '../../components/icons';
import { IFieldContext } from './context';
import { AddButton } from './fields';
import { Parameters } from './parameters';
import { Cell, RowsFrame } from './rows';
import { IFieldSchema, isHyperparameters } from './schema';

/**
 * Names and values as a table of rows, into which a JSON object can be pasted.
 */
export function NamesField(props: FieldProps): React.ReactElement {
  const { idSchema, errorSchema } = props;
  const { smext, data } = props.formContext as IFieldContext;
  const { trans } = smext;
  const schema = props.schema as IFieldSchema;
  const title = schema.title ?? props.name;
  const isTyped = isHyperparameters(schema);
  const value = isTyped ? TEXT : (schema.additionalProperties as IFieldSchema);
  const given: Parameters = props.formData ?? {};
  const [own, setRows] = React.useState<Pairs>(() => pairsOf(given, isTyped));
  const known =
    (data?.source === 'algorithm' &&
      schema['x-smext-known']?.[String(data.algorithm)]) ||
    [];
  // What an algorithm needs is there to be filled in.
  const rows: Pairs = [
    ...known
      .filter(
        ({ name, required }) => required && !own.some(([n]) => n === name)
      )
      .map(({ name }) => [name, ''] as const),
    ...own
  ];
  const [pasted, setPasted] = React.useState<string | null>(null);
  const [wrong, setWrong] = React.useState(false);
  // What is typed may have a name twice, or none: only what stands is the form's.
  const sent = React.useRef(JSON.stringify(given));
  if (JSON.stringify(given) !== sent.current) {
    sent.current = JSON.stringify(given);
    setRows(pairsOf(given, isTyped));
  }
  const put = (next: Pairs) => {
    setRows(next);
    const named = Object.fromEntries(
      next
        .filter(([name, one]) => name !== '' && !(isTyped && one === ''))
        .map(([name, one]) => [name, isTyped ? meant(String(one)) : one])
    );
    sent.current = JSON.stringify(named);
    props.onChange(named);
  };
  const named = { ...TEXT, examples: known.map(({ name }) => name) };
  const at = (index: number, pair: Pairs[number] | null) =>
    put(rows.flatMap((row, i) => (i !== index ? [row] : pair ? [pair] : [])));
  const paste = () => {
    const read = pastedPairs(pasted ?? '', isTyped);
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
                schema={named}
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
                label={
                  known.find(one => one.name === name)?.about ||
                  trans.__('Value')
                }
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
          onClick={() => setRows([...own, ['', '']])}
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

const TEXT: IFieldSchema = { type: 'string' };

/** Names and values as they are typed: of hyperparameters, that is JSON for all but plain text. */
function pairsOf(given: Parameters, isTyped: boolean): Pairs {
  return Object.entries(given).map(([name, value]) => [
    name,
    isTyped ? typedAs(value) : value
  ]);
}

/**
 * How a value is typed, so that `meant` reads it again: text that reads like a number in quotes.
 */
export function typedAs(value: unknown): string {
  return typeof value === 'string' && meant(value) === value
    ? value
    : JSON.stringify(value);
}

/**
 * What is meant by what is typed: a number, true or a list where it reads like one, else text.
 */
export function meant(typed: string): unknown {
  try {
    const value: unknown = JSON.parse(typed);
    // What a number cannot hold stays as it is typed.
    return typeof value === 'number' &&
      (!Number.isFinite(value) ||
        (Number.isInteger(value) && !Number.isSafeInteger(value)))
      ? typed
      : value;
  } catch {
    return typed;
  }
}

/** The members of a JSON object, each value as it is typed; null where it is none. */
function pastedPairs(text: string, isTyped: boolean): Pairs | null {
  const value = meant(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([name, one]) => [
        name,
        isTyped
          ? typedAs(one)
          : typeof one === 'string'
            ? one
            : JSON.stringify(one)
      ])
    : null;
}
