import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemOf } from '../../../api';
import { SolutionRoutes } from '../../../api/solutions';
import { useStore } from '../../../hooks';
import {
  IProblem,
  ISolutionLaunch,
  ISolutionPage,
  ITemplateParameter
} from '../../../protocol';
import { whyNothing } from '../../../store';
import { ISmext, ISolutionId } from '../../../tokens';
import { useAnswer } from '../../answer';
import { ProblemCallout } from '../../modal/problem';
import { useRequestKey } from '../../task/request-key';
import { IWrong } from '../launch/entries';
import {
  CheckField,
  LinesField,
  SegmentField,
  SelectField,
  TextField
} from '../launch/field';
import { readRoles } from '../launch/roles';
import {
  aboutParameter,
  firstChoices,
  freshStack,
  groupsOf,
  ISolutionChoices,
  readChoices,
  valueOf
} from './choices';

/**
 * Launch a solution: a form of its template's parameters.
 */
export function SolutionForm(props: {
  page: ISolutionPage;
  id: ISolutionId;
  smext: ISmext;
  onBegun: (launch: ISolutionLaunch) => void;
}): React.ReactElement {
  const { page, id, smext, onBegun } = props;
  const { api, store, trans } = smext;
  useStore(store);
  const heading = React.useId();
  const whyId = React.useId();
  const [choices, setChoices] = React.useState(() => firstChoices(page));
  const [tried, setTried] = React.useState(false);
  const [sending, setSending] = React.useState(false);
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const requestKey = useRequestKey();
  const roles = useAnswer(
    choices.as === 'role' ? JSON.stringify([id.connection, id.region]) : null,
    () => readRoles(api, id)
  );

  const { request, wrong } = readChoices(choices, page, id, trans);
  const why = whyNothing(store.connectionOf(id.connection), null, trans);
  const change = (change: Partial<ISolutionChoices>) =>
    setChoices(before => ({ ...before, ...change }));
  const shown: IWrong = tried ? wrong : {};

  const send = async () => {
    setTried(true);
    if (Object.keys(wrong).length || why !== null || sending) {
      return;
    }
    setSending(true);
    setProblem(null);
    try {
      const key = requestKey.of(request);
      onBegun(await api.of(SolutionRoutes).launchSolution({ ...request, key }));
      requestKey.renew();
      setTried(false);
      change({
        stack: freshStack(page, request.stack),
        values: withoutHidden(page, choices)
      });
    } catch (error) {
      setProblem(problemOf(error));
    }
    setSending(false);
  };

  return (
    <form
      className="jp-smext-form jp-smext-launch"
      aria-labelledby={heading}
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void send();
      }}
    >
      <h2 className="jp-smext-h2" id={heading}>
        {trans.__('Launch')}
      </h2>
      <TextField
        label={trans.__('Stack name')}
        value={choices.stack}
        wrong={wrong.stack}
        onChange={stack => change({ stack })}
      />
      {groupsOf(page.parameters).map(([group, parameters]) => (
        <ParameterGroup
          key={group}
          title={group}
          parameters={parameters}
          values={choices.values}
          wrong={wrong}
          tried={tried}
          trans={trans}
          onChange={values => change({ values })}
        />
      ))}
      <SegmentField
        label={trans.__('CloudFormation works with')}
        value={choices.as}
        options={[
          ['me', trans.__('Your own permissions')],
          ['role', trans.__('A role')]
        ]}
        onChange={as => change({ as })}
      />
      {choices.as === 'role' && (
        <TextField
          label={trans.__('Role')}
          placeholder={trans.__('arn:aws:iam::…:role/…')}
          help={
            roles.problem
              ? roles.problem.title
              : trans.__(
                  'CloudFormation must be allowed to assume it, and it makes and deletes the resources with it'
                )
          }
          offered={roles.value ?? []}
          value={choices.role}
          wrong={shown.role}
          onChange={role => change({ role })}
        />
      )}
      <details className="jp-smext-advanced">
        <summary>{trans.__('Tags, and what a failure leaves')}</summary>
        <div className="jp-smext-form">
          <LinesField
            label={trans.__('Tags')}
            placeholder={trans.__('key=value')}
            help={trans.__('One in a line')}
            value={choices.tags}
            wrong={wrong.tags}
            onChange={tags => change({ tags })}
          />
          <CheckField
            label={trans.__('Keep what was made when it fails')}
            help={trans.__('To look into; it is billed until it is deleted')}
            checked={choices.keep_failed}
            onChange={keep_failed => change({ keep_failed })}
          />
        </div>
      </details>
      {page.capabilities.length > 0 && (
        <CheckField
          label={trans.__(
            'I acknowledge that it may do this: %1',
            page.capabilities.join(', ')
          )}
          help={page.capabilities_reason}
          checked={choices.acknowledged}
          wrong={shown.acknowledged}
          onChange={acknowledged => change({ acknowledged })}
        />
      )}
      {problem && <ProblemCallout problem={problem} trans={trans} />}
      <div className="jp-smext-launch-buttons">
        <button
          type="submit"
          className="jp-smext-btn jp-mod-accept jp-mod-large"
          aria-disabled={why !== null || sending || undefined}
          aria-describedby={why === null ? undefined : whyId}
        >
          {sending ? trans.__('Sending…') : trans.__('Launch')}
        </button>
        {why !== null && (
          <span id={whyId} className="jp-smext-muted jp-smext-small">
            {why}
          </span>
        )}
        {why === null && tried && Object.keys(wrong).length > 0 && (
          <span role="alert" className="jp-smext-muted jp-smext-small">
            {trans.__('Something above is not right yet')}
          </span>
        )}
      </div>
    </form>
  );
}

/** The parameters of one group of the template. */
function ParameterGroup(props: {
  title: string;
  parameters: ReadonlyArray<ITemplateParameter>;
  values: ISolutionChoices['values'];
  wrong: IWrong;
  tried: boolean;
  trans: TranslationBundle;
  onChange: (values: ISolutionChoices['values']) => void;
}): React.ReactElement {
  const { title, parameters, values, wrong, tried, trans } = props;
  const fields = parameters.map(parameter => {
    const { name, label, allowed, hidden, type } = parameter;
    const field = {
      label,
      help: aboutParameter(parameter, trans),
      value: valueOf(parameter, values),
      // What nobody has typed into is not wrong before it is sent.
      wrong: tried || name in values ? wrong[`parameter ${name}`] : undefined,
      onChange: (value: string) => props.onChange({ ...values, [name]: value })
    };
    return allowed.length ? (
      <SelectField
        key={name}
        {...field}
        options={allowed.map(one => [one, one] as const)}
      />
    ) : (
      <TextField
        key={name}
        {...field}
        numeric={type === 'Number'}
        secret={hidden}
      />
    );
  });
  return title ? (
    <fieldset className="jp-smext-fieldset jp-smext-solution-group">
      <legend>{title}</legend>
      <div className="jp-smext-form">{fields}</div>
    </fieldset>
  ) : (
    <>{fields}</>
  );
}

/** What was typed, but for what is not kept. */
function withoutHidden(
  { parameters }: ISolutionPage,
  { values }: ISolutionChoices
): ISolutionChoices['values'] {
  const hidden = parameters.filter(one => one.hidden).map(({ name }) => name);
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => !hidden.includes(name))
  );
}
