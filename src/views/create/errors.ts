import { TranslationBundle } from '@jupyterlab/translation';

import { RJSFValidationError } from '@rjsf/utils';

/**
 * What is wrong with one field, in words a person can act on; `null` for an error that only repeats another.
 */
export function errorInWords(
  error: RJSFValidationError,
  trans: TranslationBundle
): string | null {
  const limit = Number(error.params?.limit);
  switch (error.name) {
    case 'required':
      return trans.__('This is needed.');
    case 'minLength':
      return trans._n(
        'At least %1 character.',
        'At least %1 characters.',
        limit
      );
    case 'maxLength':
      return trans._n('At most %1 character.', 'At most %1 characters.', limit);
    case 'minItems':
      return trans._n('At least %1 item.', 'At least %1 items.', limit);
    case 'maxItems':
      return trans._n('At most %1 item.', 'At most %1 items.', limit);
    case 'minProperties':
      return trans.__('Fill in at least %1 of these.', limit);
    case 'maxProperties':
      return trans.__('Fill in no more than %1 of these.', limit);
    case 'format':
      return trans.__('A date and time, such as 2026-01-31T12:00:00Z.');
    case 'minimum':
      return trans.__('%1 is the least.', limit);
    case 'maximum':
      return trans.__('%1 is the most.', limit);
    case 'pattern':
      return patternInWords(String(error.params?.pattern), trans);
    case 'enum':
      return trans.__('Choose one from the list.');
    case 'type':
      return error.params?.type === 'integer'
        ? trans.__('A whole number.')
        : trans.__('A value of type %1.', error.params?.type);
    case 'anyOf':
    case 'oneOf':
      return null;
    default:
      return error.message ?? error.stack;
  }
}

/**
 * What AWS's pattern asks for. Most of them are for names or ARNs.
 */
function patternInWords(pattern: string, trans: TranslationBundle): string {
  if (/^\^?\(?arn/.test(pattern)) {
    return trans.__('This must be an ARN: it starts with arn:aws.');
  }
  // Once letters, digits and the pattern's own signs are taken away, what is left may be used as well.
  const rest = pattern.replace(
    /\?:|a-z|A-Z|0-9|[\^$()[\]{},*+?\d]|\\[dw]/g,
    ''
  );
  if (/^-*$/.test(rest)) {
    return trans.__(
      'Letters, digits and hyphens only; a hyphen neither first nor last.'
    );
  }
  return trans.__('AWS takes only what matches %1 here.', pattern);
}

/**
 * The errors of a form, in words.
 */
export function errorsInWords(
  errors: RJSFValidationError[],
  trans: TranslationBundle
): RJSFValidationError[] {
  return errors.flatMap(error => {
    const message = errorInWords(error, trans);
    return message === null ? [] : [{ ...error, message }];
  });
}
