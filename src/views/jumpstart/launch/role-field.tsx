import * as React from 'react';

import { whyNothing } from '../../../store';
import { IModelId, ISmext } from '../../../tokens';
import { createRole } from '../../create/new-role';
import { SelectField, TextField } from './field';
import { IStart } from './start';

/** Stands for a role that is not in the list. */
const OTHER = '';

/**
 * The role that it runs as: one of the account's, one by its ARN, or a new one.
 */
export function RoleField(props: {
  value: string;
  help: string;
  wrong?: string;
  id: IModelId;
  start: IStart;
  smext: ISmext;
  onChange: (role: string) => void;
}): React.ReactElement {
  const { value, help, wrong, id, start, smext, onChange } = props;
  const { store, trans } = smext;
  const { roles } = start;
  const [typed, setTyped] = React.useState(
    value !== '' && !roles.includes(value)
  );
  const why = whyNothing(store.connectionOf(id.connection), null, trans);
  const create = () =>
    void createRole(smext, id).then(role => {
      if (role !== null) {
        start.addRole(role);
        setTyped(false);
        onChange(role);
      }
    });
  const button = (
    <button
      type="button"
      className="jp-smext-btn"
      aria-disabled={why !== null || undefined}
      title={why ?? undefined}
      onClick={why === null ? create : undefined}
    >
      {trans.__('Create role…')}
    </button>
  );
  if (!roles.length) {
    return (
      <TextField
        label={trans.__('Role')}
        placeholder={trans.__('arn:aws:iam::…')}
        help={start.roleHelp || help}
        value={value}
        wrong={wrong}
        onChange={onChange}
      >
        {button}
      </TextField>
    );
  }
  const isOther = typed || (value !== '' && !roles.includes(value));
  return (
    <>
      <SelectField
        label={trans.__('Role')}
        help={help}
        value={isOther ? OTHER : value}
        wrong={isOther ? undefined : wrong}
        options={[
          ...roles.map(role => [role, roleName(role)] as const),
          [OTHER, trans.__('Another one, by its ARN')]
        ]}
        onChange={role => {
          setTyped(role === OTHER);
          onChange(role);
        }}
      >
        {button}
      </SelectField>
      {isOther && (
        <TextField
          label={trans.__('ARN of the role')}
          placeholder={trans.__('arn:aws:iam::…')}
          value={value}
          wrong={wrong}
          onChange={role => {
            setTyped(true);
            onChange(role);
          }}
        />
      )}
    </>
  );
}

/** What an ARN ends with: paths before it are the console's own. */
function roleName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
