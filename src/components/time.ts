import { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A length of time in its largest unit: `14 s`, `42 min`, `3 h`, `6 d`.
 */
export function duration(seconds: number, trans: TranslationBundle): string {
  const length = Math.max(0, seconds);
  if (length < MINUTE) {
    return trans.__('%1 s', Math.floor(length));
  }
  if (length < HOUR) {
    return trans.__('%1 min', Math.floor(length / MINUTE));
  }
  if (length < DAY) {
    return trans.__('%1 h', Math.floor(length / HOUR));
  }
  return trans.__('%1 d', Math.floor(length / DAY));
}

/**
 * A length of time as it is spoken: `42 minutes`.
 */
export function spokenDuration(
  seconds: number,
  trans: TranslationBundle
): string {
  const length = Math.max(0, seconds);
  const count = (unit: number) => Math.floor(length / unit);
  if (length < MINUTE) {
    return trans._n('%1 second', '%1 seconds', count(1));
  }
  if (length < HOUR) {
    return trans._n('%1 minute', '%1 minutes', count(MINUTE));
  }
  if (length < DAY) {
    return trans._n('%1 hour', '%1 hours', count(HOUR));
  }
  return trans._n('%1 day', '%1 days', count(DAY));
}

/**
 * How long something took, to the second: `52 s`, `3 min 40 s`, `1 h 5 min`.
 */
export function took(seconds: number, trans: TranslationBundle): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) {
    return trans.__('%1 s', whole);
  }
  if (whole < 3600) {
    return trans.__('%1 min %2 s', Math.floor(whole / 60), whole % 60);
  }
  return trans.__(
    '%1 h %2 min',
    Math.floor(whole / 3600),
    Math.floor((whole % 3600) / 60)
  );
}

// Made once: making one costs more than a hundred uses.
const exact = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium'
});

/**
 * The exact local time of an epoch, in the reader's own format.
 */
export function exactTime(epoch: number): string {
  return exact.format(1000 * epoch);
}

/**
 * The time of day of an epoch, with the date when it is not today's, and to the second if asked.
 */
export function clockTime(epoch: number, now: number, exact = false): string {
  const date = new Date(1000 * epoch);
  const time = date.toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: exact ? '2-digit' : undefined
  });
  return date.toDateString() === new Date(1000 * now).toDateString()
    ? time
    : `${date.toLocaleDateString()} ${time}`;
}
