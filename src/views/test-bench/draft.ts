import { TranslationBundle } from '@jupyterlab/translation';

import { bytes } from '../../components/amount';
import { IEndpointFormats } from '../../protocol';
import { IRequest } from './bench';
import {
  COMMON,
  Input,
  inputOf,
  isJson,
  isLines,
  JSON_TYPE
} from './content-types';
import { readCsv } from './csv';

/**
 * A file that is to be sent as it is.
 */
export interface IFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly input: Input;
}

/**
 * What is to be sent, as far as it was given; `contentType` is null until one is chosen.
 */
export interface IDraft {
  readonly contentType: string | null;
  readonly text: string;
  readonly file: IFile | null;
  /** Null until one is chosen; empty for none. */
  readonly accept: string | null;
  readonly variant: string;
  readonly component: string | null;
  readonly customAttributes: string;
  readonly stream: boolean;
}

export const EMPTY: IDraft = {
  contentType: null,
  text: '',
  file: null,
  accept: null,
  variant: '',
  component: null,
  customAttributes: '',
  stream: false
};

/**
 * The content types to choose from: those the model takes, then the usual others.
 */
export function offered(formats: IEndpointFormats | null): {
  taken: ReadonlyArray<string>;
  others: ReadonlyArray<string>;
} {
  const taken = formats?.content_types ?? [];
  return { taken, others: COMMON.filter(type => !taken.includes(type)) };
}

/**
 * The content type of a draft: the chosen one, else the model's usual one.
 */
export function typeOf(
  draft: IDraft,
  formats: IEndpointFormats | null
): string {
  return draft.contentType ?? formats?.content_types[0] ?? JSON_TYPE;
}

/**
 * The accept header of a draft: the chosen one, else the one under which a JumpStart model tells
 * most, names of classes too. Of another model none is asked for, it knows its own default.
 */
export function acceptOf(
  draft: IDraft,
  formats: IEndpointFormats | null
): string {
  const types = formats?.model ? formats.accept_types : [];
  const verbose = types.find(type => type.endsWith(';verbose'));
  return draft.accept ?? verbose ?? types[0] ?? '';
}

/**
 * The file of a draft, where it suits the content type.
 */
export function fileOf(draft: IDraft, type: string): IFile | null {
  const { file } = draft;
  const input = inputOf(type);
  return file && (input === 'file' || file.input === input) ? file : null;
}

/**
 * The request of a draft, or why there is none.
 */
export function requestOf(
  draft: IDraft,
  formats: IEndpointFormats | null,
  trans: TranslationBundle
): { request: IRequest; reason: null } | { request: null; reason: string } {
  const contentType = typeOf(draft, formats);
  const file = fileOf(draft, contentType);
  const typed = inputOf(contentType) === 'text' && !file;
  const none = (reason: string) => ({ request: null, reason });
  if (!formats) {
    return none(trans.__('What the model takes is still being read.'));
  }
  if (!contentType) {
    return none(trans.__('Name the content type.'));
  }
  if (!file && !typed) {
    return none(trans.__('Choose a file.'));
  }
  if (typed && !draft.text) {
    return none(trans.__('There is nothing to send.'));
  }
  const sent = file ? file.bytes : new TextEncoder().encode(draft.text);
  if (sent.length > formats.max_bytes) {
    return none(
      trans.__(
        'It has %1; the endpoint takes %2 at most.',
        bytes(sent.length, trans),
        bytes(formats.max_bytes, trans)
      )
    );
  }
  return {
    request: {
      bytes: sent,
      name: file?.name ?? null,
      contentType,
      accept: acceptOf(draft, formats) || null,
      // A queue has no choice of who answers.
      variant: formats.asynchronous ? null : draft.variant || null,
      component: formats.asynchronous
        ? null
        : (draft.component ?? formats.components[0] ?? null),
      customAttributes: draft.customAttributes || null,
      stream: draft.stream && !formats.asynchronous,
      queued: formats.asynchronous
    },
    reason: null
  };
}

/**
 * What a typed input is, in words; `wrong` where it does not parse.
 */
export function inWords(
  text: string,
  type: string,
  trans: TranslationBundle
): { words: string; wrong: boolean } {
  if (!text.trim()) {
    return { words: '', wrong: false };
  }
  if (type.startsWith('text/csv')) {
    const rows = readCsv(text);
    const widths = new Set(rows.map(row => row.length));
    return widths.size > 1
      ? {
          words: trans.__(
            'The rows have from %1 to %2 columns.',
            Math.min(...widths),
            Math.max(...widths)
          ),
          wrong: true
        }
      : {
          words: `${trans._n('%1 row', '%1 rows', rows.length)}, ${trans._n(
            '%1 column',
            '%1 columns',
            rows[0].length
          )}`,
          wrong: false
        };
  }
  if (isJson(type) || isLines(type)) {
    try {
      (isLines(type)
        ? text.split('\n').filter(line => line.trim())
        : [text]
      ).forEach(one => JSON.parse(one));
    } catch (error) {
      return {
        words: trans.__('This is not JSON: %1', (error as Error).message),
        wrong: true
      };
    }
  }
  return { words: '', wrong: false };
}
