import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dollars } from '../../../components/amount';
import { checkIcon } from '../../../components/icons';
import { IInstanceType } from '../../../protocol';

/**
 * A type as a row of the table.
 */
export const TypeRow = React.memo(
  (props: {
    type: IInstanceType;
    index: number;
    selected: boolean;
    tabbable: boolean;
    isNow: boolean;
    charged: boolean;
    anyFast: boolean;
    reading: boolean;
    trans: TranslationBundle;
  }): React.ReactElement => {
    const { type, index, selected, isNow, trans } = props;
    const { charged, anyFast, reading } = props;
    return (
      <tr
        aria-rowindex={index + 2}
        aria-selected={selected}
        tabIndex={props.tabbable ? 0 : -1}
      >
        <td>
          {type.name}
          {isNow && (
            <>
              {' '}
              <span className="jp-smext-badge">{trans.__('now')}</span>
            </>
          )}
        </td>
        <td className="jp-smext-num">{type.vcpu ?? '–'}</td>
        <td className="jp-smext-num">{type.memory_gib ?? '–'}</td>
        <td className="jp-smext-ellipsis" title={gpuTitle(type)}>
          {gpuOf(type, trans)}
        </td>
        {anyFast && (
          <td>
            {type.fast_launch && (
              <span role="img" aria-label={trans.__('yes')}>
                <checkIcon.react tag="span" className="jp-smext-icon" />
              </span>
            )}
          </td>
        )}
        {charged && (
          <>
            <Quota type={type} reading={reading} trans={trans} />
            {type.price === null ? (
              <td className="jp-smext-num jp-smext-muted">
                {reading ? '…' : trans.__('no price')}
              </td>
            ) : (
              <td className="jp-smext-num">{dollars(type.price)}</td>
            )}
          </>
        )}
      </tr>
    );
  }
);

function Quota(props: {
  type: IInstanceType;
  reading: boolean;
  trans: TranslationBundle;
}): React.ReactElement {
  const { type, reading, trans } = props;
  const { quota, quota_left } = type;
  if (quota === null) {
    return (
      <td className="jp-smext-num jp-smext-muted">
        {reading ? '…' : trans.__('not readable')}
      </td>
    );
  }
  return (
    <td className="jp-smext-num">
      {quota_left === null
        ? trans.__('? of %1', quota)
        : trans.__('%1 of %2', quota_left, quota)}
    </td>
  );
}

/**
 * `1 × T4, 16 GiB`; empty without a GPU.
 */
export function gpuOf(
  type: Pick<IInstanceType, 'gpus' | 'gpu'> &
    Partial<Pick<IInstanceType, 'gpu_memory_gib'>>,
  trans: TranslationBundle
): string {
  if (!type.gpus) {
    return '';
  }
  const count = trans.__(
    '%1 × %2',
    type.gpus,
    shortGpu(type.gpu) ?? trans.__('GPU')
  );
  return type.gpu_memory_gib
    ? trans.__('%1, %2 GiB', count, Math.round(type.gpu_memory_gib))
    : count;
}

/** Without its maker: `NVIDIA T4` → `T4`. */
function shortGpu(gpu: string | null): string | null {
  return gpu?.replace(/^(NVIDIA|AMD|AWS) /, '') ?? null;
}

function gpuTitle(type: IInstanceType): string | undefined {
  return type.gpus && type.gpu ? type.gpu : undefined;
}
