import { ofList, RULES } from './answer-forms';
import { bare, isJson, isLines, isText } from './content-types';
import { isObject, readCsv } from './csv';
import { Reading } from './reading';

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
