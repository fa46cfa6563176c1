import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ICompute } from '../../../protocol';
import { factsOf, statusWords } from '../words';
import { keyOf, Target } from './choice';

/**
 * Where the kernel shall run: the places that are there, a new one, this machine.
 */
export function Targets(props: {
  targets: ReadonlyArray<Target>;
  selected: Target;
  regions: number;
  trans: TranslationBundle;
  onSelect: (target: Target) => void;
}): React.ReactElement {
  const { targets, selected, trans, onSelect } = props;
  const group = React.useId();
  return (
    <fieldset
      className="jp-smext-switcher-targets"
      role="radiogroup"
      aria-label={trans.__('Run the kernel on')}
    >
      {targets.map(target => {
        const { name, hint } = words(target, props.regions > 1, trans);
        const key = keyOf(target);
        return (
          <label key={key} className="jp-smext-check">
            <input
              type="radio"
              name={group}
              checked={key === keyOf(selected)}
              onChange={() => onSelect(target)}
            />
            <span>
              <b>{name}</b>{' '}
              {hint && <span className="jp-smext-muted">{hint}</span>}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

function words(
  target: Target,
  withRegion: boolean,
  trans: TranslationBundle
): { name: string; hint: string } {
  if (target.kind === 'new') {
    return {
      name: trans.__('New notebook instance…'),
      hint: withRegion ? target.region : ''
    };
  }
  const { compute } = target;
  if (compute.at.kind === 'local') {
    return { name: trans.__('This machine'), hint: factsOf(compute, trans) };
  }
  return {
    name: compute.name,
    hint: [
      kindWords(compute, trans),
      compute.status && statusWords(compute.status),
      withRegion && compute.at.region
    ]
      .filter(Boolean)
      .join(', ')
  };
}

function kindWords(compute: ICompute, trans: TranslationBundle): string {
  return compute.at.kind === 'space'
    ? trans.__('Studio space')
    : trans.__('notebook instance');
}
