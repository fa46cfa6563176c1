import { InputDialog, Notification } from '@jupyterlab/apputils';

import { problemOf } from '../../../api';
import { JumpStartRoutes } from '../../../api/jumpstart';
import { showProblem } from '../../../components/problem';
import { IModelNotebook, INotebookCopyRequest } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { askFolder } from '../ask-folder';

/**
 * Copy a notebook into a folder that is asked for, and open it.
 */
export async function openNotebook(
  smext: ISmext,
  notebook: Omit<INotebookCopyRequest, 'folder'>,
  openFile: (path: string) => void
): Promise<void> {
  const { api, trans } = smext;
  const folder = await askFolder(
    trans.__(
      'The notebook is copied into this folder. One that is there already stays as it is.'
    ),
    notebook.id,
    trans
  );
  if (folder === null) {
    return;
  }
  try {
    const copy = await api
      .of(JumpStartRoutes)
      .copyNotebook({ ...notebook, folder });
    if (copy.kept) {
      Notification.info(
        trans.__('Already there, and opened as it is: %1', copy.notebook),
        { autoClose: 8000 }
      );
    }
    if (copy.needs.length) {
      Notification.warning(
        trans.__(
          'It wants files beside it that were not copied: %1',
          copy.needs.join(', ')
        ),
        { autoClose: false }
      );
    }
    openFile(copy.notebook);
  } catch (error) {
    await showProblem(problemOf(error), trans);
  }
}

/**
 * Open one of a model's notebooks: which one is asked for where it has several.
 */
export async function openNotebookOf(
  smext: ISmext,
  model: Omit<INotebookCopyRequest, 'folder' | 'location'>,
  notebooks: ReadonlyArray<IModelNotebook>,
  openFile: (path: string) => void
): Promise<void> {
  const { trans } = smext;
  let chosen: string | null = notebooks[0].title;
  if (notebooks.length > 1) {
    const { value } = await InputDialog.getItem({
      title: trans.__('Open notebook'),
      label: trans.__('Which of the notebooks of %1?', model.id),
      items: notebooks.map(({ title }) => title),
      okLabel: trans.__('Choose')
    });
    chosen = value;
  }
  const found = notebooks.find(({ title }) => title === chosen);
  if (found) {
    const { location } = found;
    await openNotebook(smext, { ...model, location }, openFile);
  }
}
