import { TranslationBundle } from '@jupyterlab/translation';

/**
 * Tags as they are typed, one in a line; `wrong` is told of what is none.
 */
export function readTags(
  text: string,
  wrong: { [field: string]: string },
  trans: TranslationBundle
): { [key: string]: string } {
  const tags: { [key: string]: string } = {};
  for (const line of text.split('\n').filter(one => one.trim())) {
    const at = line.indexOf('=');
    if (at < 1) {
      wrong.tags = trans.__('Each line is a key, =, and a value');
    } else {
      tags[line.slice(0, at).trim()] = line.slice(at + 1).trim();
    }
  }
  return tags;
}
