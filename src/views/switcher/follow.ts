import { ISessionContext } from '@jupyterlab/apputils';
import { ServiceManager } from '@jupyterlab/services';

/**
 * Have a notebook's session take up the kernel that the server gave it.
 *
 * #### Notes
 * The session manager hands each running session its new model, and a session whose kernel id
 * changed connects to that kernel and tells the notebook, which writes `metadata.kernelspec`. The
 * names of kernels are read first: nothing draws them anew later.
 */
export async function followKernel(
  context: ISessionContext,
  services: Pick<ServiceManager.IManager, 'kernelspecs' | 'sessions'>
): Promise<void> {
  const { kernelspecs, sessions } = services;
  await kernelspecs.refreshSpecs();
  await sessions.refreshRunning();
  const kernel = context.session?.kernel;
  if (!kernel || context.isDisposed) {
    return;
  }
  const name =
    kernelspecs.specs?.kernelspecs[kernel.name]?.display_name ?? kernel.name;
  if (context.kernelDisplayName !== name) {
    // JupyterLab goes on showing the kernel that was last picked by hand, until another one is.
    await context.changeKernel({ id: kernel.id, name: kernel.name });
  }
}
