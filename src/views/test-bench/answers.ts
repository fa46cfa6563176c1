import { bare, isJson, isLines, isText } from './content-types';
import { isObject, isScalar, readCsv } from './csv';
import { IMask, ISegments, maskOf, segmentsOf } from './masks';

/**
 * A class and how probable it is.
 */
export interface IClass {
  /** Its number in the model. */
  readonly index: number;
  readonly label: string;
  readonly probability: number;
}

/**
 * Something found in an image: `box` is left, top, right, bottom; parts of the image where
 * `normalized`, else its pixels.
 */
export interface IFound {
  /** Its class's number in the model; null where it has only a name. */
  readonly index: number | null;
  readonly label: string;
  readonly score: number;
  /** Its number in the answer, from 1 on; that of its pixels in a mask. */
  readonly part: number;
  readonly box: readonly [number, number, number, number];
  readonly normalized: boolean;
}

/**
 * What an answer says, as far as its form is one that is known.
 */
export type Reading =
  | {
      readonly shape: 'classes';
      readonly classes: ReadonlyArray<IClass>;
      /** Whether the answer has the numbers of the classes in place of names. */
      readonly numbered: boolean;
    }
  | {
      readonly shape: 'objects';
      readonly objects: ReadonlyArray<IFound>;
      readonly numbered: boolean;
      /** The whole text, where the objects are its lines. */
      readonly text: string | null;
      /** Which pixels are whose: the numbers of objects from 1 on. */
      readonly mask: IMask | null;
    }
  | { readonly shape: 'segments'; readonly segments: ISegments }
  | {
      readonly shape: 'vectors';
      readonly vectors: ReadonlyArray<ReadonlyArray<number>>;
    }
  | { readonly shape: 'text'; readonly texts: ReadonlyArray<string> }
  | {
      readonly shape: 'table';
      readonly columns: ReadonlyArray<string>;
      readonly rows: ReadonlyArray<ReadonlyArray<string>>;
    }
  | { readonly shape: 'images'; readonly urls: ReadonlyArray<string> }
  | { readonly shape: 'audio'; readonly url: string }
  | { readonly shape: 'json'; readonly value: unknown }
  | { readonly shape: 'bytes' };

type Json = { readonly [key: string]: unknown };
type Rule = (value: Json) => Reading | null;

/** A list of numbers as long as this is a vector; a shorter one is a prediction for each row. */
const VECTOR = 32;

/**
 * Read an answer by its media type and by its form: JumpStart's, the built-in algorithms', Hugging
 * Face's and TensorFlow Serving's.
 *
 * #### Notes
 * `base64` is the body as the wire has it, for what the browser itself shows.
 */
export function readAnswer(
  body: Uint8Array,
  type: string,
  base64: string
): Reading {
  const name = bare(type);
  if (name.startsWith('image/')) {
    return { shape: 'images', urls: [`data:${name};base64,${base64}`] };
  }
  if (name.startsWith('audio/')) {
    return { shape: 'audio', url: `data:${name};base64,${base64}` };
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { shape: 'bytes' };
  }
  if (isLines(name)) {
    const values = lines(text);
    return values ? ofJson(values) : { shape: 'text', texts: [text] };
  }
  // Some containers call their JSON text.
  if (isJson(name) || /^\s*[[{]/.test(text)) {
    try {
      return ofJson(JSON.parse(text));
    } catch {
      return { shape: 'text', texts: [text] };
    }
  }
  if (name === 'text/csv') {
    return ofRows(readCsv(text));
  }
  return isText(name) || !name
    ? { shape: 'text', texts: [text] }
    : { shape: 'bytes' };
}

function lines(text: string): unknown[] | null {
  try {
    return text
      .split('\n')
      .filter(line => line.trim())
      .map(line => JSON.parse(line) as unknown);
  } catch {
    return null;
  }
}

function ofJson(value: unknown): Reading {
  if (typeof value === 'string') {
    return { shape: 'text', texts: [value] };
  }
  if (Array.isArray(value)) {
    return ofList(value) ?? { shape: 'json', value };
  }
  if (isObject(value)) {
    for (const rule of RULES) {
      const reading = rule(value);
      if (reading) {
        return reading;
      }
    }
  }
  return { shape: 'json', value };
}

/** `normalized_boxes`, `classes`, `scores`, `labels`: JumpStart's object detection. */
const jumpStartObjects: Rule = value => {
  const normalized = 'normalized_boxes' in value;
  const boxes = value.normalized_boxes ?? value.boxes;
  const { classes, scores } = value;
  if (
    !isMatrix(boxes) ||
    !isNumbers(scores) ||
    scores.length !== boxes.length
  ) {
    return null;
  }
  const names = Array.isArray(value.labels) ? value.labels : [];
  const kinds = Array.isArray(classes) ? classes : names;
  return objects(
    boxes.map((box, index) => ({
      ...kindOf(kinds[index], kinds === names ? [] : names),
      score: scores[index],
      box,
      normalized
    })),
    typeof value.text === 'string' ? value.text : null
  );
};

/** `prediction`: [class, score, left, top, right, bottom] of the built-in object detection. */
const builtInObjects: Rule = ({ prediction }) =>
  isMatrix(prediction) && prediction.every(row => row.length === 6)
    ? objects(
        prediction.map(([kind, score, ...box]) => ({
          ...kindOf(kind, []),
          score,
          box,
          normalized: true
        }))
      )
    : null;

/** `ids`, `scores`, `bboxes`, `masks`, `labels`: JumpStart's instance segmentation. */
const jumpStartInstances: Rule = ({ ids, scores, bboxes, masks, labels }) => {
  if (!isMatrix(bboxes) || !isNumbers(scores) || !Array.isArray(ids)) {
    return null;
  }
  const mask = maskOf(masks);
  const names = Array.isArray(labels) ? labels : [];
  const found = bboxes.map((box, index) => ({
    ...kindOf(ids[index], names),
    score: scores[index],
    // The picture may have been made smaller for the model; its masks are as large as that.
    box: mask
      ? box.map((side, at) => side / (at % 2 ? mask.height : mask.width))
      : box,
    normalized: mask !== null
  }));
  return objects(found, null, mask);
};

/** `predictions`, a class for each pixel, and `labels`: JumpStart's semantic segmentation. */
const jumpStartSegments: Rule = ({ predictions, labels }) => {
  const segments = isStrings(labels) ? segmentsOf(predictions, labels) : null;
  return segments && { shape: 'segments', segments };
};

/** `probabilities`, `labels`: JumpStart's classification, of images, text and rows. */
const jumpStartClasses: Rule = ({ probabilities, labels }) => {
  const names = Array.isArray(labels) ? labels : [];
  if (isNumbers(probabilities)) {
    return classes(probabilities, names);
  }
  if (isMatrix(probabilities)) {
    return probabilities.length === 1
      ? classes(probabilities[0], names)
      : {
          shape: 'table',
          columns: probabilities[0].map((_, index) => nameOf(index, names)),
          rows: probabilities.map(row => row.map(shown))
        };
  }
  return null;
};

/** `embedding` or `embeddings`: one vector, or one for each input. */
const embeddings: Rule = value => {
  const found = value.embedding ?? value.embeddings;
  if (isNumbers(found)) {
    return { shape: 'vectors', vectors: [found] };
  }
  return isMatrix(found) ? vectors(found) : null;
};

/** What text models call their answer. */
const TEXTS = [
  'generated_text',
  'generated_texts',
  'summary_text',
  'translation_text',
  'answer',
  'text'
];
const texts: Rule = value => {
  for (const name of TEXTS) {
    const found = value[name];
    if (typeof found === 'string') {
      return { shape: 'text', texts: [found] };
    }
    if (isStrings(found)) {
      return { shape: 'text', texts: found };
    }
  }
  return null;
};

/** `choices` of the chat and completion schema. */
const choices: Rule = value => {
  if (!Array.isArray(value.choices)) {
    return null;
  }
  const found = value.choices.map(choice => {
    const message = isObject(choice) && (choice.message ?? choice);
    return isObject(message) ? (message.content ?? message.text) : null;
  });
  return isStrings(found) ? { shape: 'text', texts: found } : null;
};

/** `generated_images`: images in base64, as `application/json;jpeg` asks for them. */
const images: Rule = value => {
  const found = value.generated_images ?? value.generated_image;
  const list = typeof found === 'string' ? [found] : found;
  return isStrings(list)
    ? {
        shape: 'images',
        urls: list.map(one => `data:image/jpeg;base64,${one}`)
      }
    : null;
};

/** `predictions` of the built-in algorithms and of TensorFlow Serving. */
const predictions: Rule = ({ predictions }) => {
  if (!Array.isArray(predictions)) {
    return null;
  }
  if (predictions.length === 1 && isNumbers(predictions[0])) {
    return ofList(predictions[0]);
  }
  const [first] = predictions as unknown[];
  if (predictions.length === 1 && isObject(first) && isNumbers(first.score)) {
    return classes(first.score, []);
  }
  return ofList(predictions);
};

const RULES: ReadonlyArray<Rule> = [
  jumpStartObjects,
  jumpStartInstances,
  jumpStartSegments,
  builtInObjects,
  jumpStartClasses,
  embeddings,
  texts,
  choices,
  images,
  predictions
];

function ofList(list: ReadonlyArray<unknown>): Reading | null {
  if (isNumbers(list)) {
    return sumsToOne(list)
      ? classes(list, [])
      : list.length >= VECTOR
        ? { shape: 'vectors', vectors: [list] }
        : table(
            ['prediction'],
            list.map(one => [one])
          );
  }
  const inner = list.length === 1 ? list[0] : null;
  if (Array.isArray(inner) && inner.length && !inner.every(isScalar)) {
    // Hugging Face answers a batch of one.
    return ofList(inner);
  }
  if (list.length && list.every(isLabelled)) {
    return {
      shape: 'classes',
      classes: list
        .map(({ label, score }, index) => ({
          index,
          label,
          probability: score
        }))
        .sort(byProbability),
      numbered: false
    };
  }
  if (list.length && list.every(isObject)) {
    const found = list.map(texts);
    if (found.every(one => one?.shape === 'text')) {
      return {
        shape: 'text',
        texts: found.flatMap(one => (one?.shape === 'text' ? one.texts : []))
      };
    }
    const columns = [...new Set(list.flatMap(one => Object.keys(one)))];
    return table(
      columns,
      list.map(one => columns.map(column => one[column]))
    );
  }
  if (isMatrix(list)) {
    if (list[0].length >= VECTOR && !list.every(sumsToOne)) {
      return vectors(list);
    }
    return list.length === 1 && sumsToOne(list[0])
      ? classes(list[0], [])
      : table(
          list[0].map((_, index) => String(index)),
          list
        );
  }
  if (list.length && list.every(isScalar)) {
    return table(
      ['prediction'],
      list.map(one => [one])
    );
  }
  return null;
}

function ofRows(rows: string[][]): Reading {
  const width = Math.max(...rows.map(row => row.length), 1);
  return {
    shape: 'table',
    columns:
      width === 1
        ? ['prediction']
        : Array.from({ length: width }, (_, index) => String(index)),
    rows
  };
}

function table(
  columns: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<unknown>>
): Reading {
  return { shape: 'table', columns, rows: rows.map(row => row.map(shown)) };
}

/** A value as a cell: numbers short, what nests as JSON. */
function shown(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    return String(Number(value.toPrecision(6)));
  }
  if (value === undefined || value === null) {
    return '';
  }
  return isScalar(value) ? String(value) : JSON.stringify(value);
}

function classes(
  probabilities: ReadonlyArray<number>,
  names: ReadonlyArray<unknown>
): Reading {
  return {
    shape: 'classes',
    classes: probabilities
      .map((probability, index) => ({
        index,
        label: nameOf(index, names),
        probability
      }))
      .sort(byProbability),
    numbered: !names.length
  };
}

function byProbability(a: IClass, b: IClass): number {
  return b.probability - a.probability;
}

type Placed = Omit<IFound, 'box' | 'part'> & { box: number[] };

function objects(
  found: ReadonlyArray<Placed>,
  text: string | null = null,
  mask: IMask | null = null
): Reading | null {
  const placed = found.map((one, index) => ({
    ...one,
    part: index + 1,
    box: one.box as unknown as IFound['box']
  }));
  return placed.every(({ box }) => box.length === 4)
    ? {
        shape: 'objects',
        // A text is read from its beginning.
        objects: text === null ? placed.sort(byScore) : placed,
        numbered: found.every(one => one.label === String(one.index)),
        text,
        mask
      }
    : null;
}

function byScore(a: IFound, b: IFound): number {
  return b.score - a.score;
}

function vectors(matrix: number[][]): Reading | null {
  return matrix.every(row => row.length === matrix[0].length)
    ? { shape: 'vectors', vectors: matrix }
    : null;
}

/** A class that is given by its number in a list of names, or by its own. */
function kindOf(
  kind: unknown,
  names: ReadonlyArray<unknown>
): { index: number | null; label: string } {
  // Instance segmentation has each number in a list of its own.
  const one = Array.isArray(kind) && kind.length === 1 ? kind[0] : kind;
  return {
    index: typeof one === 'number' ? Math.trunc(one) : null,
    label: nameOf(one, names)
  };
}

/** The name of a class that is given by its index in a list of names, or by its own. */
function nameOf(kind: unknown, names: ReadonlyArray<unknown>): string {
  const named = typeof kind === 'number' ? names[Math.trunc(kind)] : kind;
  return isScalar(named) && named !== null ? String(named) : String(kind ?? '');
}

function sumsToOne(list: ReadonlyArray<number>): boolean {
  const sum = list.reduce((all, one) => all + one, 0);
  return (
    list.length > 1 &&
    list.every(one => one >= 0 && one <= 1) &&
    Math.abs(sum - 1) < 0.01
  );
}

function isLabelled(value: unknown): value is { label: string; score: number } {
  return (
    isObject(value) &&
    typeof value.label === 'string' &&
    typeof value.score === 'number'
  );
}

function isNumbers(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(one => typeof one === 'number')
  );
}

function isMatrix(value: unknown): value is number[][] {
  return Array.isArray(value) && value.length > 0 && value.every(isNumbers);
}

function isStrings(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(one => typeof one === 'string')
  );
}
