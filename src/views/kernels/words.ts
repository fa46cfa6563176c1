import { TranslationBundle } from '@jupyterlab/translation';

import { IRemoteKernel, IRemoteServer, Tone } from '../../protocol';
import { isOrphan } from '../../store';

/**
 * What a kernel is called: by its notebook, else by its own name and the start of its id.
 */
export function kernelName(kernel: IRemoteKernel): string {
  return kernel.path ?? `${kernel.name} (${kernel.id.slice(0, 8)})`;
}

/**
 * The tone of a kernel: what nobody uses is idle, even if it is ready.
 */
export function kernelTone(kernel: IRemoteKernel): Tone {
  if (kernel.state === 'busy') {
    return 'busy';
  }
  if (kernel.state === 'dead') {
    return 'bad';
  }
  return isOrphan(kernel) ? 'idle' : 'ok';
}

/**
 * Who uses a kernel.
 */
export function usedBy(
  kernel: IRemoteKernel,
  trans: TranslationBundle
): string {
  if (kernel.session_id !== null) {
    return trans.__('a notebook here');
  }
  return kernel.connections
    ? trans._n(
        '%1 client elsewhere',
        '%1 clients elsewhere',
        kernel.connections
      )
    : trans.__('nobody');
}

/**
 * What an instance is, in Studio's words.
 */
export function serverKind(
  server: IRemoteServer,
  trans: TranslationBundle
): string {
  return server.at.kind === 'space'
    ? trans.__('Studio space')
    : trans.__('Notebook instance');
}
