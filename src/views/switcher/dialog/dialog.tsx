import * as React from 'react';

import { ApiError } from '../../../api';
import { IDataGrid } from '../../../components/data-grid';
import { checkIcon } from '../../../components/icons';
import { IProblem, ISwitch } from '../../../protocol';
import { isSame } from '../../../store/compute-name';
import { SessionComputes } from '../../../store/session-computes';
import { ISmext } from '../../../tokens';
import { ModalHead } from '../../modal/frame';
import { ProblemCallout } from '../../modal/problem';
import { INotebook } from '../notebook';
import { isUp } from '../words';
import { keyOf } from './choice';
import { Comparison } from './comparison';
import { Consequences } from './consequences';
import { KernelChoice } from './kernel-choice';
import { NEW_FORM } from './new-instance';
import { IPreset } from './offers';
import { Selection } from './selection';
import { Targets } from './targets';
import { useSelection } from './useSelection';
import { whyNot } from './why';

/**
 * Choose where a notebook's kernel runs: an instance and its type, and what comes along.
 */
export function SelectInstance(props: {
  smext: ISmext;
  computes: SessionComputes;
  notebook: INotebook;
  preset: IPreset;
  titleId: string;
  onClose: (made: ISwitch | null) => void;
}): React.ReactElement {
  const { smext, computes, notebook, preset, titleId, onClose } = props;
  const { trans } = smext;
  const selection = useSelection(smext, computes, notebook, preset);
  const { session, target, types, type, last, keep, request } = selection;
  const { now, then, preview, unchanged } = selection;
  const { stopOld } = last;

  const [problem, setProblem] = React.useState<IProblem | null>(null);
  const [unsaved, setUnsaved] = React.useState('');
  const [busy, setBusy] = React.useState<'saving' | 'sending' | null>(null);
  const why = whyNot(
    selection,
    {
      hasKernel: notebook.session !== null,
      busy,
      switching:
        computes.switchOf(notebook.session ?? undefined, notebook.path)
          ?.state === 'running'
    },
    trans
  );

  const table = React.useRef<IDataGrid>(null);
  const content = React.useRef<HTMLDivElement>(null);
  const touched = React.useRef(false);
  React.useEffect(() => {
    content.current?.querySelector<HTMLElement>('input:checked')?.focus();
  }, []);
  React.useEffect(() => {
    if (types.value && target.kind === 'place' && !touched.current) {
      table.current?.focus();
    }
  }, [types.value]);

  const send = async () => {
    if (why !== null || request === null) {
      return;
    }
    keep({ target: keyOf(target), type });
    setProblem(null);
    setUnsaved('');
    try {
      setBusy('saving');
      const { count, seconds } = await notebook.saveAll();
      setBusy('sending');
      const begun = await computes.start({
        ...request,
        saved: count,
        saved_seconds: seconds
      });
      onClose(begun);
    } catch (error) {
      setBusy(null);
      if (error instanceof ApiError) {
        setProblem(error.problem);
      } else {
        setUnsaved(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const confirm = () => {
    const form = document.getElementById(NEW_FORM);
    if (form instanceof HTMLFormElement) {
      form.requestSubmit();
    } else {
      void send();
    }
  };

  return (
    <div
      ref={content}
      className="jp-smext-switcher-content"
      onPointerDown={() => {
        touched.current = true;
      }}
      onKeyDown={() => {
        touched.current = true;
      }}
    >
      <ModalHead
        titleId={titleId}
        title={trans.__(
          'Select instance for %1',
          notebook.path.replace(/^.*\//, '')
        )}
        trans={trans}
        onClose={() => onClose(null)}
      />
      <Targets
        targets={selection.targets}
        selected={target}
        regions={selection.choice?.regions.length ?? 1}
        trans={trans}
        onSelect={selection.pick}
      />
      <div className="jp-smext-switcher-body">
        <Selection
          ref={table}
          selection={selection}
          smext={smext}
          path={notebook.path}
          onConfirm={confirm}
          onSubmit={() => void send()}
        />
        <div className="jp-smext-switcher-right">
          <Comparison
            now={now}
            then={then}
            charged={
              types.value?.charged ??
              (now.price !== null || then.price !== null)
            }
            both={
              !stopOld && !isSame(now.at, then.at) && now.at.kind !== 'local'
            }
            trans={trans}
          />
          {!unchanged && (target.kind === 'place' || selection.kernel) && (
            <KernelChoice
              preview={preview.value}
              kernel={selection.kernel}
              isUp={target.kind === 'place' && isUp(target.compute)}
              signingIn={selection.signIn.busy}
              problem={selection.signIn.problem}
              trans={trans}
              onKernel={selection.setKernel}
              onSignIn={selection.askForKernels}
            />
          )}
          {unchanged ? null : (
            <Consequences
              now={now}
              then={then}
              preview={preview.last}
              carried={last.carried}
              ended={selection.ended}
              stopOld={stopOld}
              keepOldKernel={selection.keepOldKernel}
              trans={trans}
              onCarried={one => keep({ carried: one })}
              onStopOld={one => keep({ stopOld: one })}
              onKeepOldKernel={selection.setKeepOldKernel}
            />
          )}
        </div>
      </div>
      <div className="jp-smext-switcher-problems">
        {[
          ...(session === null && computes.problem ? [computes.problem] : []),
          ...(preview.value?.problems ?? []),
          ...(preview.problem ? [preview.problem] : []),
          ...(problem ? [problem] : [])
        ].map((one, index) => (
          <ProblemCallout key={index} problem={one} trans={trans} folded />
        ))}
        {preview.value?.unknown.map((one, index) => (
          <p key={index} className="jp-smext-muted">
            {one.title}
          </p>
        ))}
        {unsaved && (
          <p role="alert" className="jp-smext-switcher-unsaved">
            {unsaved}
          </p>
        )}
      </div>
      <div className="jp-smext-modal-foot">
        <span
          id="jp-smext-switcher-why"
          className="jp-smext-line jp-smext-modal-aside"
          role="status"
        >
          {why === null && (
            <checkIcon.react
              tag="span"
              className="jp-smext-icon jp-smext-good"
            />
          )}
          <span>
            {why ?? (preview.value?.checked.join(' ') || trans.__('Checked.'))}
          </span>
        </span>
        <button
          type="button"
          className="jp-smext-btn jp-mod-reject jp-mod-large"
          onClick={() => onClose(null)}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="button"
          className="jp-smext-btn jp-mod-accept jp-mod-large"
          aria-disabled={why !== null || undefined}
          aria-describedby="jp-smext-switcher-why"
          title={why ?? undefined}
          onClick={confirm}
        >
          {trans.__('Save and switch')}
        </button>
      </div>
    </div>
  );
}
