import { TranslationBundle } from '@jupyterlab/translation';

import { hourly } from '../../../components/amount';
import { IInstanceTypes } from '../../../protocol';
import { factsOf } from '../../switcher/words';

/**
 * Instance types to choose from, the default one first, each with what it costs where that is
 * known, and whether the account may run it.
 */
export function typeOptions(
  supported: ReadonlyArray<string>,
  usual: string | null,
  types: IInstanceTypes | null,
  trans: TranslationBundle
): (readonly [string, string])[] {
  const names = [
    ...new Set([...(usual === null ? [] : [usual]), ...supported])
  ];
  const known = new Map(types?.types.map(type => [type.name, type]));
  return names.map(name => {
    const type = types?.charged ? known.get(name) : undefined;
    const words = [
      name === usual ? trans.__('%1 (default)', name) : name,
      type && type.price !== null ? hourly(type.price, trans) : '',
      type?.quota_left === 0 ? trans.__('no quota left') : ''
    ];
    return [name, words.filter(Boolean).join(' · ')] as const;
  });
}

/**
 * What a type has, costs, and what its quota leaves: `2 vCPU + 8 GiB · $0.12/h · quota left 4 of 4`.
 */
export function aboutType(
  name: string,
  types: IInstanceTypes | null,
  trans: TranslationBundle
): string {
  const type = types?.types.find(one => one.name === name);
  if (!types || !type) {
    return '';
  }
  const { price, quota, quota_left } = type;
  return [
    factsOf(type, trans),
    types.charged && price !== null ? hourly(price, trans) : '',
    types.charged && quota !== null && quota_left !== null
      ? trans.__('quota left %1 of %2', quota_left, quota)
      : ''
  ]
    .filter(Boolean)
    .join(' · ');
}
