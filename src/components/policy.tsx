import { Notification } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Api, ApiError } from '../api';
import { IamRoutes } from '../api/iam';
import { IPolicy } from '../protocol';
import { LinkButton } from './button';
import { copyText, showProblem } from './problem';

/** Where *Copy IAM policy* of what is below reads the policies. */
export const PolicySource = React.createContext<Api | null>(null);

/** Every policy, as the README has them. */
export const POLICIES: ReadonlyArray<IPolicy['name']> = [
  'panel',
  'resources',
  'solutions'
];

/**
 * What a policy is for.
 */
export function policyLabel(
  name: IPolicy['name'],
  trans: TranslationBundle
): string {
  switch (name) {
    case 'panel':
      return trans.__('the panel');
    case 'resources':
      return trans.__('resource tabs');
    case 'solutions':
      return trans.__('JumpStart’s solutions');
  }
}

/**
 * Copy one of the policies, and say which.
 */
export async function copyPolicy(
  api: Api,
  name: IPolicy['name'],
  trans: TranslationBundle
): Promise<void> {
  const found = await read(api, null, trans);
  const policy = found?.find(each => each.name === name);
  if (policy) {
    copy(policy, null, trans);
  }
}

/**
 * *Copy IAM policy* beside a missing permission: the policy that has it, or those to choose from.
 */
export function CopyPolicy(props: {
  permission: string;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { permission, trans } = props;
  const api = React.useContext(PolicySource);
  const [found, setFound] = React.useState<ReadonlyArray<IPolicy>>([]);
  if (!api) {
    return null;
  }
  const ask = async () => {
    const policies = await read(api, permission, trans);
    if (policies?.length === 1) {
      copy(policies[0], permission, trans);
    } else if (policies?.length) {
      setFound(policies);
    } else if (policies) {
      Notification.info(
        trans.__('None of the extension’s policies has %1', permission),
        { autoClose: 5000 }
      );
    }
  };
  return (
    <>
      <LinkButton
        label={trans.__('Copy IAM policy')}
        onClick={() => void ask()}
      />
      {found.length > 0 && (
        <span role="status">{trans.__('Several have it:')}</span>
      )}
      {found.map(policy => (
        <LinkButton
          key={policy.name}
          label={trans.__(
            'that of %1 (%2)',
            policyLabel(policy.name, trans),
            policy.statements.join(', ')
          )}
          onClick={() => copy(policy, permission, trans)}
        />
      ))}
    </>
  );
}

function copy(
  policy: IPolicy,
  permission: string | null,
  trans: TranslationBundle
): void {
  const of = policyLabel(policy.name, trans);
  copyText(
    JSON.stringify(policy.document, null, 2),
    permission === null
      ? trans.__('Copied the IAM policy of %1', of)
      : trans.__(
          'Copied the IAM policy of %1; %2 is in its statement %3',
          of,
          permission,
          policy.statements.join(', ')
        )
  );
}

/** The policies that have a permission; null when that could not be read, which is said. */
async function read(
  api: Api,
  permission: string | null,
  trans: TranslationBundle
): Promise<ReadonlyArray<IPolicy> | null> {
  try {
    return await api.of(IamRoutes).policies(permission);
  } catch (error) {
    if (!(error instanceof ApiError)) {
      throw error;
    }
    Notification.error(trans.__('The policy could not be read'), {
      autoClose: false
    });
    await showProblem(error.problem, trans);
    return null;
  }
}
