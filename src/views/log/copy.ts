import { TranslationBundle } from '@jupyterlab/translation';

import { problemOf } from '../../api';
import { copyText } from '../../components/problem';
import { ILogCursor } from './cursor';
import { LogModel } from './model';
import { PAGE } from './pages';

/** Lines that are copied at once. */
const COPIED = 10_000;

/**
 * Copy the lines that are chosen, one at least.
 */
export function copyChosen(
  model: LogModel,
  cursor: ILogCursor,
  trans: TranslationBundle
): void {
  const { current, from, chosen } = cursor;
  const first = Math.min(current!, from ?? current!);
  void textOf(model, first, Math.min(chosen, COPIED)).then(
    text =>
      copyText(
        text,
        chosen > COPIED
          ? trans.__('The first %1 lines copied', COPIED.toLocaleString())
          : trans._n('%1 line copied', '%1 lines copied', chosen)
      ),
    (error: unknown) => cursor.say(problemOf(error).title)
  );
}

/** The text of lines, whole where they are not cut. Throws ApiError. */
async function textOf(
  model: LogModel,
  first: number,
  count: number
): Promise<string> {
  const texts: string[] = [];
  while (texts.length < count) {
    const at = first + texts.length;
    const more = await model.read(at, Math.min(PAGE, count - texts.length));
    if (!more.length) {
      break;
    }
    texts.push(...more.map(({ text }) => text));
  }
  return texts.join('\n');
}
