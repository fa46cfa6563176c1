import { IPlan } from '../../protocol';

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
export function asCommands(plan: IPlan): string {
  const { connection, region, steps } = plan;
  const profile = connection.startsWith('profile:')
    ? ['--profile', quoted(connection.slice('profile:'.length))]
    : [];
  return [
    ...(connection === 'local' ? ['eval "$(jupyter smext local env)"'] : []),
    ...steps.map(({ operation, parameters }) =>
      [
        'aws sagemaker',
        cliName(operation),
        ...Object.entries(parameters).flatMap(([name, value]) => [
          `--${cliName(name)}`,
          quoted(String(value))
        ]),
        '--region',
        quoted(region),
        ...profile
      ].join(' ')
    ),
    ''
  ].join('\n');
}
