import { readAnswer } from './answers';
import { toBase64 } from './base64';
import { isObject } from './csv';
import { Reading } from './reading';

/**
 * The text that a model wrote in parts: of the events and lines of JSON that the containers for
 * language models write, their words; of any other text, all of it.
 */
export function streamedText(text: string): string {
  const words: string[] = [];
  for (const line of text.split('\n')) {
    const json = line.startsWith('data:') ? line.slice(5).trim() : line.trim();
    if (json === '' || json === '[DONE]') {
      continue;
    }
    const found = wordsOf(json);
    if (found === null) {
      // The last line may not be whole yet.
      return words.length ? words.join('') : text;
    }
    words.push(found);
  }
  return words.join('');
}

/**
 * A whole answer that came in parts: a text where it is one, else as an answer in one piece.
 */
export function readStream(body: Uint8Array, type: string): Reading {
  const text = new TextDecoder().decode(body);
  const words = streamedText(text);
  return words === text
    ? readAnswer(body, type, toBase64(body))
    : { shape: 'text', texts: [words] };
}

/** The words in one event; null where it is no event of a language model. */
function wordsOf(json: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  if (!isObject(value)) {
    return null;
  }
  const { token, outputs, choices } = value;
  if (isObject(token) && typeof token.text === 'string') {
    return token.text;
  }
  if (Array.isArray(outputs)) {
    return outputs.join('');
  }
  const [choice] = Array.isArray(choices) ? (choices as unknown[]) : [];
  if (isObject(choice)) {
    const written = isObject(choice.delta)
      ? (choice.delta.content ?? '')
      : choice.text;
    return typeof written === 'string' ? written : null;
  }
  return null;
}
