import { IMask, ISegments } from './masks';

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
