import { isObject, isScalar } from './csv';
import {
  isEmpty,
  isLabelled,
  isMatrix,
  isNumbers,
  isStrings,
  kindOf,
  nameOf,
  sumsToOne
} from './json-shapes';
import { IMask, maskOf, segmentsOf } from './masks';
import { IClass, IFound, Reading } from './reading';

type Json = { readonly [key: string]: unknown };

/**
 * Reads an answer of one form; null where it is of another.
 */
export type Rule = (value: Json) => Reading | null;

/** A list of numbers as long as this is a vector; a shorter one is a prediction for each row. */
const VECTOR = 32;

/** `normalized_boxes`, `classes`, `scores`, `labels`: JumpStart's object detection. */
const jumpStartObjects: Rule = value => {
  const normalized = 'normalized_boxes' in value;
  const boxes = value.normalized_boxes ?? value.boxes;
  const { classes, scores, text } = value;
  const whole = typeof text === 'string' ? text : null;
  if (isEmpty(boxes) && isEmpty(scores)) {
    return objects([], whole);
  }
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
    whole
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
  if (isEmpty(bboxes) && isEmpty(ids)) {
    return objects([]);
  }
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

/**
 * The forms of answers that are objects, in the order in which they are tried.
 */
export const RULES: ReadonlyArray<Rule> = [
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

/**
 * What a list says: classes, vectors, texts or rows; null where it is none of these.
 */
export function ofList(list: ReadonlyArray<unknown>): Reading | null {
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

/** Rows of values as cells. */
export function table(
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
        numbered:
          found.length > 0 &&
          found.every(one => one.label === String(one.index)),
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
