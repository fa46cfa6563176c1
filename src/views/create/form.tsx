import { TranslationBundle } from '@jupyterlab/translation';
import { FormComponent } from '@jupyterlab/ui-components';
import { ReadonlyJSONObject } from '@lumino/coreutils';
import { RJSFValidationError, ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { IForm } from '../../protocol';
import { errorsInWords } from './errors';
import {
  ArrayField,
  Check,
  Choice,
  Field,
  IFieldContext,
  ObjectField
} from './fields';
import { InstanceTypesOf } from './instance-type';
import {
  completed,
  Parameters,
  pruned,
  schemaOf,
  settingsLeft
} from './parameters';

const TEMPLATES = {
  ArrayFieldTemplate: ArrayField,
  FieldTemplate: Field,
  ObjectFieldTemplate: ObjectField
};

const WIDGETS = { CheckboxWidget: Check, SelectWidget: Choice };

/**
 * The parameters of an operation: the first few fields, the rest behind *More settings*.
 */
export function ParametersForm(props: {
  id: string;
  form: IForm;
  validator: ValidatorType;
  trans: TranslationBundle;
  typesOf?: InstanceTypesOf;
  onSubmit: (parameters: Parameters) => void;
  onChange?: (parameters: Parameters) => void;
}): React.ReactElement {
  const { id, form, validator, trans, typesOf, onSubmit, onChange } = props;
  const [data, setData] = React.useState<Parameters>(() =>
    completed(schemaOf(form, true), form.defaults)
  );
  const more = settingsLeft(form);
  const [whole, setWhole] = React.useState(form.first.length === 0);
  // Before the first try nothing is wrong yet.
  const [tried, setTried] = React.useState(false);
  const schema = React.useMemo(() => schemaOf(form, whole), [form, whole]);
  const context: IFieldContext = { trans, typesOf };
  const first = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    first.current
      ?.querySelector<HTMLElement>('input:not([type=checkbox])')
      ?.focus();
  }, []);
  const onError = (errors: RJSFValidationError[]) => {
    setTried(true);
    const hidden = schemaOf(form, false).properties;
    if (
      errors.some(({ property }) => {
        const [, name] = property?.split('.') ?? [];
        return name && !(name in hidden);
      })
    ) {
      setWhole(true);
    }
  };
  return (
    <div ref={first}>
      <FormComponent
        id={id}
        schema={schema as object}
        validator={validator as any} // eslint-disable-line @typescript-eslint/no-explicit-any -- typed against another copy of rjsf
        templates={TEMPLATES as object}
        widgets={WIDGETS as any} // eslint-disable-line @typescript-eslint/no-explicit-any -- the same
        uiSchema={{ 'ui:submitButtonOptions': { norender: true } }}
        formData={data as ReadonlyJSONObject}
        formContext={context}
        experimental_defaultFormStateBehavior={{
          emptyObjectFields: 'skipDefaults'
        }}
        liveValidate={tried}
        noHtml5Validate
        focusOnFirstError
        showErrorList={false}
        transformErrors={errors => errorsInWords(errors, trans)}
        onChange={event => {
          const filled = completed(schema, pruned(event.formData ?? {}, true));
          setData(filled);
          onChange?.(filled);
        }}
        onSubmit={event => onSubmit(event.formData ?? {})}
        onError={onError}
      />
      {more > 0 && form.first.length > 0 && (
        <div className="jp-smext-form-more">
          <LinkButton
            label={
              whole
                ? trans.__('Fewer settings')
                : trans._n('%1 more setting', '%1 more settings', more)
            }
            onClick={() => setWhole(!whole)}
          />
        </div>
      )}
    </div>
  );
}
