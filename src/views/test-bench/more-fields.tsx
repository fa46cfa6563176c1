import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IEndpointFormats } from '../../protocol';
import { acceptOf, IDraft } from './draft';

/**
 * What a request says besides its body: the type of the answer, and who is to answer.
 */
export function MoreFields(props: {
  draft: IDraft;
  formats: IEndpointFormats | null;
  onChange: (more: Partial<IDraft>) => void;
  trans: TranslationBundle;
}): React.ReactElement {
  const { draft, formats, onChange, trans } = props;
  const id = React.useId();
  const queued = formats?.asynchronous ?? false;
  const variants = queued ? [] : (formats?.variants ?? []);
  const components = queued ? [] : (formats?.components ?? []);
  return (
    <details className="jp-smext-bench-more">
      <summary>{trans.__('More of the request')}</summary>
      <div>
        <label htmlFor={`${id}-accept`}>{trans.__('Accept')}</label>
        <input
          id={`${id}-accept`}
          className="jp-smext-input"
          list={`${id}-accepts`}
          value={acceptOf(draft, formats)}
          placeholder={trans.__('As the model likes')}
          autoComplete="off"
          spellCheck={false}
          onChange={event => onChange({ accept: event.target.value })}
        />
        <datalist id={`${id}-accepts`}>
          {formats?.accept_types.map(type => (
            <option key={type} value={type} />
          ))}
        </datalist>
        {variants.length > 1 && (
          <>
            <label htmlFor={`${id}-variant`}>{trans.__('Variant')}</label>
            <select
              id={`${id}-variant`}
              className="jp-smext-input"
              value={draft.variant}
              onChange={event => onChange({ variant: event.target.value })}
            >
              <option value="">{trans.__('By their weights')}</option>
              {variants.map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </>
        )}
        {components.length > 0 && (
          <>
            <label htmlFor={`${id}-component`}>
              {trans.__('Inference component')}
            </label>
            <select
              id={`${id}-component`}
              className="jp-smext-input"
              value={draft.component ?? components[0]}
              onChange={event => onChange({ component: event.target.value })}
            >
              {components.map(name => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </>
        )}
        <label htmlFor={`${id}-attributes`}>
          {trans.__('Custom attributes')}
        </label>
        <input
          id={`${id}-attributes`}
          className="jp-smext-input"
          value={draft.customAttributes}
          autoComplete="off"
          spellCheck={false}
          onChange={event => onChange({ customAttributes: event.target.value })}
        />
        {!queued && (
          <>
            <label htmlFor={`${id}-stream`}>
              {trans.__('Stream the answer')}
            </label>
            <input
              id={`${id}-stream`}
              type="checkbox"
              checked={draft.stream}
              title={trans.__('Show it as the model writes it, if it does.')}
              onChange={event => onChange({ stream: event.target.checked })}
            />
          </>
        )}
      </div>
    </details>
  );
}
