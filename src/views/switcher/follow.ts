import { ISessionContext } from '@jupyterlab/apputils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { ServiceManager } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';

type Services = Pick<ServiceManager.IManager, 'kernelspecs' | 'sessions'>;

/**
 * Have a notebook's session take up the kernel that the server gave it, under the name that it has.
 *
 * #### Notes
 * The session manager hands each running session its new model, and a session whose kernel id
 * changed connects to that kernel and tells the notebook, which writes `metadata.kernelspec`. The
 * names of kernels are read first. `willMove` tells whether a switch is about to give the notebook
 * another kernel than the one it is called with: the name is then set right at that one's end, since
 * asking for the old kernel just after the move would end the new one.
 */
export async function followKernel(
  panel: Pick<NotebookPanel, 'sessionContext' | 'toolbar'>,
  services: Services,
  willMove: (kernel: string) => boolean
): Promise<void> {
  const { kernelspecs, sessions } = services;
  const context = panel.sessionContext;
  await kernelspecs.refreshSpecs();
  await sessions.refreshRunning();
  const kernel = context.session?.kernel;
  if (!kernel || context.isDisposed) {
    return;
  }
  const name =
    kernelspecs.specs?.kernelspecs[kernel.name]?.display_name ?? kernel.name;
  if (context.kernelDisplayName !== name && !willMove(kernel.id)) {
    // JupyterLab goes on showing the kernel that was last picked by hand, until another one is.
    await context.changeKernel({ id: kernel.id, name: kernel.name });
  }
  redraw(panel.toolbar.children());
}

/**
 * Whether JupyterLab has no name for a notebook's kernel: it read its kernelspecs before that one
 * was written.
 */
export function isNameless(
  context: Pick<ISessionContext, 'session'>,
  services: Pick<Services, 'kernelspecs'>
): boolean {
  const name = context.session?.kernel?.name;
  const { specs } = services.kernelspecs;
  return !!name && specs !== null && !(name in specs.kernelspecs);
}

/** JupyterLab draws a kernel's name when the kernel changes, and not when its name is read. */
function redraw(items: Iterable<Widget>): void {
  for (const item of items) {
    item.update();
    if (isPopup(item)) {
      redraw(
        Array.from({ length: item.widgetCount() }, (_, at) => item.widgetAt(at))
      );
    }
  }
}

/** What a toolbar has no room for hangs on its last button. */
function isPopup(item: Widget): item is Widget & IPopup {
  return 'widgetAt' in item && 'widgetCount' in item;
}

interface IPopup {
  widgetAt(index: number): Widget;
  widgetCount(): number;
}
