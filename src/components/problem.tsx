import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { Clipboard } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IProblem } from '../protocol';
import { Facts } from './facts';

import '../../style/shared.css';

/**
 * A text in which the given names stand as code.
 */
export function WithCode(props: {
  text: string;
  names: ReadonlyArray<string | null | undefined>;
}): React.ReactElement {
  let parts: (string | React.ReactElement)[] = [props.text];
  for (const name of props.names) {
    if (!name) {
      continue;
    }
    parts = parts.flatMap<string | React.ReactElement>(part =>
      typeof part !== 'string'
        ? [part]
        : part
            .split(name)
            .flatMap((text, index) =>
              index
                ? [<code key={`${name}${index}`}>{name}</code>, text]
                : [text]
            )
    );
  }
  return (
    <>
      {parts.map((part, index) => (
        <React.Fragment key={index}>{part}</React.Fragment>
      ))}
    </>
  );
}

/**
 * Put a text on the clipboard and say so.
 */
export function copyText(text: string, said: string): void {
  Clipboard.copyToSystem(text);
  Notification.info(said, { autoClose: 2000 });
}

/**
 * Everything that is known of a problem, in a dialog.
 */
export async function showProblem(
  problem: IProblem,
  trans: TranslationBundle
): Promise<void> {
  const facts: [string, string | null][] = [
    [trans.__('What AWS said'), problem.detail || null],
    [trans.__('What to do'), problem.next || null],
    [trans.__('In a terminal'), problem.command],
    [trans.__('Permission'), problem.permission],
    [trans.__('Code'), problem.code],
    [trans.__('Request id'), problem.request_id]
  ];
  await showDialog({
    title: problem.title,
    body: <Facts facts={facts} className="jp-smext-problem" />,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
