import * as React from 'react';
import { createRoot } from 'react-dom/client';

import { Api } from '../../api';
import { PolicySource } from '../../components/policy';

/**
 * What a modal's content may do with it.
 */
export interface IModal<T> {
  /**
   * Close and resolve; focus goes back to where it was.
   */
  readonly close: (result: T) => void;
}

/**
 * A modal: `labelledBy` and `describedBy` are the ids of the elements that name it.
 */
export interface IModalOptions<T> {
  readonly role: 'alertdialog' | 'dialog';
  readonly className: string;
  readonly labelledBy: string;
  readonly describedBy?: string;
  /**
   * The result when it is dismissed by Escape.
   */
  readonly dismissed: T;
  /**
   * What it reads what its problems offer from.
   */
  readonly api: Api;
  readonly render: (modal: IModal<T>) => React.ReactElement;
}

/**
 * Show `render()` over the page until it closes.
 *
 * #### Notes
 * JupyterLab's `Dialog` has a fixed set of buttons and swallows Enter on every other one, so a
 * dialog that turns from a question into a progress view needs the browser's own modal. It keeps
 * Tab inside and gives focus back.
 */
export function openModal<T>(options: IModalOptions<T>): Promise<T> {
  const node = document.createElement('dialog');
  node.className = `jp-ThemedContainer jp-smext-modal ${options.className}`;
  node.setAttribute('role', options.role);
  node.setAttribute('aria-modal', 'true');
  node.setAttribute('aria-labelledby', options.labelledBy);
  if (options.describedBy) {
    node.setAttribute('aria-describedby', options.describedBy);
  }
  const opener = document.activeElement;
  const root = createRoot(node);
  return new Promise<T>(resolve => {
    let closed = false;
    const close = (result: T) => {
      if (closed) {
        return;
      }
      closed = true;
      root.unmount();
      node.close();
      node.remove();
      if (opener instanceof HTMLElement && opener.isConnected) {
        opener.focus();
      }
      resolve(result);
    };
    node.addEventListener('cancel', event => {
      event.preventDefault();
      close(options.dismissed);
    });
    document.body.appendChild(node);
    node.showModal();
    root.render(
      <PolicySource.Provider value={options.api}>
        {options.render({ close })}
      </PolicySource.Provider>
    );
  });
}
