import { TranslationBundle } from '@jupyterlab/translation';

const KIB = 1024;

/**
 * A size in bytes in its largest unit: `12 B`, `3.4 MiB`, `38 MiB`.
 */
export function bytes(count: number, trans: TranslationBundle): string {
  if (count < KIB) {
    return trans.__('%1 B', count);
  }
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let size = count / KIB;
  let unit = 0;
  while (size >= KIB && unit < units.length - 1) {
    size /= KIB;
    unit += 1;
  }
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

/**
 * A size in the decimal units that AWS bills by: `1.1 GB`.
 */
export function decimal(count: number, trans: TranslationBundle): string {
  const units = [
    trans.__('B'),
    trans.__('KB'),
    trans.__('MB'),
    trans.__('GB'),
    trans.__('TB')
  ];
  const power = Math.min(
    units.length - 1,
    Math.floor(Math.log(Math.max(count, 1)) / Math.log(1000))
  );
  const scaled = count / 1000 ** power;
  return `${scaled.toLocaleString(undefined, { maximumSignificantDigits: 3 })} ${units[power]}`;
}

/**
 * US dollars an hour, without sign and unit: `0.05`, `7.09`; a third digit below a cent.
 */
export function dollars(price: number): string {
  return price.toFixed(price > 0 && price < 0.01 ? 3 : 2);
}

/**
 * US dollars an hour: `$0.05/h`.
 */
export function hourly(price: number, trans: TranslationBundle): string {
  return trans.__('$%1/h', dollars(price));
}

/**
 * US dollars an hour as they are spoken: `7 dollars 9 per hour`, `74 cents per hour`.
 */
export function spokenHourly(price: number, trans: TranslationBundle): string {
  const cents = Math.round(100 * price);
  if (cents === 0 && price > 0) {
    return trans.__('less than a cent per hour');
  }
  const whole = Math.floor(cents / 100);
  const dollars = trans._n('%1 dollar', '%1 dollars', whole);
  const rest = cents % 100;
  return rest === 0
    ? trans.__('%1 per hour', dollars)
    : whole === 0
      ? trans.__('%1 per hour', trans._n('%1 cent', '%1 cents', rest))
      : trans.__('%1 %2 per hour', dollars, rest);
}
