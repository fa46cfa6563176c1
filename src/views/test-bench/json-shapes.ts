import { isObject, isScalar } from './csv';

/** A class that is given by its number in a list of names, or by its own. */
export function kindOf(
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
export function nameOf(kind: unknown, names: ReadonlyArray<unknown>): string {
  const named = typeof kind === 'number' ? names[Math.trunc(kind)] : kind;
  return isScalar(named) && named !== null ? String(named) : String(kind ?? '');
}

/** Whether they may be the probabilities of all classes. */
export function sumsToOne(list: ReadonlyArray<number>): boolean {
  const sum = list.reduce((all, one) => all + one, 0);
  return (
    list.length > 1 &&
    list.every(one => one >= 0 && one <= 1) &&
    Math.abs(sum - 1) < 0.01
  );
}

/** Whether it is a class as Hugging Face's pipelines have it. */
export function isLabelled(
  value: unknown
): value is { label: string; score: number } {
  return (
    isObject(value) &&
    typeof value.label === 'string' &&
    typeof value.score === 'number'
  );
}

/** Whether it is a list of numbers, and not empty. */
export function isNumbers(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(one => typeof one === 'number')
  );
}

/** Whether it is a list of nothing. */
export function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Whether it is a list of such lists. */
export function isMatrix(value: unknown): value is number[][] {
  return Array.isArray(value) && value.length > 0 && value.every(isNumbers);
}

/** Whether it is a list of texts, and not empty. */
export function isStrings(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(one => typeof one === 'string')
  );
}
