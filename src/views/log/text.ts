import { IQuery } from './search';

/** Characters of a line that are drawn: more than fit side by side on any screen. */
const DRAWN = 600;

/** A match further right than this is brought to the left. */
const FAR = 120;
const BEFORE = 40;

/** What is for terminals, what cannot be seen, and what turns the direction of the text. */
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /\u001b\[[0-?]*[ -/]*[@-~]|[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * A text without what is for terminals; other characters that would be seen only by what they do
 * to their surroundings stand as their names.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, found => {
    if (found.length > 1) {
      return '';
    }
    const code = found.charCodeAt(0);
    return code < 32
      ? String.fromCharCode(0x2400 + code)
      : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/**
 * The part of a line that is drawn, cut into pieces: those with odd numbers match. A pattern is
 * never run in the page, where nothing would end it: the line that it found is one piece.
 */
export function pieces(
  text: string,
  query: IQuery | null,
  matches: boolean
): string[] {
  let shown = visible(text);
  if (query?.regex) {
    shown = cut(shown, 0);
    return matches ? ['', shown] : [shown];
  }
  if (!query || !query.text) {
    return [cut(shown, 0)];
  }
  const fold = (one: string) => (query.match_case ? one : one.toLowerCase());
  const wanted = fold(query.text);
  const first = fold(shown).indexOf(wanted);
  shown = cut(shown, first > FAR ? first - BEFORE : 0);
  const folded = fold(shown);
  if (folded.length !== shown.length) {
    // Some letters are longer in lower case, and nothing is where it was.
    return [shown];
  }
  const found: string[] = [];
  let at = 0;
  for (;;) {
    const next = folded.indexOf(wanted, at);
    if (next < 0) {
      return [...found, shown.slice(at)];
    }
    found.push(shown.slice(at, next), shown.slice(next, next + wanted.length));
    at = next + wanted.length;
  }
}

function cut(text: string, from: number): string {
  const part = text.slice(from, from + DRAWN);
  return `${from ? '…' : ''}${part}${text.length > from + DRAWN ? '…' : ''}`;
}
