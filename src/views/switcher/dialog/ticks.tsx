import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes } from '../../../components/amount';
import {
  ICompute,
  IFolder,
  IPackageDifference,
  IVariables
} from '../../../protocol';

/**
 * The variables that come along; `undefined` before our server was heard.
 */
export function VariablesTick(props: {
  variables: IVariables | null | undefined;
  on: boolean;
  trans: TranslationBundle;
  onTick: (on: boolean) => void;
}): React.ReactElement {
  const { variables, on, trans, onTick } = props;
  if (!variables) {
    return (
      <Tick
        on={on}
        label={trans.__('Variables')}
        hint={
          variables === null
            ? trans.__('not readable while the kernel is busy')
            : undefined
        }
        onTick={onTick}
      />
    );
  }
  const without = Object.keys(variables.without);
  const count = variables.names.length;
  return (
    <Tick
      on={on && count > 0}
      disabled={count === 0}
      label={
        count
          ? trans._n(
              '%1 variable, %2.',
              '%1 variables, %2.',
              count,
              bytes(variables.bytes, trans)
            )
          : trans.__('No variables.')
      }
      title={variables.names.join(', ')}
      onTick={onTick}
    >
      <Without reasons={variables.without}>
        {trans._n('%1 cannot come:', '%1 cannot come:', without.length)}{' '}
        <code>{without.join(', ')}</code>
      </Without>
    </Tick>
  );
}

/**
 * The packages that the other kernel lacks.
 */
export function PackagesTick(props: {
  packages: ReadonlyArray<IPackageDifference> | null | undefined;
  on: boolean;
  trans: TranslationBundle;
  onTick: (on: boolean) => void;
}): React.ReactElement {
  const { packages, on, trans, onTick } = props;
  if (!packages) {
    return (
      <Tick
        on={on}
        label={trans.__('Install packages that differ')}
        hint={
          packages === null
            ? trans.__('told once the new kernel runs')
            : undefined
        }
        onTick={onTick}
      />
    );
  }
  // What the notebook has not imported is only named.
  const count = packages.filter(({ imported }) => imported).length;
  return (
    <Tick
      on={on && count > 0}
      disabled={count === 0}
      label={
        count
          ? trans._n(
              'Install %1 package in use that differs',
              'Install %1 packages in use that differ',
              count
            )
          : packages.length > 0
            ? trans.__('No package in use differs.')
            : trans.__('The packages are the same.')
      }
      onTick={onTick}
    >
      {packages.length > 0 && (
        <details className="jp-smext-more">
          <summary>
            <code>{packages.map(({ name }) => name).join(', ')}</code>
          </summary>
          <dl>
            {packages.map(({ name, here, there, imported }) => (
              <React.Fragment key={name}>
                <dt>{name}</dt>
                <dd>
                  {there === null
                    ? trans.__('%1, not there', here)
                    : trans.__('%1, there %2', here, there)}
                  {imported && trans.__(', in use')}
                </dd>
              </React.Fragment>
            ))}
          </dl>
        </details>
      )}
    </Tick>
  );
}

/**
 * The notebook's folder: sent to an instance, and what changed on the one that is left brought back.
 */
export function FilesTick(props: {
  folder: IFolder | null | undefined;
  fetched: IFolder | null | undefined;
  now: ICompute;
  then: ICompute;
  on: boolean;
  trans: TranslationBundle;
  onTick: (on: boolean) => void;
}): React.ReactElement {
  const { folder, fetched, now, then, on, trans, onTick } = props;
  if (then.at.kind === 'local') {
    return (
      <BackTick
        fetched={fetched}
        from={now.name}
        on={on}
        trans={trans}
        onTick={onTick}
      />
    );
  }
  if (!folder) {
    return (
      <Tick
        on={on}
        label={trans.__("The notebook's folder")}
        hint={folder === null ? trans.__('not readable') : undefined}
        onTick={onTick}
      />
    );
  }
  const without = Object.keys(folder.without).length;
  return (
    <Tick
      on={on}
      label={trans._n(
        'Copy %1 file, %2',
        'Copy %1 files, %2',
        folder.files,
        bytes(folder.bytes, trans)
      )}
      hint={[
        folder.by_s3 && trans.__('by S3'),
        fetched?.files &&
          trans._n(
            'and bring back %1 from %2',
            'and bring back %1 from %2',
            fetched.files,
            now.name
          )
      ]
        .filter(Boolean)
        .join(', ')}
      title={folder.path}
      onTick={onTick}
    >
      <Without reasons={folder.without}>
        {trans._n('%1 stays here', '%1 stay here', without)}
      </Without>
    </Tick>
  );
}

/** What changed on an instance comes back to this machine; what changed here as well stays too. */
function BackTick(props: {
  fetched: IFolder | null | undefined;
  from: string;
  on: boolean;
  trans: TranslationBundle;
  onTick: (on: boolean) => void;
}): React.ReactElement {
  const { fetched, from, on, trans, onTick } = props;
  const none = fetched?.files === 0;
  const without = fetched?.without ?? {};
  return (
    <Tick
      on={on && !none}
      disabled={none}
      label={
        !fetched
          ? trans.__('Bring back the files that changed on %1', from)
          : none
            ? trans.__('No file changed on %1', from)
            : trans._n(
                'Bring back %1 changed file from %2, %3',
                'Bring back %1 changed files from %2, %3',
                fetched.files,
                from,
                bytes(fetched.bytes, trans)
              )
      }
      hint={
        fetched === null ? trans.__('told once it can be asked') : undefined
      }
      title={trans.__(
        'A file that changed here as well is kept; the other version is put beside it.'
      )}
      onTick={onTick}
    >
      <Without reasons={without}>
        {trans._n(
          '%1 stays there',
          '%1 stay there',
          Object.keys(without).length
        )}
      </Without>
    </Tick>
  );
}

/** What does not come along, by name, with the reason of each folded away. */
function Without(props: {
  reasons: IFolder['without'];
  children: React.ReactNode;
}): React.ReactElement | null {
  const reasons = Object.entries(props.reasons);
  return reasons.length ? (
    <details className="jp-smext-more">
      <summary>{props.children}</summary>
      <dl>
        {reasons.map(([name, why]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{String(why)}</dd>
          </React.Fragment>
        ))}
      </dl>
    </details>
  ) : null;
}

/**
 * A tick, and what unfolds below it.
 */
export function Tick(props: {
  on: boolean;
  label: string;
  hint?: string;
  title?: string;
  disabled?: boolean;
  onTick: (on: boolean) => void;
  children?: React.ReactNode;
}): React.ReactElement {
  return (
    <div className="jp-smext-tick">
      <label className="jp-smext-check" title={props.title}>
        <input
          type="checkbox"
          checked={props.on}
          disabled={props.disabled}
          onChange={event => props.onTick(event.target.checked)}
        />
        <span>
          {props.label}
          {props.hint && <span className="jp-smext-muted"> {props.hint}</span>}
        </span>
      </label>
      {props.children}
    </div>
  );
}
