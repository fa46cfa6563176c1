import { TranslationBundle } from '@jupyterlab/translation';

import { IJumpStartNotebook } from '../../../protocol';
import { originLabel } from '../catalogue/facets';
import { searchText } from '../search';

/**
 * What a notebook is called in the list: a model's own says of which model it is.
 */
export function titleOf(
  notebook: IJumpStartNotebook,
  trans: TranslationBundle
): string {
  const { model, title } = notebook;
  return model === null ? title : trans.__('%1: %2', model, title);
}

/**
 * A name for a row that no other one has.
 */
export function keyOf(notebook: IJumpStartNotebook): string {
  const { hub, id, version, location } = notebook;
  return [hub ?? '', id, version, location ?? ''].join('\n');
}

/**
 * The text that a notebook is found by.
 */
export function textOf(
  notebook: IJumpStartNotebook,
  trans: TranslationBundle
): string {
  return searchText([
    titleOf(notebook, trans),
    notebook.description,
    notebook.task,
    notebook.id,
    originLabel(notebook.origin, trans),
    notebook.hub,
    ...notebook.keywords
  ]);
}
