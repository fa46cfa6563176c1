import { IInstanceType } from '../../protocol';

/**
 * What the filter box asks for: bounds of figures, and words in the type's or the GPU's name.
 */
export interface ITypeFilter {
  readonly bounds: ReadonlyArray<IBound>;
  readonly words: ReadonlyArray<string>;
}

interface IBound {
  readonly of: 'memory_gib' | 'vcpu' | 'gpus' | 'price';
  readonly holds: (value: number) => boolean;
}

const UNITS = '(gib|gb|vcpus?|cpus?|gpus?|\\$\\/h|\\$)';
/** `≥ 16 GiB`, `>=16`, `<= 8 vCPU`, `< $1`, `16 GiB`; a sign or a unit makes it a bound. */
const BOUND = new RegExp(
  `(?:(>=|<=|=>|=<|≥|≤|>|<|=)\\s*(\\$)?\\s*(\\d+(?:[.,]\\d+)?)\\s*${UNITS}?|\\b(\\d+(?:[.,]\\d+)?)\\s*(gib|gb|vcpus?|gpus?))(?![\\w.])`,
  'gi'
);
/** A sign whose number is still to be typed. */
const UNFINISHED = /(>=|<=|=>|=<|≥|≤|>|<|=)\s*\$?\s*$/;

/**
 * Read what was typed into the filter box.
 */
export function parseFilter(text: string): ITypeFilter {
  const bounds: IBound[] = [];
  const rest = text
    .replace(
      BOUND,
      (_, sign, dollar, number, unit, plain, plainUnit: string) => {
        bounds.push({
          of: figure(dollar ? '$' : (unit ?? plainUnit ?? 'gib')),
          holds: comparison(
            sign ?? '=',
            Number((number ?? plain).replace(',', '.'))
          )
        });
        return ' ';
      }
    )
    .replace(UNFINISHED, ' ');
  const words = rest.toLowerCase().split(/\s+/).filter(Boolean);
  return { bounds, words };
}

/**
 * Whether a type is what the filter asks for. What is not known of it meets no bound.
 */
export function matchesType(type: IInstanceType, filter: ITypeFilter): boolean {
  const text = [
    type.name,
    type.gpu ?? '',
    type.gpus ? 'gpu' : '',
    type.fast_launch ? 'fast' : ''
  ]
    .join(' ')
    .toLowerCase();
  return (
    filter.words.every(word => text.includes(word)) &&
    filter.bounds.every(({ of, holds }) => {
      const value = type[of];
      return value !== null && holds(value);
    })
  );
}

function figure(unit: string): IBound['of'] {
  const word = unit.toLowerCase();
  if (word.startsWith('$')) {
    return 'price';
  }
  if (word.startsWith('gpu')) {
    return 'gpus';
  }
  return word.startsWith('g') ? 'memory_gib' : 'vcpu';
}

function comparison(sign: string, bound: number): (value: number) => boolean {
  switch (sign) {
    case '>=':
    case '=>':
    case '≥':
      return value => value >= bound;
    case '<=':
    case '=<':
    case '≤':
      return value => value <= bound;
    case '>':
      return value => value > bound;
    case '<':
      return value => value < bound;
    default:
      return value => value === bound;
  }
}
