import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../../components/button';
import { showProblem } from '../../../components/problem';
import { IModelName, IProblem } from '../../../protocol';
import { isAtAws, IEntry } from './selection';
import { readingWords } from './words';

const number = new Intl.NumberFormat();

/**
 * That the server still reads.
 */
export function ReadingBar(props: {
  trans: TranslationBundle;
}): React.ReactElement {
  return (
    <div
      className="jp-smext-progress jp-mod-moving jp-smext-catalogue-reading"
      role="progressbar"
      aria-label={readingWords(props.trans)}
    >
      <i />
    </div>
  );
}

/**
 * What the rows do not tell, since it stands in documents that were not read.
 */
export function Unread(props: {
  entries: ReadonlyArray<IEntry>;
  /** Whether the connection is the local engine, which has no documents of AWS's models. */
  local: boolean;
  charged: boolean;
  reading: boolean;
  trans: TranslationBundle;
  onRead: (models: ReadonlyArray<IModelName>) => void;
}): React.ReactElement | null {
  const { entries, local, charged, reading, trans } = props;
  const unread = entries.filter(({ model }) => !model.documented);
  const readable = unread.filter(({ model }) => !local || !isAtAws(model));
  if (!unread.length) {
    return null;
  }
  const known = number.format(entries.length - unread.length);
  const all = number.format(entries.length);
  return (
    <p className="jp-smext-catalogue-foot jp-smext-muted jp-smext-small">
      {charged
        ? trans.__(
            'Instance, price, quota and licence are known for %1 of these %2: they stand in each model’s document. ',
            known,
            all
          )
        : trans.__(
            'Instance and licence are known for %1 of these %2: they stand in each model’s document. ',
            known,
            all
          )}
      {!readable.length ? (
        trans.__(
          'Those of the other %1 are at AWS.',
          number.format(unread.length)
        )
      ) : reading ? (
        trans.__('Reading…')
      ) : (
        <LinkButton
          label={trans.__('Read the other %1', number.format(readable.length))}
          onClick={() =>
            props.onRead(
              readable.map(({ model: { hub, id, version } }) => ({
                hub,
                id,
                version
              }))
            )
          }
        />
      )}
    </p>
  );
}

/**
 * What could not be read, each in a line with all that is known of it behind a link.
 */
export function Problems(props: {
  problems: ReadonlyArray<IProblem>;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { problems, trans } = props;
  // What is wrong with a connection is wrong with all that is read through it.
  const different = [
    ...new Map(problems.map(one => [one.title, one])).values()
  ];
  if (!different.length) {
    return null;
  }
  return (
    <ul className="jp-smext-catalogue-problems">
      {different.map(problem => (
        <li key={problem.title} className="jp-smext-line">
          <span className="jp-smext-ellipsis" title={problem.next}>
            {problem.title}
          </span>
          <LinkButton
            label={trans.__('Details')}
            onClick={() => void showProblem(problem, trans)}
          />
        </li>
      ))}
    </ul>
  );
}
