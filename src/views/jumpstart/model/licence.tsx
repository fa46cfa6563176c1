import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { clockTime, exactTime } from '../../../components/time';
import { useNow } from '../../../hooks';
import { ILaunch, IModelPage } from '../../../protocol';

/** Times it was accepted that are shown. */
const FEW = 3;

/**
 * The licence of a model: its words where they must be accepted, and when that was done here.
 */
export function Licence(props: {
  page: IModelPage;
  /** The launches of the model, the latest one first. */
  launches: ReadonlyArray<ILaunch>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { page, launches, trans } = props;
  const { license, eula, eula_text, model } = page;
  const must = eula !== null || model.gated === true;
  return (
    <section>
      <h2 className="jp-smext-h2">{trans.__('Licence')}</h2>
      <p>
        {[
          license,
          must
            ? trans.__(
                'It must be accepted before the model is used, by a tick in the form.'
              )
            : model.gated === false
              ? trans.__('See the source; nothing to accept here.')
              : trans.__('Its document does not say whether one is to accept.')
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {eula !== null &&
        (eula_text === null ? (
          <p className="jp-smext-model-wrap jp-smext-muted">
            {trans.__('Its words could not be read:')} <code>{eula}</code>
          </p>
        ) : (
          <details className="jp-smext-said">
            <summary>{trans.__('Its words')}</summary>
            <pre tabIndex={0}>{eula_text}</pre>
          </details>
        ))}
      {must && <Accepted launches={launches} eula={eula} trans={trans} />}
    </section>
  );
}

/** The launches for which it was accepted; those of another licence are not among them. */
function Accepted(props: {
  launches: ReadonlyArray<ILaunch>;
  eula: string | null;
  trans: TranslationBundle;
}): React.ReactElement {
  const { launches, eula, trans } = props;
  const now = useNow();
  const accepted = launches.filter(
    ({ licence }) => licence !== null && licence === (eula ?? '')
  );
  if (!accepted.length) {
    return (
      <p className="jp-smext-muted">
        {trans.__('It was not accepted here yet.')}
      </p>
    );
  }
  return (
    <ul className="jp-smext-model-accepted jp-smext-muted">
      {accepted
        .slice(0, FEW)
        .map(({ id, started, deploy, fine_tune: tune }) => (
          <li key={id} title={exactTime(started)}>
            {deploy
              ? trans.__(
                  'Accepted at %1 to deploy %2',
                  clockTime(started, now),
                  deploy.endpoint
                )
              : trans.__(
                  'Accepted at %1 to train %2',
                  clockTime(started, now),
                  tune?.job ?? ''
                )}
          </li>
        ))}
      {accepted.length > FEW && (
        <li>
          {trans._n(
            'and %1 time before',
            'and %1 times before',
            accepted.length - FEW
          )}
        </li>
      )}
    </ul>
  );
}
