import { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { TitledTable } from '../../../components/titled-table';
import { IBenchmark, IModelParameter } from '../../../protocol';

/**
 * Parameters as the document declares them; nothing where there are none.
 */
export function ParameterTable(props: {
  title: string;
  parameters: ReadonlyArray<IModelParameter>;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { title, parameters, trans } = props;
  if (!parameters.length) {
    return null;
  }
  return (
    <TitledTable title={title}>
      <thead>
        <tr>
          <th scope="col">{trans.__('Name')}</th>
          <th scope="col">{trans.__('Type')}</th>
          <th scope="col">{trans.__('Default')}</th>
          <th scope="col">{trans.__('Range')}</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map(parameter => (
          <tr key={parameter.name} title={parameter.help || undefined}>
            <td>
              <code>{parameter.name}</code>
              {parameter.required && (
                <span className="jp-smext-muted"> {trans.__('required')}</span>
              )}
            </td>
            <td>{parameter.type}</td>
            <td>
              <code>{shownDefault(parameter)}</code>
            </td>
            <td>{rangeOf(parameter, trans)}</td>
          </tr>
        ))}
      </tbody>
    </TitledTable>
  );
}

/**
 * What a parameter is when nobody sets it, as it is written into a field; empty without one.
 */
export function shownDefault(parameter: IModelParameter): string {
  const value = parameter.default;
  return value === null || value === undefined
    ? ''
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}

/**
 * `1 to 1,000`, `at least 1`, `True, False`.
 */
export function rangeOf(
  parameter: IModelParameter,
  trans: TranslationBundle
): string {
  const { min, max, above_min, below_max, options } = parameter;
  if (options.length) {
    return options.join(', ');
  }
  if (min !== null && max !== null && !above_min && !below_max) {
    return trans.__('%1 to %2', bound(min), bound(max));
  }
  return [
    min === null
      ? ''
      : above_min
        ? trans.__('more than %1', bound(min))
        : trans.__('at least %1', bound(min)),
    max === null
      ? ''
      : below_max
        ? trans.__('less than %1', bound(max))
        : trans.__('at most %1', bound(max))
  ]
    .filter(Boolean)
    .join(', ');
}

/** 1e-08 is no 0. */
function bound(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001
    ? String(value)
    : value.toLocaleString();
}

/**
 * The measurements that the document carries.
 */
export function BenchmarkTable(props: {
  benchmarks: ReadonlyArray<IBenchmark>;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const { benchmarks, trans } = props;
  if (!benchmarks.length) {
    return null;
  }
  const named = benchmarks.some(({ config }) => config);
  const crowded = benchmarks.some(({ concurrency }) => concurrency !== null);
  return (
    <TitledTable title={trans.__('Measured by AWS')}>
      <thead>
        <tr>
          <th scope="col">{trans.__('Instance type')}</th>
          {named && <th scope="col">{trans.__('Configuration')}</th>}
          {crowded && (
            <th scope="col" className="jp-smext-num">
              {trans.__('Users')}
            </th>
          )}
          <th scope="col">{trans.__('What')}</th>
          <th scope="col" className="jp-smext-num">
            {trans.__('Value')}
          </th>
        </tr>
      </thead>
      <tbody>
        {benchmarks.map((one, index) => (
          <tr key={index}>
            <td>{one.instance_type}</td>
            {named && <td>{one.config}</td>}
            {crowded && <td className="jp-smext-num">{one.concurrency}</td>}
            <td>{one.name}</td>
            <td className="jp-smext-num">
              {[one.value, one.unit].filter(Boolean).join(' ')}
            </td>
          </tr>
        ))}
      </tbody>
    </TitledTable>
  );
}
