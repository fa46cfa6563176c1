import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../../components/button';
import { checkIcon, warningIcon, xIcon } from '../../components/icons';
import { ISessionCompute, ISwitch } from '../../protocol';
import { isSame } from '../../store/compute-name';
import { length } from './steps';
import {
  goalOf,
  goesBack,
  isUp,
  onlyKernel,
  placeInSentence,
  stands
} from './words';

/**
 * How a switch ended that did not fail, and what did not come along.
 */
export function Outcome(props: {
  task: ISwitch;
  trans: TranslationBundle;
  onClose: () => void;
}): React.ReactElement {
  const { task, trans, onClose } = props;
  return (
    <Note
      tone={task.state === 'done' || goesBack(task) ? 'ok' : 'idle'}
      title={outcome(task, trans)}
      trans={trans}
      onClose={onClose}
    >
      {task.left.map(({ what, state }, index) => (
        <p key={`left ${index}`}>{trans.__('%1: %2', what, state)}</p>
      ))}
      {task.notes.map((note, index) => (
        <p key={index}>{note}</p>
      ))}
    </Note>
  );
}

/**
 * One sentence on how a switch ended.
 */
export function outcome(task: ISwitch, trans: TranslationBundle): string {
  const goal = goalOf(task, trans);
  if (task.state === 'done') {
    const took = length((task.ended ?? task.started) - task.started, trans);
    return onlyKernel(task)
      ? trans.__('A new kernel runs on %1, after %2.', goal, took)
      : trans.__('Switched to %1 in %2.', goal, took);
  }
  if (!goesBack(task)) {
    return trans.__('The switch to %1 was cancelled.', goal);
  }
  const { now, then } = task;
  const place = placeInSentence(now, trans);
  return isSame(now.at, then.at) && now.instance_type
    ? trans.__('Back on %1: %2 is as it was.', now.instance_type, place)
    : trans.__(
        'The switch to %1 was undone: the kernel is on %2.',
        goal,
        place
      );
}

/**
 * That the line to a kernel is cut, or that something of its output was lost.
 */
export function LineNote(props: {
  session: ISessionCompute;
  trans: TranslationBundle;
  onNewKernel: () => Promise<void>;
  onChoose: () => void;
  onClose: () => void;
  children?: React.ReactNode;
}): React.ReactElement {
  const { session, trans, onNewKernel, onChoose, onClose } = props;
  const { compute, line, note } = session;
  const [busy, setBusy] = React.useState(false);
  const start = () => {
    if (!busy) {
      setBusy(true);
      void onNewKernel().finally(() => setBusy(false));
    }
  };
  const place = placeInSentence(compute, trans);
  if (line === 'open') {
    return (
      <Note tone="idle" title={note} trans={trans} onClose={onClose}>
        {null}
      </Note>
    );
  }
  return (
    <Note
      tone={line === 'ended' ? 'bad' : 'idle'}
      title={
        line === 'ended'
          ? trans.__('The kernel on %1 is gone.', place)
          : trans.__(
              'The line to the kernel on %1 is cut; it is tried again.',
              place
            )
      }
      trans={trans}
    >
      <p>
        {[
          note,
          !compute.status || (line === 'lost' && isUp(compute))
            ? ''
            : isUp(compute)
              ? trans.__('%1 is up again.', place)
              : stands(compute, trans)
        ]
          .filter(Boolean)
          .join(' ')}
      </p>
      {line === 'ended' && (
        <div className="jp-smext-callout-actions">
          {(isUp(compute) || compute.tone === 'busy') && (
            <button
              type="button"
              className="jp-smext-btn jp-mod-accept"
              aria-disabled={busy || undefined}
              onClick={start}
            >
              {trans.__('Start a new kernel')}
            </button>
          )}
          <button type="button" className="jp-smext-btn" onClick={onChoose}>
            {trans.__('Select instance…')}
          </button>
        </div>
      )}
      {props.children}
    </Note>
  );
}

function Note(props: {
  tone: 'ok' | 'idle' | 'bad';
  title: string;
  trans: TranslationBundle;
  onClose?: () => void;
  children: React.ReactNode;
}): React.ReactElement {
  const { tone, title, trans, onClose } = props;
  const Icon = tone === 'ok' ? checkIcon : warningIcon;
  return (
    <div
      className="jp-smext-callout jp-smext-switch-note"
      data-tone={tone}
      role={tone === 'bad' ? 'alert' : 'status'}
    >
      <Icon.react tag="span" className="jp-smext-icon" />
      <div className="jp-smext-grow">
        <div className="jp-smext-line">
          <span className="jp-smext-grow">{title}</span>
          {onClose && (
            <IconButton
              icon={xIcon}
              label={trans.__('Close')}
              onClick={onClose}
            />
          )}
        </div>
        {props.children}
      </div>
    </div>
  );
}
