import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { NotebookPanel } from '@jupyterlab/notebook';
import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { problemOf } from '../../api';
import { KernelRoutes } from '../../api/kernels';
import { bytes } from '../../components/amount';
import { showProblem } from '../../components/problem';
import { IFilesCopied, IFilesRequest } from '../../protocol';
import { SessionComputes } from '../../store/session-computes';
import { ISmext } from '../../tokens';
import { knownOf } from './useNotebook';

/** Seconds that a result stays which nothing has to be done about. */
const SHOWN = 8;

/**
 * Send what changed in a notebook's folder to the instance of its kernel, or fetch it. A notification
 * says how that goes, and what came of it.
 */
export async function copyFiles(
  smext: ISmext,
  computes: SessionComputes,
  panel: NotebookPanel,
  direction: IFilesRequest['direction']
): Promise<void> {
  const { api, trans } = smext;
  const { session } = knownOf(panel, computes);
  if (!session) {
    return;
  }
  const place = session.compute.name;
  const id = Notification.emit(
    direction === 'send'
      ? trans.__('Sending changed files to %1…', place)
      : trans.__('Fetching changed files from %1…', place),
    'in-progress',
    { autoClose: false }
  );
  let content: Omit<Notification.IUpdate<never>, 'id'>;
  try {
    const copied = await api
      .of(KernelRoutes)
      .copyFiles(session.session_id, direction);
    const details = detailsOf(copied, direction, trans);
    content = {
      message: outcomeOfCopy(copied, place, direction, trans),
      type: details.length ? 'warning' : 'success',
      autoClose: details.length ? false : 1000 * SHOWN,
      actions: details.length
        ? [
            {
              label: trans.__('Details'),
              callback: event => {
                event.preventDefault();
                void showDetails(details, place, trans);
              }
            }
          ]
        : []
    };
  } catch (error) {
    const problem = problemOf(error);
    content = {
      message:
        direction === 'send'
          ? trans.__('Files were not sent: %1', problem.title)
          : trans.__('Files were not fetched: %1', problem.title),
      type: 'error',
      autoClose: false,
      actions: [
        {
          label: trans.__('Details'),
          callback: event => {
            event.preventDefault();
            void showProblem(problem, trans);
          }
        }
      ]
    };
  }
  // Closed by hand, it comes back with the result.
  if (!Notification.update({ id, ...content })) {
    const { message, type, ...options } = content;
    Notification.emit(message ?? '', type ?? 'default', options);
  }
}

/**
 * What came of it: `2 files came back from nb-cpu, 1 beside yours: a (from nb-cpu).csv`.
 */
export function outcomeOfCopy(
  copied: IFilesCopied,
  place: string,
  direction: IFilesRequest['direction'],
  trans: TranslationBundle
): string {
  const beside = Object.values(copied.beside).map(String);
  const without = Object.keys(copied.without);
  const sent = direction === 'send';
  return [
    countOf(copied, place, sent, trans),
    beside.length
      ? trans.__('%1 beside yours: %2', beside.length, beside.join(', '))
      : '',
    !without.length
      ? ''
      : sent
        ? trans.__('%1 not sent: %2', without.length, without.join(', '))
        : trans.__('%1 not fetched: %2', without.length, without.join(', ')),
    copied.left
  ]
    .filter(Boolean)
    .join(', ');
}

function countOf(
  copied: IFilesCopied,
  place: string,
  sent: boolean,
  trans: TranslationBundle
): string {
  const { files, folder } = copied;
  const all = !Object.keys(copied.without).length;
  if (!files) {
    return all
      ? sent
        ? trans.__('%1 has all of it already', place)
        : trans.__('Nothing has changed on %1', place)
      : sent
        ? trans.__('Nothing was sent to %1', place)
        : trans.__('Nothing came back from %1', place);
  }
  return sent
    ? trans._n(
        '%1 file (%2) was sent to %3, into %4',
        '%1 files (%2) were sent to %3, into %4',
        files,
        bytes(copied.bytes, trans),
        place,
        folder
      )
    : trans._n(
        '%1 file came back from %2',
        '%1 files came back from %2',
        files,
        place
      );
}

/** What a person has to know of each file; empty when all went as it should. */
function detailsOf(
  copied: IFilesCopied,
  direction: IFilesRequest['direction'],
  trans: TranslationBundle
): ReadonlyArray<[string, string]> {
  return [
    ...Object.entries(copied.beside).map(([path, name]): [string, string] => [
      path,
      direction === 'send'
        ? trans.__(
            'Changed on both sides: yours was sent, the one from there is %1',
            String(name)
          )
        : trans.__(
            'Changed on both sides: yours is kept, the one from there is %1',
            String(name)
          )
    ]),
    ...Object.entries(copied.without).map(([path, why]): [string, string] => [
      path,
      direction === 'send'
        ? trans.__('Not sent: %1', String(why))
        : trans.__('Not fetched: %1', String(why))
    ]),
    ...(copied.left
      ? [[trans.__('In S3'), copied.left] as [string, string]]
      : [])
  ];
}

async function showDetails(
  details: ReadonlyArray<[string, string]>,
  place: string,
  trans: TranslationBundle
): Promise<void> {
  await showDialog({
    title: trans.__('Files here and on %1', place),
    body: (
      <dl className="jp-smext-problem">
        {details.map(([path, what]) => (
          <React.Fragment key={path}>
            <dt>{path}</dt>
            <dd>{what}</dd>
          </React.Fragment>
        ))}
      </dl>
    ),
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
}
