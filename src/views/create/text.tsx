import { WidgetProps } from '@rjsf/utils';
import * as React from 'react';

import { whyNothing } from '../../store';
import { IFieldContext } from './context';
import { About, Trouble } from './network-words';
import { createRole } from './new-role';
import { IFieldSchema } from './schema';

/** The pickers of ids, of which more may be known than they say. */
const NAMED = ['subnet', 'kms-key'];

/**
 * A value to type, or to choose by what its schema says is there: a role, a place in S3, a file.
 */
export function Text(props: WidgetProps): React.ReactElement {
  const { id, value, required, disabled, onChange } = props;
  const schema = props.schema as IFieldSchema;
  const offered = schema.examples ?? [];
  const isNumber = schema.type === 'integer' || schema.type === 'number';
  const input = (
    <input
      id={id}
      className={`jp-smext-input ${isNumber ? 'jp-smext-num' : ''}`}
      list={offered.length ? `${id}__offered` : undefined}
      inputMode={isNumber ? 'decimal' : undefined}
      value={value ?? ''}
      required={required}
      disabled={disabled}
      autoComplete="off"
      spellCheck={false}
      aria-describedby={`${id}__error ${id}__about ${id}__description`}
      onChange={event => onChange(event.target.value || undefined)}
    />
  );
  const choose = chooserOf(schema, props);
  const context = props.formContext as IFieldContext;
  return (
    <>
      {choose ? (
        <div className="jp-smext-field-line">
          {input}
          <button
            type="button"
            className="jp-smext-btn"
            aria-disabled={choose.why !== null || undefined}
            title={choose.why ?? undefined}
            onClick={choose.why === null ? choose.run : undefined}
          >
            {choose.label}
          </button>
        </div>
      ) : (
        input
      )}
      {NAMED.includes(schema['x-smext-picker'] ?? '') && (
        <>
          <About id={id} value={value} {...context} />
          <Trouble id={id} {...context} />
        </>
      )}
      {offered.length > 0 && (
        <datalist id={`${id}__offered`}>
          {offered.map(one => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </>
  );
}

interface IChooser {
  readonly label: string;
  readonly why: string | null;
  run(): void;
}

/** What a button behind the field would do. */
function chooserOf(schema: IFieldSchema, props: WidgetProps): IChooser | null {
  const { smext, place, browse, network } = props.formContext as IFieldContext;
  const { trans, store } = smext;
  const set = (chosen: Promise<string | null>) =>
    void chosen.then(value => value !== null && props.onChange(value));
  const picker = schema['x-smext-picker'];
  switch (picker) {
    case 'role':
      return {
        label: trans.__('Create role…'),
        why: whyNothing(store.connectionOf(place.connection), null, trans),
        run: () => set(createRole(smext, place))
      };
    case 's3-object':
    case 's3-folder':
    case 's3-any':
      return {
        label: trans.__('Browse S3…'),
        why: null,
        run: () =>
          set(
            import('../objects/browse').then(({ browseS3 }) =>
              browseS3(smext, {
                ...place,
                start: props.value || undefined,
                what: picker.slice(3) as 'object' | 'folder' | 'any'
              })
            )
          )
      };
    case 'subnet': {
      const field = network?.fields.get(props.id);
      return network && field
        ? {
            label: trans.__('Choose subnet…'),
            why: null,
            run: () =>
              set(
                import('./choices').then(({ chooseSubnets }) =>
                  chooseSubnets(smext, network.known, field, false).then(
                    ids => ids?.[0] ?? null
                  )
                )
              )
          }
        : null;
    }
    case 'kms-key':
      return network
        ? {
            label: trans.__('Choose key…'),
            why: null,
            run: () =>
              set(
                import('./choices').then(({ chooseKmsKey }) =>
                  chooseKmsKey(smext, network.known, props.value)
                )
              )
          }
        : null;
    case 'script':
    case 'folder':
      return browse
        ? {
            label: trans.__('Browse…'),
            why: null,
            run: () => set(browse(picker))
          }
        : null;
    default:
      return null;
  }
}

/**
 * Text of several lines; of a field that holds Base64, what that stands for.
 */
export function Lines(props: WidgetProps): React.ReactElement {
  const { id, value, required, disabled, onChange } = props;
  const schema = props.schema as IFieldSchema;
  const encoded = schema['x-smext-encoded'] === 'base64';
  const text = encoded ? decoded(value) : null;
  return (
    <textarea
      id={id}
      className="jp-smext-input jp-smext-lines"
      rows={schema['x-smext-lines']}
      value={text ?? value ?? ''}
      required={required}
      disabled={disabled}
      spellCheck={false}
      aria-describedby={`${id}__error ${id}__description`}
      onChange={event => {
        const typed = event.target.value;
        onChange(
          typed === ''
            ? undefined
            : text === null
              ? typed
              : btoa(String.fromCharCode(...new TextEncoder().encode(typed)))
        );
      }}
    />
  );
}

/** The text that Base64 stands for; null where it stands for none. */
function decoded(value: unknown): string | null {
  try {
    const bytes = Uint8Array.from(atob(String(value ?? '')), each =>
      each.charCodeAt(0)
    );
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
