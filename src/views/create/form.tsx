import { FormComponent } from '@jupyterlab/ui-components';
import { JSONExt, ReadonlyJSONObject } from '@lumino/coreutils';
import { ErrorSchema, RJSFValidationError, ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { warningIcon } from '../../components/icons';
import { IFieldError } from '../../protocol';
import { IFieldContext } from './context';
import { errorsInWords } from './errors';
import { ArrayField, Check, Choice, Field, ObjectField } from './fields';
import { IdsField } from './ids';
import { KnownNetwork } from './known-network';
import { NamesField } from './names';
import { networkFields } from './network';
import { completed, IObjectSchema, Parameters, pruned } from './parameters';
import { RowsField } from './rows';
import { isThere, titlesOf, uiSchemaOf } from './schema';
import { Lines, Text } from './text';
import { UnionField } from './union';

const TEMPLATES = {
  ArrayFieldTemplate: ArrayField,
  FieldTemplate: Field,
  ObjectFieldTemplate: ObjectField
};

const WIDGETS = {
  CheckboxWidget: Check,
  SelectWidget: Choice,
  TextWidget: Text,
  TextareaWidget: Lines
};

const FIELDS = {
  ids: IdsField,
  names: NamesField,
  rows: RowsField,
  union: UnionField
};

const HIDE_SUBMIT = { 'ui:submitButtonOptions': { norender: true } };

type Path = ReadonlyArray<string | number>;

/**
 * The parameters of an operation, or the values of a layout, in their sections. What is wrong is
 * said beside its field and, once it was sent, summed up above all.
 */
export function ParametersForm(props: {
  id: string;
  context: IFieldContext;
  validator: ValidatorType;
  /** What it holds at first; the form's defaults without it. */
  initial?: Parameters;
  /** What the server says against it, until the next change. */
  errors?: ReadonlyArray<IFieldError>;
  onSubmit: (parameters: Parameters) => void;
  onChange?: (parameters: Parameters) => void;
}): React.ReactElement {
  const { id, context, validator, errors, onSubmit, onChange } = props;
  const { form, smext, place } = context;
  const { api, trans } = smext;
  // Several forms may be open, each with a field of the same name.
  const prefix = `${id}-field`;
  const { schema, ui } = React.useMemo(() => {
    const schema: { [name: string]: unknown } = { ...form.schema };
    // Else JSON Schema would forbid what a layout's `then` adds.
    delete schema.additionalProperties;
    return {
      schema: schema as IObjectSchema,
      ui: { ...uiSchemaOf(form.schema), ...HIDE_SUBMIT }
    };
  }, [form]);
  const [data, setData] = React.useState<Parameters>(() =>
    completed(schema, props.initial ?? form.defaults)
  );
  const known = React.useMemo(
    () => new KnownNetwork(api, place),
    [api, place.connection, place.region]
  );
  const fields = React.useMemo(
    () => networkFields(form.schema, data, prefix),
    [form, data, prefix]
  );
  // Before the first try nothing is wrong yet.
  const [tried, setTried] = React.useState(false);
  const [wrong, setWrong] = React.useState<ReadonlyArray<IWrong>>([]);
  const [wanted, want] = React.useState<Path | null>(null);
  const box = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    box.current
      ?.querySelector<HTMLElement>('form input:not([type=checkbox])')
      ?.focus();
  }, []);
  React.useEffect(() => {
    if (errors?.length) {
      setTried(true);
      setWrong(errors);
    }
  }, [errors]);
  React.useEffect(() => {
    if (wanted) {
      // A section that was folded is drawn by now: it has an error.
      const field = document.getElementById([prefix, ...wanted].join('_'));
      field?.scrollIntoView?.({ block: 'center' });
      const input = field?.matches('fieldset, details')
        ? field.querySelector<HTMLElement>('input, select, textarea, button')
        : field;
      input?.focus();
      want(null);
    }
  }, [wanted]);
  const extra = React.useMemo(() => extraErrors(errors ?? []), [errors]);
  const onError = (found: RJSFValidationError[]) => {
    setTried(true);
    const all = found.map(({ property, message }) => ({
      path: property?.split('.').filter(Boolean) ?? [],
      message: message ?? ''
    }));
    setWrong(all);
    want(all[0]?.path ?? null);
  };
  return (
    <div ref={box}>
      {wrong.length > 0 && (
        <div
          className="jp-smext-callout jp-smext-form-wrong"
          data-tone="bad"
          role="alert"
        >
          <warningIcon.react tag="span" className="jp-smext-icon" />
          <div className="jp-smext-grow">
            <p>
              <b>
                {trans._n(
                  '%1 field is not right yet',
                  '%1 fields are not right yet',
                  wrong.length
                )}
              </b>
            </p>
            <ul>
              {wrong.slice(0, MOST_WRONG).map(({ path, message }, at) => (
                <li key={at}>
                  {path.length > 0 && (
                    <LinkButton
                      label={titlesOf(form, path).join(' · ')}
                      onClick={() => want(path)}
                    />
                  )}{' '}
                  {message}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <FormComponent
        id={id}
        schema={schema as object}
        validator={validator as any} // eslint-disable-line @typescript-eslint/no-explicit-any -- typed against another copy of rjsf
        templates={TEMPLATES as object}
        widgets={WIDGETS as any} // eslint-disable-line @typescript-eslint/no-explicit-any -- the same
        fields={FIELDS as any} // eslint-disable-line @typescript-eslint/no-explicit-any -- the same
        uiSchema={ui as object}
        formData={data as ReadonlyJSONObject}
        idPrefix={prefix}
        formContext={{
          ...context,
          data,
          root: prefix,
          network: { known, fields }
        }}
        experimental_defaultFormStateBehavior={{
          emptyObjectFields: 'skipDefaults'
        }}
        extraErrors={extra as any} // eslint-disable-line @typescript-eslint/no-explicit-any -- the same
        liveValidate={tried}
        noHtml5Validate
        showErrorList={false}
        transformErrors={found =>
          errorsInWords(found, trans).filter(({ property }) => {
            const [name] = property?.split('.').filter(Boolean) ?? [];
            return !name || isThere(schema.properties[name], data);
          })
        }
        onChange={event => {
          const filled = completed(
            schema,
            pruned(event.formData ?? {}, true, form.schema)
          );
          // It also tells of values that only it sees another way.
          if (
            !JSONExt.deepEqual(
              filled as ReadonlyJSONObject,
              data as ReadonlyJSONObject
            )
          ) {
            setData(filled);
            setWrong([]);
            onChange?.(filled);
          }
        }}
        onSubmit={event => {
          setWrong([]);
          onSubmit(event.formData ?? {});
        }}
        onError={onError}
      />
    </div>
  );
}

interface IWrong {
  readonly path: Path;
  readonly message: string;
}

/** As many as can be read; the fields themselves say the others. */
const MOST_WRONG = 8;

function extraErrors(errors: ReadonlyArray<IFieldError>): ErrorSchema {
  const all: { [name: string]: unknown } = {};
  for (const { path, message } of errors) {
    let at = all;
    for (const part of path) {
      at = (at[part] ??= {}) as { [name: string]: unknown };
    }
    at.__errors = [...((at.__errors as string[]) ?? []), message];
  }
  return all as ErrorSchema;
}
