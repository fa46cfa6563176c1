import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dollars } from '../../../components/amount';
import { IColumn } from '../../../components/data-grid';
import { checkIcon } from '../../../components/icons';
import { IInstanceType } from '../../../protocol';
import { Column } from '../sort';

const WIDTHS: { readonly [column in Column]: string } = {
  name: '124px',
  vcpu: '40px',
  memory: '40px',
  gpu: 'minmax(0, 1fr)',
  fast: '76px',
  quota: '86px',
  price: '52px'
};

/**
 * The columns of the table of types: what costs nothing has neither price nor quota.
 */
export function typeColumns(
  shown: {
    now: string | null;
    charged: boolean;
    anyFast: boolean;
    reading: boolean;
  },
  trans: TranslationBundle
): IColumn<IInstanceType, Column>[] {
  const { now, charged, anyFast, reading } = shown;
  const muted = (text: string) => (
    <span className="jp-smext-muted">{text}</span>
  );
  const columns: IColumn<IInstanceType, Column>[] = [
    {
      id: 'name',
      label: trans.__('Instance type'),
      cell: type => (
        <>
          {type.name}
          {type.name === now && (
            <>
              {' '}
              <span className="jp-smext-badge">{trans.__('now')}</span>
            </>
          )}
        </>
      )
    },
    {
      id: 'vcpu',
      label: trans.__('vCPU'),
      numeric: true,
      cell: type => type.vcpu ?? '–'
    },
    {
      id: 'memory',
      label: trans.__('GiB'),
      numeric: true,
      cell: type => type.memory_gib ?? '–'
    },
    {
      id: 'gpu',
      label: trans.__('GPU'),
      cell: type => gpuOf(type, trans),
      tooltip: type => (type.gpus ? (type.gpu ?? undefined) : undefined)
    },
    {
      id: 'fast',
      label: trans.__('Fast launch'),
      cell: type =>
        type.fast_launch && (
          <span role="img" aria-label={trans.__('yes')}>
            <checkIcon.react tag="span" className="jp-smext-icon" />
          </span>
        )
    },
    {
      id: 'quota',
      label: trans.__('Quota left'),
      numeric: true,
      cell: ({ quota, quota_left: left }) =>
        quota === null
          ? muted(reading ? '…' : trans.__('not readable'))
          : left === null
            ? trans.__('? of %1', quota)
            : trans.__('%1 of %2', left, quota)
    },
    {
      id: 'price',
      label: trans.__('$/h'),
      numeric: true,
      cell: ({ price }) =>
        price === null
          ? muted(reading ? '…' : trans.__('no price'))
          : dollars(price)
    }
  ];
  return columns.filter(
    ({ id }) =>
      (charged || (id !== 'price' && id !== 'quota')) &&
      (anyFast || id !== 'fast')
  );
}

/**
 * The widths of columns, as a style's `grid-template-columns` has them.
 */
export function widthsOf(
  columns: ReadonlyArray<IColumn<IInstanceType, Column>>
): string {
  return columns.map(({ id }) => WIDTHS[id]).join(' ');
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
