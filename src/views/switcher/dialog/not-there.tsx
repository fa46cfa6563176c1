import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { LOCAL } from '../../../store';
import { ILocalEngine, IProblem } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { ProblemCallout } from '../../modal/problem';

/**
 * Nothing tells yet where instances run: on this machine, or through a connection of the panel.
 */
export function NoConnection(props: { smext: ISmext }): React.ReactElement {
  const { store, trans } = props.smext;
  return (
    <div className="jp-smext-switcher-none">
      <p>
        {trans.__(
          'Instances run in an AWS account, or on this machine: the local engine has the same API with real local processes, no account and no cost.'
        )}
      </p>
      <div className="jp-smext-callout-actions">
        <button
          type="button"
          className="jp-smext-btn jp-mod-accept"
          onClick={() => {
            store.setConnection(LOCAL);
            void store.startLocal();
          }}
        >
          {trans.__('Use the local engine')}
        </button>
        <span className="jp-smext-muted">
          {trans.__('Or choose a connection in the SageMaker panel.')}
        </span>
      </div>
    </div>
  );
}

/**
 * That the places are not there yet, and why.
 */
export function Reading(props: {
  problem: IProblem | null;
  reading: boolean;
  trans: TranslationBundle;
  onAgain: () => void;
}): React.ReactElement | null {
  const { problem, reading, trans } = props;
  if (problem) {
    return (
      <ProblemCallout
        problem={problem}
        trans={trans}
        folded
        onAgain={props.onAgain}
      />
    );
  }
  return reading ? (
    <p role="status" className="jp-smext-modal-wait">
      {trans.__('Looking for instances…')}
    </p>
  ) : null;
}

/**
 * The local engine is what is looked at, and does not run.
 */
export function EngineDown(props: {
  engine: ILocalEngine;
  trans: TranslationBundle;
  onStart: () => void;
}): React.ReactElement {
  const { engine, trans } = props;
  if (engine.problem) {
    return (
      <ProblemCallout
        problem={engine.problem}
        trans={trans}
        folded
        onAgain={props.onStart}
      />
    );
  }
  return (
    <div className="jp-smext-switcher-none" role="status">
      <p>
        {engine.starting
          ? trans.__('Starting the local engine…')
          : trans.__(
              'The local engine is not running. It answers as SageMaker does, from this machine, with real processes.'
            )}
      </p>
      {!engine.starting && (
        <div className="jp-smext-callout-actions">
          <button
            type="button"
            className="jp-smext-btn jp-mod-accept"
            onClick={props.onStart}
          >
            {trans.__('Start the local engine')}
          </button>
        </div>
      )}
    </div>
  );
}
