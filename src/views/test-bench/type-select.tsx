import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IEndpointFormats } from '../../protocol';
import { offered } from './draft';

/** Stands for a type that is typed. */
const OTHER = '…';

/**
 * The content type of the request: what the model takes first, then others, or one that is typed.
 */
export function TypeSelect(props: {
  value: string;
  formats: IEndpointFormats | null;
  onChange: (type: string) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { value, formats, onChange, trans } = props;
  const { taken, others } = offered(formats);
  const known = [...taken, ...others];
  const [typing, setTyping] = React.useState(false);
  const own = typing || !known.includes(value);
  return (
    <>
      <select
        className="jp-smext-input"
        aria-label={trans.__('Content type')}
        title={
          formats?.source
            ? trans.__('What the model takes, by %1.', formats.source)
            : trans.__('Nothing says what the model takes.')
        }
        value={own ? OTHER : value}
        onChange={event => {
          const chosen = event.target.value;
          setTyping(chosen === OTHER);
          if (chosen !== OTHER) {
            onChange(chosen);
          }
        }}
      >
        {taken.length > 0 && (
          <optgroup label={trans.__('The model takes')}>
            {taken.map(type => (
              <option key={type}>{type}</option>
            ))}
          </optgroup>
        )}
        <optgroup label={trans.__('Others')}>
          {others.map(type => (
            <option key={type}>{type}</option>
          ))}
          <option value={OTHER}>{trans.__('Another…')}</option>
        </optgroup>
      </select>
      {own && (
        <input
          className="jp-smext-input"
          aria-label={trans.__('Another content type')}
          value={value}
          autoFocus={typing}
          autoComplete="off"
          spellCheck={false}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </>
  );
}
