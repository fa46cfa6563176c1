import * as React from 'react';

import { EditRoutes } from '../../api/edits';
import { IVariantScaling } from '../../protocol';
import { IViewProps } from '../../tokens';
import { useAnswer } from '../answer';
import { ProblemCallout } from '../modal/problem';
import { VariantScaling } from './scaling';
import { variantsOf } from './variant';
import { Weights } from './weights';

import '../../../style/edit.css';

/**
 * An endpoint's variants: how the traffic is shared, on how many instances each runs, and how it
 * scales.
 */
export function Variants(props: IViewProps): React.ReactElement {
  const { resource, smext, connection, region, kind, id } = props;
  const { api, trans } = smext;
  const variants = variantsOf(resource);
  const [attempt, setAttempt] = React.useState(0);
  const names = variants.map(one => one.VariantName);
  const scaling = useAnswer(
    names.length && props.visible
      ? JSON.stringify([connection, region, id, names, attempt])
      : null,
    () => api.of(EditRoutes).scaling({ connection, region, kind, id })
  );
  const [changed, setChanged] = React.useState<{
    readonly key: unknown;
    readonly variants: ReadonlyArray<IVariantScaling>;
  } | null>(null);
  // An answer of before a change is older than what the change answered.
  const known =
    changed !== null && changed.key === scaling.value
      ? changed.variants
      : scaling.value?.variants;
  if (!variants.length) {
    return (
      <p className="jp-smext-muted">
        {trans.__('It has no variants yet: AWS tells them once it is created.')}
      </p>
    );
  }
  return (
    <div className="jp-smext-edit">
      <h2 className="jp-smext-h2">{trans.__('Traffic and instances')}</h2>
      <Weights {...props} variants={variants} scaling={known ?? []} />
      <h2 className="jp-smext-h2">{trans.__('Automatic scaling')}</h2>
      {known?.map(one => (
        <VariantScaling
          key={one.variant}
          {...props}
          scaling={one}
          onChanged={variants => setChanged({ key: scaling.value, variants })}
        />
      ))}
      {scaling.problem && (
        <ProblemCallout
          problem={scaling.problem}
          trans={trans}
          onAgain={() => setAttempt(attempt + 1)}
        />
      )}
      {!known && !scaling.problem && (
        <p role="status">{trans.__('Reading how it scales…')}</p>
      )}
    </div>
  );
}

export default Variants;
