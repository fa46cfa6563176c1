import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { xIcon } from '../../components/icons';

/**
 * The head of a modal: its title, what stands below it, and the button that closes.
 */
export function ModalHead(props: {
  titleId: string;
  title: string;
  trans: TranslationBundle;
  /** What closing does, where it is more than that. */
  closes?: string;
  onClose: () => void;
  children?: React.ReactNode;
}): React.ReactElement {
  const { titleId, title, trans, closes, onClose, children } = props;
  return (
    <div className="jp-smext-modal-head">
      <div className="jp-smext-grow">
        <h2 id={titleId}>{title}</h2>
        {children}
      </div>
      <IconButton
        icon={xIcon}
        label={closes ?? trans.__('Close')}
        onClick={onClose}
      />
    </div>
  );
}

/**
 * The foot of a modal that holds a form: cancel it, or send it.
 */
export function FormFoot(props: {
  formId: string;
  action: string;
  ready: boolean;
  sending: boolean;
  trans: TranslationBundle;
  onCancel: () => void;
  children?: React.ReactNode;
}): React.ReactElement {
  const { formId, action, ready, sending, trans, onCancel } = props;
  return (
    <div className="jp-smext-modal-foot">
      {props.children}
      <button
        type="button"
        className="jp-smext-btn jp-mod-reject jp-mod-large"
        onClick={onCancel}
      >
        {trans.__('Cancel')}
      </button>
      <button
        type="submit"
        form={formId}
        className="jp-smext-btn jp-mod-accept jp-mod-large"
        aria-disabled={!ready || sending || undefined}
      >
        {sending ? trans.__('Sending…') : action}
      </button>
    </div>
  );
}

/**
 * In which of the window's regions; nothing where there is but one.
 */
export function RegionField(props: {
  id: string;
  regions: ReadonlyArray<string>;
  value: string;
  trans: TranslationBundle;
  className?: string;
  onChange: (region: string) => void;
}): React.ReactElement | null {
  const { id, regions, value, trans, className, onChange } = props;
  if (regions.length < 2) {
    return null;
  }
  return (
    <div className={className ?? 'jp-smext-field'}>
      <label htmlFor={id}>{trans.__('Region')}</label>
      <select
        id={id}
        className="jp-smext-input"
        value={value}
        onChange={event => onChange(event.target.value)}
      >
        {regions.map(region => (
          <option key={region}>{region}</option>
        ))}
      </select>
    </div>
  );
}
