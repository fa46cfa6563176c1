import { TranslationBundle } from '@jupyterlab/translation';
import { ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { Api, problemOf } from '../../api';
import { useStore } from '../../hooks';
import { Group, IForm, IKind, IProblem } from '../../protocol';
import { IResourceId, ISmext } from '../../tokens';
import { FormFoot, ModalHead, RegionField } from '../modal/frame';
import { ProblemCallout } from '../modal/problem';
import { ParametersForm } from './form';
import { InstanceTypesOf } from './instance-type';
import { changed, Parameters, sendable } from './parameters';

/** What a newcomer creates. */
const FIRST_KIND = 'notebook-instance';
const FORM_ID = 'jp-smext-create-form';

/**
 * Choose a kind, fill its form in, create it.
 */
export function CreateDialog(props: {
  smext: ISmext;
  kind?: string;
  titleId: string;
  onClose: (made: IResourceId | null) => void;
}): React.ReactElement {
  const { smext, titleId, onClose } = props;
  const { api, store, trans } = smext;
  useStore(store);
  const [chosen, choose] = React.useState(props.kind ?? FIRST_KIND);
  const [region, setRegion] = React.useState(store.regions[0]);
  const { connection } = store;
  const kind = store.kinds.get(chosen);
  const here = region ?? store.regions[0];
  const operation = kind?.create;
  const load = React.useMemo(
    () =>
      connection !== null && here && operation
        ? () => ready(api.form(connection, here, operation))
        : null,
    [connection, here, operation]
  );
  const typesOf = useInstanceTypes(api, connection ?? '', here);
  return (
    <FormDialog
      trans={trans}
      titleId={titleId}
      title={
        kind
          ? trans.__('Create: %1', kind.label)
          : trans.__('Create a resource')
      }
      action={trans.__('Create')}
      load={load}
      typesOf={typesOf}
      waitsFor={
        connection === null
          ? trans.__('Choose a connection in the SageMaker panel first.')
          : store.view.problem
      }
      submit={async (form, parameters) => {
        if (connection === null || !kind) {
          return;
        }
        const made = await api.create(
          connection,
          here,
          kind.id,
          sendable(form, parameters)
        );
        onClose({ connection, region: here, ...made });
      }}
      onCancel={() => onClose(null)}
    >
      <div className="jp-smext-form jp-smext-create-what">
        <KindField
          kinds={[...store.kinds.values()]}
          value={chosen}
          trans={trans}
          onChange={choose}
        />
        <RegionField
          id="jp-smext-create-region"
          regions={store.regions}
          value={here}
          trans={trans}
          onChange={setRegion}
        />
      </div>
    </FormDialog>
  );
}

/**
 * Change a resource: the form holds what it has now, and only what differs is sent.
 */
export function UpdateDialog(props: {
  smext: ISmext;
  target: IResourceId;
  operation: string;
  titleId: string;
  onClose: (done: boolean) => void;
}): React.ReactElement {
  const { smext, target, operation, titleId, onClose } = props;
  const { api, store, trans } = smext;
  const { connection, region, kind, id } = target;
  const verb = store.kinds
    .get(kind)
    ?.verbs.find(one => one.operation === operation);
  const load = React.useMemo(
    () => () => ready(api.form(connection, region, operation, kind, id)),
    [connection, region, operation, kind, id]
  );
  const typesOf = useInstanceTypes(api, connection, region);
  const name = decodeURIComponent(id.slice(id.lastIndexOf(',') + 1));
  return (
    <FormDialog
      trans={trans}
      titleId={titleId}
      title={trans.__('%1 %2', verb?.label ?? operation, name)}
      action={trans.__('Apply')}
      load={load}
      typesOf={typesOf}
      waitsFor={null}
      submit={async (form, parameters) => {
        const difference = changed(form, parameters);
        await api.act(connection, region, kind, id, operation, difference);
        onClose(true);
      }}
      onCancel={() => onClose(false)}
    />
  );
}

/** Each use is asked for once, however many fields there are. */
function useInstanceTypes(
  api: Api,
  connection: string,
  region: string
): InstanceTypesOf {
  return React.useMemo(() => {
    const asked = new Map<string, ReturnType<InstanceTypesOf>>();
    return use => {
      const known =
        asked.get(use) ?? api.instanceTypes(connection, region, use);
      asked.set(use, known);
      const forget = () => asked.delete(use);
      known.then(({ reading }) => reading && forget(), forget);
      return known;
    };
  }, [api, connection, region]);
}

interface ILoaded {
  readonly form: IForm;
  readonly validator: ValidatorType;
}

async function ready(asked: Promise<IForm>): Promise<ILoaded> {
  const [form, { default: validator }] = await Promise.all([
    asked,
    import('@rjsf/validator-ajv8')
  ]);
  return { form, validator: validator as ValidatorType };
}

/**
 * A form that is read from the server, filled in, and sent; what the server says against it stays beside it.
 */
function FormDialog(props: {
  trans: TranslationBundle;
  titleId: string;
  title: string;
  action: string;
  load: (() => Promise<ILoaded>) | null;
  typesOf?: InstanceTypesOf;
  waitsFor: IProblem | string | null;
  submit: (form: IForm, parameters: Parameters) => Promise<void>;
  onCancel: () => void;
  children?: React.ReactNode;
}): React.ReactElement {
  const { trans, title, action, load, waitsFor, submit, onCancel } = props;
  const [loaded, setLoaded] = React.useState<ILoaded | null>(null);
  const form = loaded?.form;
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [sending, setSending] = React.useState(false);
  const [attempt, setAttempt] = React.useState(0);
  React.useEffect(() => {
    let wanted = true;
    setLoaded(null);
    setProblem(null);
    load?.().then(
      answer => wanted && setLoaded(answer),
      error => wanted && setProblem(problemOf(error))
    );
    return () => {
      wanted = false;
    };
  }, [load, attempt]);
  const send = async (parameters: Parameters) => {
    if (!form || sending) {
      return;
    }
    setSending(true);
    setProblem(null);
    try {
      await submit(form, parameters);
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };
  return (
    <>
      <ModalHead
        titleId={props.titleId}
        title={form?.title ?? title}
        trans={trans}
        onClose={onCancel}
      />
      <div className="jp-smext-modal-body">
        {props.children}
        {!form && !problem && (
          <p role="status" className="jp-smext-modal-wait">
            {typeof waitsFor === 'string'
              ? waitsFor
              : load
                ? trans.__('Reading what AWS asks for…')
                : (waitsFor?.title ?? trans.__('Reading the kinds…'))}
          </p>
        )}
        {loaded && (
          <ParametersForm
            key={loaded.form.operation}
            id={FORM_ID}
            form={loaded.form}
            validator={loaded.validator}
            trans={trans}
            typesOf={props.typesOf}
            onSubmit={parameters => void send(parameters)}
          />
        )}
      </div>
      {problem && (
        <ProblemCallout
          problem={problem}
          trans={trans}
          onAgain={form ? undefined : () => setAttempt(attempt + 1)}
        />
      )}
      <FormFoot
        formId={FORM_ID}
        action={action}
        ready={form !== undefined}
        sending={sending}
        trans={trans}
        onCancel={onCancel}
      />
    </>
  );
}

function KindField(props: {
  kinds: ReadonlyArray<IKind>;
  value: string;
  trans: TranslationBundle;
  onChange: (kind: string) => void;
}): React.ReactElement {
  const { kinds, value, trans, onChange } = props;
  const made = kinds.filter(kind => kind.create !== null);
  const first = made.filter(kind => kind.id === FIRST_KIND);
  const groups: ReadonlyArray<[Group, string]> = [
    ['prepare', trans.__('Prepare')],
    ['build', trans.__('Build')],
    ['train', trans.__('Train')],
    ['deploy', trans.__('Deploy')],
    ['govern', trans.__('Govern')]
  ];
  const option = (kind: IKind) => (
    <option key={kind.id} value={kind.id}>
      {kind.label}
    </option>
  );
  return (
    <div className="jp-smext-field">
      <label htmlFor="jp-smext-create-kind">{trans.__('Resource')}</label>
      <select
        id="jp-smext-create-kind"
        className="jp-smext-input"
        value={value}
        onChange={event => onChange(event.target.value)}
      >
        {first.map(option)}
        {groups.map(([group, label]) => (
          <optgroup key={group} label={label}>
            {made
              .filter(kind => kind.group === group && kind.id !== FIRST_KIND)
              .map(option)}
          </optgroup>
        ))}
      </select>
    </div>
  );
}
