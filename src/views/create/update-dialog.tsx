import * as React from 'react';

import { problemOf } from '../../api';
import { FormRoutes } from '../../api/forms';
import { ResourceRoutes } from '../../api/resources';
import { IProblem } from '../../protocol';
import { IResourceId, ISmext } from '../../tokens';
import { useAnswer } from '../answer';
import { FormFoot, ModalHead } from '../modal/frame';
import { ProblemCallout } from '../modal/problem';
import { IFieldContext } from './context';
import { ParametersForm } from './form';
import { useInstanceTypes } from './instance-type';
import { changed, Parameters } from './parameters';

const FORM_ID = 'jp-smext-create-form';

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
  const [attempt, setAttempt] = React.useState(0);
  const read = useAnswer(String(attempt), async () => {
    const [form, { default: validator }] = await Promise.all([
      api.of(FormRoutes).form(connection, region, operation, kind, id),
      import('@rjsf/validator-ajv8')
    ]);
    return { form, validator };
  });
  const form = read.value?.form;
  const typesOf = useInstanceTypes(api, connection, region);
  const context = React.useMemo<IFieldContext | null>(
    () =>
      form
        ? { smext, place: { connection, region }, form, typesOf, filter: '' }
        : null,
    [form]
  );
  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [sending, setSending] = React.useState(false);
  const send = async (parameters: Parameters) => {
    if (!form || sending) {
      return;
    }
    setSending(true);
    setProblem(null);
    try {
      const difference = changed(form, parameters);
      await api
        .of(ResourceRoutes)
        .act(connection, region, kind, id, operation, difference);
      onClose(true);
    } catch (error) {
      setProblem(problemOf(error));
      setSending(false);
    }
  };
  const name = decodeURIComponent(id.slice(id.lastIndexOf(',') + 1));
  const said = problem ?? read.problem;
  return (
    <>
      <ModalHead
        titleId={titleId}
        title={form?.title ?? trans.__('%1 %2', verb?.label ?? operation, name)}
        trans={trans}
        onClose={() => onClose(false)}
      />
      <div className="jp-smext-modal-body">
        {!form && !said && (
          <p role="status" className="jp-smext-modal-wait">
            {trans.__('Reading what AWS asks for…')}
          </p>
        )}
        {read.value && context && (
          <ParametersForm
            key={read.value.form.operation}
            id={FORM_ID}
            context={context}
            validator={read.value.validator}
            onSubmit={parameters => void send(parameters)}
          />
        )}
      </div>
      {said && (
        <ProblemCallout
          problem={said}
          trans={trans}
          onAgain={form ? undefined : () => setAttempt(attempt + 1)}
        />
      )}
      <FormFoot
        formId={FORM_ID}
        action={trans.__('Apply')}
        ready={form !== undefined}
        sending={sending}
        trans={trans}
        onCancel={() => onClose(false)}
      />
    </>
  );
}
