import { TranslationBundle } from '@jupyterlab/translation';

import { IBurn } from '../store';
import { bytes, hourly } from './amount';

/**
 * What runs takes together: `$7.09/h`, `≥ $10.78/h` while that is not all of it, `no price`, or on
 * the local engine the memory in use. Null when nothing is known.
 */
export function burnWords(
  burn: IBurn,
  trans: TranslationBundle
): string | null {
  if (!burn.known) {
    return null;
  }
  if (!burn.charged) {
    return burn.memory === null ? null : bytes(burn.memory, trans);
  }
  if (burn.price === null) {
    return trans.__('no price');
  }
  if (burn.price === 0 && !burn.complete) {
    return null;
  }
  const price = hourly(burn.price, trans);
  return burn.complete ? price : trans.__('≥ %1', price);
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/**
 * What that is made of: whose prices, of when, and what is missing.
 */
export function burnTitle(burn: IBurn, trans: TranslationBundle): string {
  if (!burn.charged) {
    return [
      trans.__('Memory in use on this machine by what runs'),
      burn.problem?.title ?? ''
    ]
      .filter(Boolean)
      .join('. ');
  }
  return [
    trans.__('What runs, at the list price on demand'),
    burn.pricesOf === null
      ? ''
      : trans.__('Price list of %1', day.format(1000 * burn.pricesOf)),
    burn.complete ? '' : trans.__('Not all of it could be read or has a price'),
    burn.problem?.title ?? ''
  ]
    .filter(Boolean)
    .join('. ');
}
