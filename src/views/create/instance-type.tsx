import { TranslationBundle } from '@jupyterlab/translation';
import { WidgetProps } from '@rjsf/utils';
import * as React from 'react';

import { Api } from '../../api';
import { ComputeRoutes } from '../../api/computes';
import { hourly } from '../../components/amount';
import { IInstanceType, IInstanceTypes } from '../../protocol';
import { factsOf } from '../switcher/words';
import { ListInput } from './list-input';

/**
 * The member of a field's schema that says for which use its values are instance types.
 */
export const USE = 'x-smext-use';

/** Milliseconds until prices are asked for again that are on their way. */
const AGAIN = 2000;

/**
 * Asks for the instance types of a use, with their facts and prices.
 */
export type InstanceTypesOf = (
  use: IInstanceTypes['use']
) => Promise<IInstanceTypes>;

/**
 * Asks for each use once, however many fields there are.
 */
export function useInstanceTypes(
  api: Api,
  connection: string,
  region: string
): InstanceTypesOf {
  return React.useMemo(() => {
    const asked = new Map<string, ReturnType<InstanceTypesOf>>();
    return use => {
      const known =
        asked.get(use) ??
        api.of(ComputeRoutes).instanceTypes(connection, region, use);
      asked.set(use, known);
      const forget = () => asked.delete(use);
      known.then(({ reading }) => reading && forget(), forget);
      return known;
    };
  }, [api, connection, region]);
}

/**
 * An instance type to choose by name or by what it has: a list to type into, with vCPU, memory, GPU and price.
 */
export function InstanceTypeChoice(
  props: WidgetProps & { typesOf: InstanceTypesOf; trans: TranslationBundle }
): React.ReactElement {
  const { id, value, options, trans } = props;
  const use = props.schema[USE as keyof typeof props.schema];
  const { typesOf } = props;
  const [types, setTypes] = React.useState<IInstanceTypes | null>(null);
  React.useEffect(() => {
    let wanted = true;
    let timer: number | undefined;
    const ask = () =>
      typesOf(use as IInstanceTypes['use']).then(
        answer => {
          if (wanted) {
            setTypes(answer);
            timer = answer.reading ? window.setTimeout(ask, AGAIN) : undefined;
          }
        },
        // The names are in the form; only their facts are missing.
        (reason: unknown) =>
          console.warn('The instance types could not be read', reason)
      );
    void ask();
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [typesOf, use]);
  const known = React.useMemo(
    () => new Map(types?.types.map(type => [type.name, type])),
    [types]
  );
  const names = (options.enumOptions ?? []).map(({ value }) => String(value));
  const chosen = known.get(String(value ?? ''));
  const isPriced = types !== null && types.charged && !types.reading;
  const words = (type: IInstanceType | undefined) =>
    type ? about(type, isPriced, trans) : '';
  return (
    <>
      <ListInput
        field={props}
        describedBy={`${id}__error ${id}__about ${id}__description`}
        choices={cheapestFirst(names, known).map(name => ({
          value: name,
          label: words(known.get(name))
        }))}
      />
      <p id={`${id}__about`} className="jp-smext-field-help" role="status">
        {words(chosen)}
      </p>
    </>
  );
}

/** `2 vCPU + 4 GiB + 1 GPU · 1 × NVIDIA T4, 16 GiB · $0.05/h` */
function about(
  type: IInstanceType,
  isPriced: boolean,
  trans: TranslationBundle
): string {
  const { gpus, gpu, gpu_memory_gib: memory } = type;
  const gpuWords =
    gpus && gpu
      ? memory === null
        ? trans.__('%1 × %2', gpus, gpu)
        : trans.__('%1 × %2, %3 GiB', gpus, gpu, memory)
      : '';
  const price =
    type.price !== null
      ? hourly(type.price, trans)
      : isPriced
        ? trans.__('no price')
        : '';
  const { quota, quota_left: left } = type;
  const quotaWords =
    quota === null || !isPriced
      ? ''
      : left === null
        ? trans.__('quota %1', quota)
        : trans.__('quota %1, %2 left', quota, left);
  return [factsOf(type, trans), gpuWords, price, quotaWords]
    .filter(Boolean)
    .join(' · ');
}

/** What has no price comes after what has one, by size. */
function cheapestFirst(
  names: ReadonlyArray<string>,
  known: ReadonlyMap<string, IInstanceType>
): string[] {
  const measure = (name: string): number[] => {
    const type = known.get(name);
    return [
      type?.price ?? Infinity,
      type?.gpus ?? 0,
      type?.vcpu ?? Infinity,
      type?.memory_gib ?? Infinity
    ];
  };
  return [...names].sort((a, b) => {
    const theirs = measure(b);
    const differ = measure(a).findIndex((mine, at) => mine !== theirs[at]);
    return differ === -1 ? 0 : measure(a)[differ] < theirs[differ] ? -1 : 1;
  });
}
