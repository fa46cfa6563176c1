import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LinkButton } from '../../../components/button';
import { IOfferedKernel, IProblem, ISwitchPreview } from '../../../protocol';
import { ProblemCallout } from '../../modal/problem';

/**
 * Which kernel of the place it shall be. They are known where its Jupyter server was signed in to;
 * else that is offered where it is up.
 */
export function KernelChoice(props: {
  /** Null before our server was heard. */
  preview: ISwitchPreview | null;
  /** The name of the kernel that was chosen; null: the one that is taken by itself. */
  kernel: string | null;
  isUp: boolean;
  signingIn: boolean;
  problem: IProblem | null;
  trans: TranslationBundle;
  onKernel: (kernel: string | null) => void;
  onSignIn: () => void;
}): React.ReactElement {
  const { preview, kernel, isUp, signingIn, problem, trans } = props;
  const id = React.useId();
  const offered = preview?.kernels ?? null;
  const usual = offered?.find(({ name }) => name === preview?.kernel);
  const others = (offered ?? (kernel === null ? [] : [unseen(kernel)])).filter(
    one => one !== usual
  );
  return (
    <div className="jp-smext-switcher-kernel">
      <label htmlFor={id}>{trans.__('Kernel')}</label>
      <select
        id={id}
        className="jp-smext-input"
        value={kernel ?? ''}
        onChange={event => props.onKernel(event.target.value || null)}
      >
        <option value="">
          {usual
            ? label(usual, others)
            : offered
              ? trans.__('Choose a kernel')
              : trans.__('The same, or the default')}
        </option>
        {others.map(one => (
          <option key={one.name} value={one.name}>
            {label(one, offered ?? [])}
          </option>
        ))}
      </select>
      {preview !== null && offered === null && (
        <span className="jp-smext-muted">
          {signingIn ? (
            <span role="status">{trans.__('Signing in…')}</span>
          ) : isUp ? (
            <LinkButton
              label={trans.__('Sign in and list its kernels')}
              onClick={props.onSignIn}
            />
          ) : (
            trans.__('Its kernels can be listed while it is up.')
          )}
        </span>
      )}
      {problem && <ProblemCallout problem={problem} trans={trans} folded />}
    </div>
  );
}

/** One that was chosen when the place was up. */
function unseen(name: string): IOfferedKernel {
  return { name, display_name: name, language: '' };
}

/** Two of one name are told apart by what they are called to Jupyter. */
function label(
  kernel: IOfferedKernel,
  among: ReadonlyArray<IOfferedKernel>
): string {
  const { name, display_name: shown } = kernel;
  return among.some(one => one.display_name === shown && one.name !== name)
    ? `${shown} (${name})`
    : shown;
}
