import { codeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { problemOf } from '../../api';
import { CreationRoutes } from '../../api/creations';
import { FormRoutes } from '../../api/forms';
import { LinkButton } from '../../components/button';
import { clockTime } from '../../components/time';
import {
  ICreationRequest,
  IFieldError,
  ILayoutName,
  IProblem
} from '../../protocol';
import { whyNothing } from '../../store';
import { IPlace, ISmext } from '../../tokens';
import { useAnswer } from '../answer';
import { RegionField } from '../modal/frame';
import { ProblemCallout } from '../modal/problem';
import { useRequestKey } from '../task/request-key';
import { IFieldContext } from './context';
import { drafts } from './drafts';
import { ParametersForm } from './form';
import { useInstanceTypes } from './instance-type';
import { LiveCode } from './live-code';
import { ILoaded, loadForm } from './loading';
import { CreateModel, ICreateTarget } from './model';
import { completed, IObjectSchema, Parameters, sendable } from './parameters';

/**
 * The form of a new resource, from its first value to the creation that it begins.
 */
export function NewResourceForm(props: {
  place: IPlace;
  target: ICreateTarget;
  made: { operation: string; layout: ILayoutName | null };
  model: CreateModel;
  smext: ISmext;
  browse?: IFieldContext['browse'];
}): React.ReactElement {
  const { place, target, made, model, smext, browse } = props;
  const { api, trans } = smext;
  const [attempt, setAttempt] = React.useState(0);
  // All of AWS's fields in place of the layout's, with what was filled in there.
  const [whole, setWhole] = React.useState<ILoaded | null>(null);
  const read = useAnswer<ILoaded>(String(attempt), () =>
    loadForm(api, place, target, made)
  );
  const loaded = whole ?? read.value;
  if (!loaded) {
    return (
      <div className="jp-smext-page">
        <div className="jp-smext-page-alone">
          {read.problem ? (
            <ProblemCallout
              problem={read.problem}
              trans={trans}
              onAgain={() => setAttempt(attempt + 1)}
            >
              <button
                type="button"
                className="jp-smext-btn"
                onClick={() => model.go({ ...place })}
              >
                {trans.__('Create something else')}
              </button>
            </ProblemCallout>
          ) : (
            <p role="status">{trans.__('Reading what AWS asks for…')}</p>
          )}
        </div>
      </div>
    );
  }
  return (
    <Filled
      key={`${attempt} ${loaded.layout?.id ?? loaded.form.operation}`}
      place={place}
      target={target}
      loaded={loaded}
      model={model}
      smext={smext}
      browse={browse}
      onWhole={setWhole}
      onDiscard={() => {
        setWhole(null);
        setAttempt(attempt + 1);
      }}
    />
  );
}

/** What is filled in, and what can be done with that. */
function Filled(props: {
  place: IPlace;
  target: ICreateTarget;
  loaded: ILoaded;
  model: CreateModel;
  smext: ISmext;
  browse?: IFieldContext['browse'];
  onWhole: (loaded: ILoaded) => void;
  onDiscard: () => void;
}): React.ReactElement {
  const { place, target, loaded, model, smext, browse, onWhole } = props;
  const { api, store, trans } = smext;
  const { form, layout } = loaded;
  const { connection, region } = place;
  const formId = React.useId();
  const key = keyOf(place, target, loaded);
  const [draft, setDraft] = React.useState(() => drafts.load(key));
  const [initial] = React.useState<Parameters>(
    () => draft?.parameters ?? form.defaults
  );
  const [parameters, setParameters] = React.useState<Parameters>(() =>
    completed(form.schema as IObjectSchema, initial)
  );
  const [filter, setFilter] = React.useState('');
  const [errors, setErrors] = React.useState<ReadonlyArray<IFieldError>>([]);
  const [problems, setProblems] = React.useState<ReadonlyArray<IProblem>>([]);
  const [sending, setSending] = React.useState(false);
  const [code, setCode] = React.useState(false);
  const requestKey = useRequestKey();
  const typesOf = useInstanceTypes(api, connection, region);
  const context = React.useMemo<IFieldContext>(
    () => ({
      smext,
      place,
      form,
      typesOf,
      filter: filter.trim().toLowerCase(),
      browse
    }),
    [form, filter, typesOf]
  );
  const why = whyNothing(store.connectionOf(connection), null, trans);

  const requestOf = (values: Parameters): ICreationRequest => {
    const request = {
      connection,
      region,
      parameters: sendable(form, values),
      operation: layout ? null : form.operation,
      layout: layout?.id ?? null
    };
    return { ...request, key: requestKey.of(request) };
  };
  const change = (values: Parameters) => {
    setParameters(values);
    setErrors([]);
    if (drafts.save(key, values)) {
      setDraft(drafts.load(key));
    }
  };
  /** Have the server look at it; its answer, null where it has something against it. */
  const checked = async (values: Parameters) => {
    setProblems([]);
    try {
      const check = await api.of(CreationRoutes).check(requestOf(values));
      setErrors(check.errors);
      setProblems(check.problems);
      return check.errors.length || check.problems.length ? null : check;
    } catch (error) {
      setProblems([problemOf(error)]);
      return null;
    }
  };
  const busy = async (work: () => Promise<void>) => {
    if (sending) {
      return;
    }
    setSending(true);
    try {
      await work();
    } finally {
      setSending(false);
    }
  };
  const send = (values: Parameters) =>
    void busy(async () => {
      if (why !== null || (await checked(values)) === null) {
        return;
      }
      try {
        const { id } = await api.of(CreationRoutes).start(requestOf(values));
        model.go({ ...target, ...place, creation: id, draft: key });
      } catch (error) {
        setProblems([problemOf(error)]);
      }
    });
  const toWhole = () =>
    void busy(async () => {
      const check = await checked(parameters);
      if (check?.parameters) {
        const whole = await api
          .of(FormRoutes)
          .filledForm(connection, region, form.operation, check.parameters);
        onWhole({ ...loaded, form: whole, layout: null });
      }
    });
  const notes = [
    ...loaded.notes,
    ...(loaded.lost.length
      ? [
          trans.__(
            'These are all of AWS’s fields: the short form has none for %1.',
            loaded.lost.join(', ')
          )
        ]
      : []),
    ...(loaded.unknown.length
      ? [
          trans.__(
            'AWS does not tell what was given for %1.',
            loaded.unknown.join(', ')
          )
        ]
      : [])
  ];
  return (
    <div className="jp-smext-page jp-smext-create-page">
      <div className="jp-smext-page-head">
        <div className="jp-smext-grow">
          <h1>{form.title}</h1>
          <p className="jp-smext-muted">
            {store.connectionOf(connection)?.label ?? connection} · {region}
            {target.clone &&
              ` · ${trans.__('like %1', nameOf(target.clone.id))}`}
          </p>
        </div>
        <button
          type="button"
          className="jp-smext-btn"
          onClick={() => model.go({ ...place })}
        >
          {trans.__('Something else…')}
        </button>
        <button
          type="button"
          className="jp-smext-btn"
          aria-pressed={code}
          onClick={() => setCode(!code)}
        >
          <codeIcon.react tag="span" className="jp-smext-icon" />
          {trans.__('Show the code')}
        </button>
      </div>
      <div className="jp-smext-create-bar">
        <input
          type="search"
          className="jp-smext-input"
          aria-label={trans.__('Filter the fields')}
          placeholder={trans.__('Filter the fields')}
          value={filter}
          onChange={event => setFilter(event.target.value)}
        />
        <RegionField
          id={`${formId}-region`}
          className="jp-smext-create-region"
          regions={
            store.regions.includes(region)
              ? store.regions
              : [region, ...store.regions]
          }
          value={region}
          trans={trans}
          onChange={chosen =>
            model.go({ ...target, connection, region: chosen })
          }
        />
        {layout && (
          <LinkButton
            label={trans.__('All of AWS’s fields')}
            title={form.operation}
            disabled={sending}
            onClick={toWhole}
          />
        )}
        <span className="jp-smext-grow" />
        {draft && (
          <>
            <span className="jp-smext-muted" role="status">
              {trans.__(
                'Draft kept %1',
                clockTime(draft.at, Date.now() / 1000)
              )}
            </span>
            <LinkButton
              label={trans.__('Discard draft')}
              onClick={() => {
                drafts.discard(key);
                props.onDiscard();
              }}
            />
          </>
        )}
      </div>
      <div className="jp-smext-create-body" data-code={code || undefined}>
        <div className="jp-smext-create-form">
          {notes.map(note => (
            <p key={note} className="jp-smext-muted">
              {note}
            </p>
          ))}
          <ParametersForm
            id={formId}
            context={context}
            validator={loaded.validator}
            initial={initial}
            errors={errors}
            onSubmit={send}
            onChange={change}
          />
        </div>
        {code && <LiveCode request={requestOf(parameters)} smext={smext} />}
      </div>
      <div className="jp-smext-create-foot">
        {problems.map((problem, index) => (
          <ProblemCallout key={index} problem={problem} trans={trans} />
        ))}
        <div className="jp-smext-modal-foot">
          {why !== null && <span className="jp-smext-muted">{why}</span>}
          <button
            type="submit"
            form={formId}
            className="jp-smext-btn jp-mod-accept jp-mod-large"
            aria-disabled={sending || why !== null || undefined}
            title={why ?? undefined}
          >
            {sending ? trans.__('Sending…') : trans.__('Create')}
          </button>
        </div>
      </div>
    </div>
  );
}

function keyOf(
  { connection, region }: IPlace,
  { clone, changes }: ICreateTarget,
  { form, layout }: ILoaded
): string {
  return JSON.stringify([
    connection,
    region,
    layout?.id ?? form.operation,
    ...(clone ? [clone.kind, clone.id] : []),
    ...(changes ? [changes] : [])
  ]);
}

function nameOf(id: string): string {
  return decodeURIComponent(id.slice(id.lastIndexOf(',') + 1));
}
