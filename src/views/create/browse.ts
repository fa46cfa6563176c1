import { FileBrowser } from '@jupyterlab/filebrowser';
import { TranslationBundle } from '@jupyterlab/translation';

/**
 * Let a script, or the folder that one is in, be chosen in JupyterLab's own dialog; its path below
 * Jupyter's root, null when none was.
 */
export async function browseSource(
  { model }: FileBrowser,
  what: 'script' | 'folder',
  trans: TranslationBundle
): Promise<string | null> {
  const { FileDialog } = await import('@jupyterlab/filebrowser');
  const { manager, path: defaultPath } = model;
  const { button, value } = await (what === 'folder'
    ? FileDialog.getExistingDirectory({
        manager,
        defaultPath,
        title: trans.__('The folder with the source')
      })
    : FileDialog.getOpenFiles({
        manager,
        defaultPath,
        title: trans.__('The script that is run'),
        filter: ({ type, name }) =>
          type === 'directory' || /\.(py|sh)$/.test(name) ? {} : null
      }));
  const [chosen] = value ?? [];
  return button.accept && chosen
    ? manager.services.contents.localPath(chosen.path)
    : null;
}
