import * as React from 'react';

import { IDataGrid } from '../../../components/data-grid';
import { ISmext } from '../../../tokens';
import { RegionField } from '../../modal/frame';
import { ProblemCallout } from '../../modal/problem';
import { keyOf, useOf } from './choice';
import { NewInstance } from './new-instance';
import { EngineDown, NoConnection, Reading } from './not-there';
import { freeName } from './offers';
import { Types } from './types';
import { ISelection } from './useSelection';

const REGION = 'jp-smext-switcher-region';

/**
 * What a target asks for: its type, of a new one its name and role; or why it is not there.
 */
export const Selection = React.forwardRef<
  IDataGrid,
  {
    selection: ISelection;
    smext: ISmext;
    path: string;
    onConfirm: () => void;
    onSubmit: () => void;
  }
>((props, ref) => {
  const { selection, smext } = props;
  const { store, trans } = smext;
  const { choice, engine, down, places, targets, target } = selection;
  const { types, type, last, attempt, keep } = selection;
  const where = target.kind === 'new' ? target : target.compute.at;
  return (
    <div className="jp-smext-switcher-left">
      {choice?.connection === null && <NoConnection smext={smext} />}
      {choice !== null && choice.connection !== null && !down && (
        <Reading
          problem={places.problem}
          reading={places.value === null}
          trans={trans}
          onAgain={selection.again}
        />
      )}
      {down && (
        <EngineDown
          engine={engine!}
          trans={trans}
          onStart={() => void store.startLocal()}
        />
      )}
      {!down &&
        places.value?.problems.map((one, index) => (
          <ProblemCallout key={index} problem={one} trans={trans} folded />
        ))}
      {target.kind === 'new' && !down && choice && (
        <RegionField
          id={REGION}
          className="jp-smext-switcher-kernel"
          regions={choice.regions}
          value={target.region}
          trans={trans}
          onChange={selection.setRegion}
        />
      )}
      {target.kind === 'new' && !down && (
        <NewInstance
          key={`${keyOf(target)} ${attempt}`}
          smext={smext}
          connection={target.connection}
          region={target.region}
          name={freeName(props.path, targets)}
          onChange={selection.fill}
          onSubmit={props.onSubmit}
        />
      )}
      {useOf(target) === null ? (
        choice?.connection !== null && (
          <p className="jp-smext-modal-wait">
            {trans.__(
              'The kernel runs beside this Jupyter server, as before. It costs nothing and knows no limits of its own.'
            )}
          </p>
        )
      ) : down ? null : types.value ? (
        <Types
          key={`${where.connection}/${where.region}/${useOf(target)}`}
          ref={ref}
          answer={types.value}
          selected={type}
          now={selection.typeNow}
          fastOnly={last.fastOnly}
          withinQuota={last.withinQuota}
          trans={trans}
          onFastOnly={fastOnly => keep({ fastOnly })}
          onWithinQuota={withinQuota => keep({ withinQuota })}
          onSelect={selection.want}
          onConfirm={props.onConfirm}
        />
      ) : (
        types.problem && (
          <ProblemCallout
            problem={types.problem}
            trans={trans}
            onAgain={selection.again}
          />
        )
      )}
    </div>
  );
});
