import { execFileSync } from 'child_process';

/** One fault of the engine: on which operation, or noun and status (`*`: all), what, and how often. */
export interface IFault {
  operation?: string;
  noun?: string;
  kind:
    | 'denied'
    | 'error500'
    | 'expired'
    | 'hang'
    | 'latency'
    | 'nonjson'
    | 'reset'
    | 'throttle'
    | 'truncated';
  seconds?: number;
  status?: string;
  times?: number;
}

/**
 * The engine of the test's own home, by its own command line.
 */
export function engine(...args: string[]): string {
  return execFileSync('python', ['-m', 'jupyter_smext.local', ...args], {
    cwd: `${__dirname}/../..`,
    encoding: 'utf8'
  });
}

/**
 * The engine with nothing in it, and its fault switches.
 */
export function emptyEngine(): void {
  engine('reset', '--yes');
  engine('start', '--faults');
}

/** What points the AWS CLI at the engine. */
function environment(): { [name: string]: string } {
  return JSON.parse(engine('env', '--json'));
}

/**
 * The AWS CLI, as someone else on this machine would use it; its answer.
 */
export function aws(...args: string[]): unknown {
  const output = execFileSync(
    'aws',
    ['sagemaker', ...args, '--output', 'json'],
    { encoding: 'utf8', env: { ...process.env, ...environment() } }
  );
  return output.trim() ? JSON.parse(output) : null;
}

/**
 * Have the engine answer wrongly; none to have it answer rightly again.
 */
export async function faults(...wanted: IFault[]): Promise<void> {
  const url = Object.values(environment()).find(value =>
    value.startsWith('http')
  );
  const response = await fetch(`${url}/_engine/faults`, {
    method: 'POST',
    body: JSON.stringify(wanted)
  });
  if (!response.ok) {
    throw new Error(`The engine refused: ${await response.text()}`);
  }
}
