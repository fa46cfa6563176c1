import { ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { problemOf } from '../../../api';
import { FormRoutes } from '../../../api/forms';
import { IForm, INewNotebookInstance, IProblem } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { ParametersForm } from '../../create/form';
import { useInstanceTypes } from '../../create/instance-type';
import { IObjectSchema, Parameters } from '../../create/parameters';
import { ProblemCallout } from '../../modal/problem';

/** The form's id, for the button that sends it. */
export const NEW_FORM = 'jp-smext-switcher-new';

const OPERATION = 'CreateNotebookInstance';
const FIRST = [
  'NotebookInstanceName',
  'RoleArn',
  'VolumeSizeInGB',
  'LifecycleConfigName'
];
const MORE = ['PlatformIdentifier'];

/**
 * What a new notebook instance needs besides its type: the fields, roles and checks of the create form.
 */
export function NewInstance(props: {
  smext: ISmext;
  connection: string;
  region: string;
  name: string;
  onChange: (made: INewNotebookInstance | null) => void;
  onSubmit: () => void;
}): React.ReactElement {
  const { smext, connection, region, name, onChange } = props;
  const { api, trans } = smext;
  const typesOf = useInstanceTypes(api, connection, region);
  const [loaded, setLoaded] = React.useState<{
    form: IForm;
    validator: ValidatorType;
  } | null>(null);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [attempt, setAttempt] = React.useState(0);
  React.useEffect(() => {
    let wanted = true;
    setProblem(null);
    void Promise.all([
      api.of(FormRoutes).form(connection, region, OPERATION),
      import('@rjsf/validator-ajv8')
    ]).then(
      ([form, { default: validator }]) => {
        if (wanted) {
          const own = formOf(form, name, trans.__('More settings'));
          setLoaded({ form: own, validator: validator as ValidatorType });
          onChange(madeOf(own.defaults));
        }
      },
      error => wanted && setProblem(problemOf(error))
    );
    return () => {
      wanted = false;
    };
  }, [connection, region, attempt]);
  if (problem) {
    return (
      <ProblemCallout
        problem={problem}
        trans={trans}
        onAgain={() => setAttempt(attempt + 1)}
      />
    );
  }
  if (!loaded) {
    return (
      <p role="status" className="jp-smext-modal-wait">
        {trans.__('Reading what AWS asks for…')}
      </p>
    );
  }
  return (
    <div className="jp-smext-switcher-new">
      <ParametersForm
        id={NEW_FORM}
        context={{
          smext,
          place: { connection, region },
          form: loaded.form,
          typesOf,
          filter: ''
        }}
        validator={loaded.validator}
        onChange={parameters => onChange(madeOf(parameters))}
        onSubmit={props.onSubmit}
      />
    </div>
  );
}

/**
 * The few fields of the create form that a switch asks for; the type comes from the table.
 */
function formOf(form: IForm, name: string, more: string): IForm {
  const schema = form.schema as IObjectSchema;
  const known = (one: string) => one in schema.properties;
  const fields = [...FIRST, ...MORE].filter(known);
  return {
    ...form,
    schema: {
      ...schema,
      properties: Object.fromEntries(
        fields.map(field => [field, schema.properties[field]])
      ),
      required: (schema.required ?? []).filter(one => fields.includes(one))
    },
    first: FIRST.filter(known),
    sections: [
      { id: 'first', title: '', about: '', folded: false, fields: FIRST },
      { id: 'more', title: more, about: '', folded: true, fields: MORE }
    ],
    defaults: {
      NotebookInstanceName: name,
      ...Object.fromEntries(
        Object.entries(form.defaults).filter(([one]) => fields.includes(one))
      )
    }
  };
}

/**
 * What was filled in; null while the name or the role is missing.
 */
function madeOf(parameters: Parameters): INewNotebookInstance | null {
  const text = (field: string) => {
    const value = parameters[field];
    return typeof value === 'string' && value ? value : null;
  };
  const name = text('NotebookInstanceName');
  const role = text('RoleArn');
  const volume = parameters.VolumeSizeInGB;
  return name === null || role === null
    ? null
    : {
        name,
        role,
        volume_gib: typeof volume === 'number' ? volume : null,
        lifecycle_config: text('LifecycleConfigName'),
        platform: text('PlatformIdentifier')
      };
}

/**
 * A name that AWS takes, after the notebook's: `02 Churn (final).ipynb` → `02-Churn-final`.
 */
export function nameAfter(path: string): string {
  const stem = path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return stem || 'notebook';
}
