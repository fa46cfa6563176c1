import { TranslationBundle } from '@jupyterlab/translation';

import { IInstanceTypes } from '../../../protocol';
import { typeWords } from '../../notebook-job/words';

/**
 * Instance types to choose from, the default one first, each with what it has and costs.
 */
export function typeOptions(
  supported: ReadonlyArray<string>,
  usual: string | null,
  types: IInstanceTypes | null,
  trans: TranslationBundle
): (readonly [string, string])[] {
  const known = new Map(types?.types.map(type => [type.name, type]));
  const names = [
    ...new Set([...(usual === null ? [] : [usual]), ...supported])
  ];
  return names.map(name => {
    const type = known.get(name);
    const words = type ? typeWords(type, types?.charged ?? false, trans) : name;
    return [
      name,
      name === usual ? trans.__('%1 (default)', words) : words
    ] as const;
  });
}
