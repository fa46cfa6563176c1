/**
 * A time for people: whole milliseconds, and a digit more below ten.
 */
export function milliseconds(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString();
}
