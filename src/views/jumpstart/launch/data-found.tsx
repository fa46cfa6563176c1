import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes } from '../../../components/amount';
import { LinkButton } from '../../../components/button';
import { checkIcon, warningIcon } from '../../../components/icons';
import { IDataCheck } from '../../../protocol';
import { ProblemCallout } from '../../modal/problem';

/**
 * What was found of the data, and which files do not fit its format.
 */
export function DataFound(props: {
  check: IDataCheck;
  again: () => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { check, again, trans } = props;
  const [shows, setShows] = React.useState(false);
  const { strays, outside, problems, format } = check;
  const classes = Object.entries(check.classes);
  const fine = !outside && !problems.length;
  return (
    <>
      <div
        className="jp-smext-callout"
        data-tone={fine ? 'ok' : problems.length ? 'bad' : 'idle'}
      >
        {fine ? (
          <checkIcon.react tag="span" className="jp-smext-icon" />
        ) : (
          <warningIcon.react tag="span" className="jp-smext-icon" />
        )}
        <div>
          {[
            classes.length
              ? trans._n('%1 class', '%1 classes', classes.length)
              : '',
            trans._n('%1 file', '%1 files', check.files),
            bytes(check.bytes, trans)
          ]
            .filter(Boolean)
            .join(', ')}
          {'. '}
          {format === null &&
            trans.__('No layout is known that it could be checked against. ')}
          {outside > 0 && (
            <>
              {trans._n(
                '%1 file lies outside the format. ',
                '%1 files lie outside the format. ',
                outside
              )}
            </>
          )}
          {(classes.length > 0 || outside > 0) && (
            <LinkButton
              label={shows ? trans.__('Hide them') : trans.__('Show them')}
              onClick={() => setShows(!shows)}
            />
          )}{' '}
          {!fine && (
            <LinkButton label={trans.__('Look again')} onClick={again} />
          )}
          {shows && (
            <ul className="jp-smext-strays" tabIndex={0}>
              {strays.map(path => (
                <li key={path}>
                  <code>{path}</code>
                </li>
              ))}
              {outside > strays.length && (
                <li className="jp-smext-muted">
                  {trans.__('and %1 more', outside - strays.length)}
                </li>
              )}
              {classes.map(([name, count]) => (
                <li key={name}>{trans.__('%1: %2', name, count)}</li>
              ))}
            </ul>
          )}
        </div>
      </div>
      {problems.map((problem, index) => (
        <ProblemCallout key={index} problem={problem} trans={trans} folded />
      ))}
    </>
  );
}
