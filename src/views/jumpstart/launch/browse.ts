import { FileBrowser } from '@jupyterlab/filebrowser';
import { TranslationBundle } from '@jupyterlab/translation';

/**
 * Let a folder below Jupyter's root be chosen; its path, null when none was.
 */
export type Browse = () => Promise<string | null>;

/**
 * Let it be chosen in JupyterLab's own dialog, which begins where the file browser is.
 */
export async function browseFolder(
  { model }: FileBrowser,
  trans: TranslationBundle
): Promise<string | null> {
  const { FileDialog } = await import('@jupyterlab/filebrowser');
  const { button, value } = await FileDialog.getExistingDirectory({
    manager: model.manager,
    title: trans.__('The folder with the data'),
    label: trans.__(
      'All that lies in it is uploaded, but for hidden files and links'
    ),
    defaultPath: model.path
  });
  const [chosen] = value ?? [];
  return button.accept && chosen
    ? model.manager.services.contents.localPath(chosen.path)
    : null;
}
