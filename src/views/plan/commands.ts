import { IPlan, IStep } from '../../protocol';

/**
 * The parameters of an operation that name its resource, in the order of a row id's values.
 */
export type IdentityMembers = (step: IStep) => ReadonlyArray<string>;

/**
 * `StopNotebookInstance` → `stop-notebook-instance`, as the AWS CLI spells it.
 */
export function cliName(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/**
 * A word as a POSIX shell reads it back unchanged.
 */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replace(/'/g, `'\\''`)}'`;
}

/**
 * The plan as lines for a terminal with the AWS CLI, in the order of running.
 */
export function asCommands(plan: IPlan, members: IdentityMembers): string {
  const [scheme, profile] = plan.connection.split(/:(.*)/s);
  const where = [
    '--region',
    quoted(plan.region),
    ...(scheme === 'profile' ? ['--profile', quoted(profile)] : [])
  ].join(' ');
  const lines = plan.steps.map(step => {
    const values = step.id.split(',').map(decodeURIComponent);
    const names = members(step);
    const identity = values.flatMap((value, index) =>
      value === '' || names[index] === undefined
        ? []
        : [`--${cliName(names[index])}`, quoted(value)]
    );
    return ['aws sagemaker', cliName(step.operation), ...identity, where].join(
      ' '
    );
  });
  return [
    ...(scheme === 'local' ? ['eval "$(jupyter smext local env)"'] : []),
    ...lines,
    ''
  ].join('\n');
}
