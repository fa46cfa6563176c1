import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { dollars, hourly } from '../../../components/amount';
import { ICompute } from '../../../protocol';
import { isSame } from '../../../store/compute-name';
import { memoryOf, placeOf } from '../words';
import { gpuOf } from './type-columns';

/**
 * The old configuration against the new one, and what the difference costs. `both`: the old instance
 * goes on running.
 */
export function Comparison(props: {
  now: ICompute;
  then: ICompute;
  charged: boolean;
  both: boolean;
  trans: TranslationBundle;
}): React.ReactElement {
  const { now, then, charged, both, trans } = props;
  const lines: [string, string, string][] = [
    ...(isSame(now.at, then.at) ? [] : [place(now, then, trans)]),
    [trans.__('Type'), shortType(now), shortType(then)],
    [trans.__('vCPU'), figure(now.vcpu), figure(then.vcpu)],
    [trans.__('Memory'), memory(now, trans), memory(then, trans)],
    [trans.__('GPU'), gpu(now, trans), gpu(then, trans)]
  ];
  if (charged) {
    lines.push([trans.__('Price'), price(now, trans), price(then, trans)]);
  }
  const old = both ? 0 : costOf(now);
  const cost = costOf(then);
  const difference = old === null || cost === null ? null : cost - old;
  return (
    <table
      className="jp-smext-comparison"
      aria-label={trans.__('Old and new configuration')}
    >
      <thead>
        <tr>
          <th scope="col">
            <span className="jp-smext-sr">{trans.__('Fact')}</span>
          </th>
          <th scope="col" className="jp-smext-num">
            {trans.__('Now')}
          </th>
          <th scope="col" className="jp-smext-num">
            {trans.__('New')}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map(([label, one, other]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="jp-smext-num" title={one}>
              {one}
            </td>
            <td className="jp-smext-num" title={other}>
              {other}
            </td>
          </tr>
        ))}
      </tbody>
      {charged && (
        <tfoot>
          <tr>
            <th scope="row">{trans.__('Difference')}</th>
            <td />
            <td className="jp-smext-num">{signed(difference, trans)}</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}

function place(
  now: ICompute,
  then: ICompute,
  trans: TranslationBundle
): [string, string, string] {
  return [trans.__('Place'), placeOf(now, trans), placeOf(then, trans)];
}

/** What a place costs an hour: nothing where no one is billed. */
function costOf(compute: ICompute): number | null {
  return compute.at.kind === 'local' ? 0 : compute.price;
}

function shortType(compute: ICompute): string {
  return compute.instance_type?.replace(/^ml\./, '') ?? '–';
}

function figure(value: number | null): string {
  return value === null ? '–' : String(value);
}

function memory(compute: ICompute, trans: TranslationBundle): string {
  return compute.memory_gib === null
    ? '–'
    : memoryOf(compute.memory_gib, trans);
}

function gpu(compute: ICompute, trans: TranslationBundle): string {
  return compute.gpus === null
    ? '–'
    : gpuOf(compute, trans) || trans.__('none');
}

function price(compute: ICompute, trans: TranslationBundle): string {
  const cost = costOf(compute);
  if (cost === null) {
    return trans.__('no price');
  }
  return compute.at.kind === 'local' ? trans.__('none') : hourly(cost, trans);
}

function signed(difference: number | null, trans: TranslationBundle): string {
  if (difference === null) {
    return trans.__('not known');
  }
  const amount = dollars(Math.abs(difference));
  return difference < 0
    ? trans.__('− $%1/h', amount)
    : trans.__('+ $%1/h', amount);
}
