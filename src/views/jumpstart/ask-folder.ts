import { InputDialog } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';

/**
 * Ask into which folder, by Jupyter's path, a notebook is copied before it is opened; null: none.
 */
export async function askFolder(
  label: string,
  usual: string,
  trans: TranslationBundle
): Promise<string | null> {
  const { value } = await InputDialog.getText({
    title: trans.__('Open notebook'),
    label,
    text: usual,
    okLabel: trans.__('Copy and open')
  });
  return value?.trim() || null;
}
