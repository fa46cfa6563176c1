import { IRouter, JupyterFrontEnd } from '@jupyterlab/application';

/**
 * Have addresses with a query parameter of ours lead somewhere, once JupyterLab is there as it was
 * left.
 */
export function followAddress(
  app: JupyterFrontEnd,
  router: IRouter | null,
  options: {
    /** The parameter's name: `smext-…`. */
    readonly query: string;
    readonly label: string;
    /** Told the whole query, as the address has it. */
    open(search: string): unknown;
  }
): void {
  const { query, label, open } = options;
  if (!router) {
    return;
  }
  const command = query.replace('-', ':route-');
  app.commands.addCommand(command, {
    label,
    describedBy: {
      args: {
        type: 'object',
        properties: { search: { type: 'string' } },
        required: ['search']
      }
    },
    execute: async args => {
      await app.restored;
      await open((args as unknown as Location).search);
    }
  });
  router.register({ command, pattern: new RegExp(`[?&]${query}(=|&|$)`) });
}
