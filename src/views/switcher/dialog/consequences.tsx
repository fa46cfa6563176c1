import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes } from '../../../components/amount';
import {
  ICarried,
  ICompute,
  IFolder,
  IPackageDifference,
  ISwitchPreview,
  IVariables
} from '../../../protocol';
import { placeInSentence, roughly } from '../words';
import { isSame } from './choice';

/**
 * What is kept and what is lost, said before the click, and what may come along.
 */
export function Consequences(props: {
  now: ICompute;
  then: ICompute;
  preview: ISwitchPreview | null;
  carried: ICarried;
  stopOld: boolean;
  keepOldKernel: boolean;
  trans: TranslationBundle;
  onCarried: (carried: ICarried) => void;
  onStopOld: (on: boolean) => void;
  onKeepOldKernel: (on: boolean) => void;
}): React.ReactElement {
  const { now, then, preview, carried, stopOld, trans } = props;
  const set = (part: Partial<ICarried>) =>
    props.onCarried({ ...carried, ...part });
  const retype = isSame(now.at, then.at);
  const volume = retype ? now.volume_gib : null;
  const leaves = !retype && now.at.kind !== 'local';
  return (
    <div className="jp-smext-consequences">
      <h3>{trans.__('Kept')}</h3>
      <p>
        {volume !== null
          ? trans.__('Cells, outputs and the volume (%1 GB).', volume)
          : trans.__('Cells and outputs.')}
      </p>
      <VariablesTick
        variables={preview ? preview.variables : undefined}
        on={carried.variables}
        trans={trans}
        onTick={variables => set({ variables })}
      />
      <PackagesTick
        packages={preview ? preview.packages : undefined}
        on={carried.packages}
        trans={trans}
        onTick={packages => set({ packages })}
      />
      {!retype && (
        <FilesTick
          folder={preview ? preview.folder : undefined}
          on={carried.files}
          trans={trans}
          onTick={files => set({ files })}
        />
      )}
      <h3>{trans.__('Lost')}</h3>
      <p>
        {lost(carried, trans)}
        <OtherKernels preview={preview} now={now} trans={trans} />
      </p>
      {leaves && (
        <>
          <Tick
            on={stopOld}
            label={trans.__('Stop %1', now.name)}
            onTick={props.onStopOld}
          />
          {!stopOld && (
            <Tick
              on={props.keepOldKernel}
              label={trans.__('Keep its kernel running, to come back to')}
              onTick={props.onKeepOldKernel}
            />
          )}
        </>
      )}
      {preview && <Steps preview={preview} trans={trans} />}
    </div>
  );
}

function lost(carried: ICarried, trans: TranslationBundle): string {
  return carried.variables
    ? trans.__('Running cells, imports and widget state.')
    : trans.__('Variables, running cells, imports and widget state.');
}

function OtherKernels(props: {
  preview: ISwitchPreview | null;
  now: ICompute;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { preview, now, trans } = props;
  const others = preview?.other_kernels ?? [];
  if (!others.length) {
    return null;
  }
  return (
    <>
      {' '}
      {trans._n(
        'Also the other kernel on %2:',
        'Also %1 other kernels on %2:',
        others.length,
        placeInSentence(now, trans)
      )}{' '}
      <b>{others.map(path => path.replace(/^.*\//, '')).join(', ')}</b>.
    </>
  );
}

/** `undefined`: our server was not heard yet. */
function VariablesTick(props: {
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
  const without = Object.entries(variables.without);
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
      {without.length > 0 && (
        <details className="jp-smext-more">
          <summary>
            {trans._n('%1 cannot come:', '%1 cannot come:', without.length)}{' '}
            <code>{without.map(([name]) => name).join(', ')}</code>
          </summary>
          <Reasons of={without} />
        </details>
      )}
    </Tick>
  );
}

function PackagesTick(props: {
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
  const count = packages.length;
  return (
    <Tick
      on={on && count > 0}
      disabled={count === 0}
      label={
        count
          ? trans._n(
              'Install %1 package that differs',
              'Install %1 packages that differ',
              count
            )
          : trans.__('The packages are the same.')
      }
      onTick={onTick}
    >
      {count > 0 && (
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

function FilesTick(props: {
  folder: IFolder | null | undefined;
  on: boolean;
  trans: TranslationBundle;
  onTick: (on: boolean) => void;
}): React.ReactElement {
  const { folder, on, trans, onTick } = props;
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
  const without = Object.entries(folder.without);
  return (
    <Tick
      on={on}
      label={trans._n(
        'Copy %1 file, %2',
        'Copy %1 files, %2',
        folder.files,
        bytes(folder.bytes, trans)
      )}
      hint={folder.by_s3 ? trans.__('by S3') : undefined}
      title={folder.path}
      onTick={onTick}
    >
      {without.length > 0 && (
        <details className="jp-smext-more">
          <summary>
            {trans._n('%1 stays here', '%1 stay here', without.length)}
          </summary>
          <Reasons of={without} />
        </details>
      )}
    </Tick>
  );
}

function Reasons(props: {
  of: ReadonlyArray<[string, unknown]>;
}): React.ReactElement {
  return (
    <dl>
      {props.of.map(([name, why]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd>{String(why)}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

function Tick(props: {
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

/** What is done between the click and the new kernel. */
function Steps(props: {
  preview: ISwitchPreview;
  trans: TranslationBundle;
}): React.ReactElement {
  const { preview, trans } = props;
  const { steps, seconds } = preview;
  return (
    <details className="jp-smext-more">
      <summary>
        {seconds === null
          ? trans._n(
              '%1 step; how long it takes here is not known yet',
              '%1 steps; how long they take here is not known yet',
              steps.length
            )
          : trans._n(
              '%1 step, about %2',
              '%1 steps, about %2',
              steps.length,
              roughly(seconds, trans)
            )}
      </summary>
      <ol>
        {steps.map((step, index) => (
          <li key={index}>{step}</li>
        ))}
      </ol>
    </details>
  );
}
