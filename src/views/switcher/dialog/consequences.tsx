import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ICarried, ICompute, ISwitchPreview } from '../../../protocol';
import { isSame } from '../../../store/compute-name';
import { roughly } from '../steps';
import { placeInSentence } from '../words';
import { FilesTick, PackagesTick, Tick, VariablesTick } from './ticks';

/**
 * What is kept and what is lost, said before the click, and what may come along.
 */
export function Consequences(props: {
  now: ICompute;
  then: ICompute;
  preview: ISwitchPreview | null;
  carried: ICarried;
  /** Whether the kernel is gone. */
  ended: boolean;
  stopOld: boolean;
  keepOldKernel: boolean;
  trans: TranslationBundle;
  onCarried: (carried: ICarried) => void;
  onStopOld: (on: boolean) => void;
  onKeepOldKernel: (on: boolean) => void;
}): React.ReactElement {
  const { now, then, preview, carried, ended, stopOld, trans } = props;
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
      {!ended && (
        <>
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
        </>
      )}
      {!retype && (
        <FilesTick
          folder={preview ? preview.folder : undefined}
          fetched={preview ? preview.fetched : undefined}
          now={now}
          then={then}
          on={carried.files}
          trans={trans}
          onTick={files => set({ files })}
        />
      )}
      <h3>{trans.__('Lost')}</h3>
      <p>
        {ended
          ? trans.__('What the kernel held: it is gone.')
          : lost(carried, trans)}
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
