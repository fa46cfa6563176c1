import { LabIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

/**
 * A square button with an icon; `label` is its name and its tooltip.
 */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  onClick: (event: React.MouseEvent<HTMLButtonElement>) => void;
  menu?: boolean;
  disabled?: boolean;
  tabIndex?: number;
}): React.ReactElement {
  const { icon, label, onClick, menu, disabled, tabIndex } = props;
  return (
    <button
      type="button"
      className="jp-smext-iconbtn"
      aria-label={label}
      aria-haspopup={menu ? 'menu' : undefined}
      aria-disabled={disabled || undefined}
      title={label}
      tabIndex={tabIndex}
      onClick={disabled ? undefined : onClick}
    >
      <icon.react tag="span" className="jp-smext-icon" />
    </button>
  );
}

/**
 * A button that reads as a link: for what follows from the sentence before it.
 */
export function LinkButton(props: {
  label: string;
  onClick: () => void;
  disabled?: boolean;
  title?: string;
  tabIndex?: number;
}): React.ReactElement {
  const { label, onClick, disabled, title, tabIndex } = props;
  return (
    <button
      type="button"
      className="jp-smext-link"
      aria-disabled={disabled || undefined}
      title={title}
      tabIndex={tabIndex}
      onClick={disabled ? undefined : onClick}
    >
      {label}
    </button>
  );
}
