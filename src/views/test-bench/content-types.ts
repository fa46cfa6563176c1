/**
 * How an input of a content type is given: drawn, heard, typed, or only sent.
 */
export type Input = 'image' | 'audio' | 'text' | 'file';

export const CSV = 'text/csv';
export const JSON_TYPE = 'application/json';
export const IMAGE = 'application/x-image';

/**
 * The content types to offer where nothing says what a model takes.
 */
export const COMMON: ReadonlyArray<string> = [
  JSON_TYPE,
  CSV,
  'text/plain',
  IMAGE,
  'image/jpeg',
  'image/png',
  'application/jsonlines',
  'text/libsvm',
  'audio/wav',
  'application/x-npy',
  'application/octet-stream'
];

/** The ends of file names that say more than the browser does. */
const BY_ENDING: { readonly [ending: string]: string } = {
  csv: CSV,
  flac: 'audio/flac',
  json: JSON_TYPE,
  jsonl: 'application/jsonlines',
  libsvm: 'text/libsvm',
  mp3: 'audio/mpeg',
  npy: 'application/x-npy',
  ogg: 'audio/ogg',
  svm: 'text/libsvm',
  txt: 'text/plain',
  wav: 'audio/wav'
};

/**
 * A media type without its parameters: `application/json` of `application/json;verbose`.
 */
export function bare(type: string): string {
  return type.split(';')[0].trim().toLowerCase();
}

/**
 * How an input of this content type is given.
 */
export function inputOf(type: string): Input {
  const name = bare(type);
  if (name === IMAGE || name.startsWith('image/')) {
    return 'image';
  }
  if (name === 'application/x-audio' || name.startsWith('audio/')) {
    return 'audio';
  }
  return isText(name) ? 'text' : 'file';
}

/**
 * Whether an answer of this media type can be read as text.
 */
export function isText(type: string): boolean {
  const name = bare(type);
  return (
    name.startsWith('text/') ||
    isJson(name) ||
    ['application/x-text', 'application/list-text', 'application/xml'].includes(
      name
    ) ||
    isLines(name)
  );
}

export function isJson(type: string): boolean {
  const name = bare(type);
  return name === JSON_TYPE || name.endsWith('+json');
}

/**
 * Whether it is one JSON value a line.
 */
export function isLines(type: string): boolean {
  return [
    'application/jsonlines',
    'application/x-jsonlines',
    'application/x-ndjson'
  ].includes(bare(type));
}

/**
 * The content type under which to send a file: the chosen one where it suits, else the one of
 * `taken` that does, else what the file is.
 */
export function typeOfFile(
  file: { readonly name: string; readonly type: string },
  chosen: string,
  taken: ReadonlyArray<string>
): string {
  const ending = file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase();
  const own = BY_ENDING[ending] ?? bare(file.type);
  if (!own) {
    return chosen;
  }
  const input = inputOf(own);
  const suits = (type: string) =>
    input === 'text' ? bare(type) === own : inputOf(type) === input;
  if (suits(chosen)) {
    return chosen;
  }
  return (
    taken.find(type => bare(type) === own) ??
    taken.find(suits) ??
    (input === 'image' ? IMAGE : own)
  );
}
