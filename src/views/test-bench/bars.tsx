import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../components/button';
import { IClass } from './reading';

/** Bars that are drawn before one asks for more. */
const CLASSES = 10;

/**
 * Classes with their probabilities as bars, the most probable first.
 */
export function Bars(props: {
  classes: ReadonlyArray<IClass>;
  trans: TranslationBundle;
}): React.ReactElement {
  const { classes, trans } = props;
  const [all, setAll] = React.useState(false);
  const shown = all ? classes : classes.slice(0, CLASSES);
  return (
    <>
      <table
        className="jp-smext-bars"
        aria-label={trans.__('Class probabilities')}
      >
        <tbody>
          {shown.map(({ label, probability }, index) => (
            <Bar
              key={index}
              label={label}
              value={probability}
              strong={index === 0}
            />
          ))}
        </tbody>
      </table>
      {shown.length < classes.length && (
        <LinkButton
          label={trans.__('Show all %1 classes', classes.length)}
          onClick={() => setAll(true)}
        />
      )}
    </>
  );
}

/**
 * A row of a table of bars; `value` from 0 to 1.
 */
export function Bar(props: {
  label: string;
  value: number;
  strong?: boolean;
}): React.ReactElement {
  const { label, value, strong } = props;
  const width = `${100 * Math.max(0, Math.min(1, value))}%`;
  return (
    <tr data-strong={strong || undefined}>
      <th scope="row" title={label}>
        {label}
      </th>
      <td className="jp-smext-bars-track" aria-hidden="true">
        <i style={{ width }} />
      </td>
      <td className="jp-smext-num">{value.toFixed(3)}</td>
    </tr>
  );
}
