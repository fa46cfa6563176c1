import { Clipboard } from '@jupyterlab/apputils';
import * as React from 'react';

import { ApiError } from '../../api';
import { LinkButton } from '../../components/button';
import { ISmext } from '../../tokens';
import { IObjectSchema } from '../create/parameters';
import { asCommands } from './commands';
import { PlanSession } from './session';

/**
 * Copies the plan as AWS CLI lines, for those who would rather run it themselves.
 */
export function CopyCommands(props: {
  session: PlanSession;
  smext: ISmext;
}): React.ReactElement {
  const { session, smext } = props;
  const { trans } = smext;
  const [said, say] = React.useState('');
  const copy = async () => {
    try {
      Clipboard.copyToSystem(await commandsOf(session, smext));
      say(trans.__('Copied'));
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      say(error.problem.title);
    }
  };
  return (
    <span className="jp-smext-modal-aside">
      <LinkButton
        label={trans.__('Copy as commands')}
        onClick={() => void copy()}
      />{' '}
      <span role="status" className="jp-smext-muted">
        {said}
      </span>
    </span>
  );
}

/**
 * The parameters that name a resource come from AWS's own shape of the operation.
 */
async function commandsOf(
  session: PlanSession,
  smext: ISmext
): Promise<string> {
  const members = new Map<string, ReadonlyArray<string>>();
  for (const plan of session.plans) {
    for (const { operation, id } of plan.steps) {
      if (!members.has(operation)) {
        const form = await smext.api.form(
          plan.connection,
          plan.region,
          operation
        );
        const { properties, required } = form.schema as IObjectSchema;
        const values = id.split(',').length;
        members.set(
          operation,
          required && required.length >= values
            ? required
            : Object.keys(properties)
        );
      }
    }
  }
  return session.plans
    .map(plan => asCommands(plan, step => members.get(step.operation) ?? []))
    .join('\n');
}
