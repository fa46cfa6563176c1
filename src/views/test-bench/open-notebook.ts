import { Contents, ServiceManager } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';

import { toBase64 } from './base64';
import { IRequest } from './bench';
import { cellsOf, isInline, IWhere } from './notebook';

/**
 * Make a notebook with the code of a request, its input in a file beside it where it is no text,
 * and open it.
 *
 * Throws what the server says of files that it does not save.
 */
export async function openAsNotebook(
  where: IWhere,
  request: IRequest,
  title: string,
  services: ServiceManager.IManager,
  commands: CommandRegistry
): Promise<void> {
  const { contents } = services;
  let file: string | null = null;
  if (!isInline(request)) {
    const name = request.name ?? 'input';
    const { path } = await contents.newUntitled({
      type: 'file',
      ext: /\.\w{1,8}$/.exec(name)?.[0] ?? '.bin'
    });
    file = await named(contents, path, name);
    await contents.save(file, {
      type: 'file',
      format: 'base64',
      content: toBase64(request.bytes)
    });
  }
  const made = await contents.newUntitled({ type: 'notebook' });
  const path = await named(contents, made.path, `${where.endpoint}.ipynb`);
  await contents.save(path, {
    type: 'notebook',
    format: 'json',
    content: notebook(title, cellsOf(where, request, file), services)
  });
  await commands.execute('docmanager:open', { path, factory: 'Notebook' });
}

/** Give a new file a name of its own, or leave it the one it has where that is taken. */
async function named(
  contents: Contents.IManager,
  path: string,
  wanted: string
): Promise<string> {
  // A name is no path.
  const name = wanted.replace(/[/\\:]/g, '-');
  try {
    return (await contents.rename(path, name)).path;
  } catch {
    return path;
  }
}

function notebook(
  title: string,
  cells: string[],
  services: ServiceManager.IManager
): object {
  const specs = services.kernelspecs.specs;
  const all = Object.values(specs?.kernelspecs ?? {});
  const python = all.filter(one => one?.language === 'python');
  const spec = python.find(one => one?.name === specs?.default) ?? python[0];
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: spec
      ? {
          kernelspec: {
            name: spec.name,
            display_name: spec.display_name,
            language: spec.language
          }
        }
      : {},
    cells: [
      { cell_type: 'markdown', id: 'title', metadata: {}, source: title },
      ...cells.map((source, index) => ({
        cell_type: 'code',
        id: `code-${index}`,
        metadata: {},
        execution_count: null,
        outputs: [],
        source
      }))
    ]
  };
}
