import { TranslationBundle } from '@jupyterlab/translation';

import { KnownNetwork } from './known-network';
import { IFieldSchema, isThere } from './schema';

/**
 * A field of subnets or security groups, and what it has to fit.
 */
export interface INetworkField {
  readonly ids: ReadonlyArray<string>;
  readonly isGroups: boolean;
  /** The subnets that it belongs with: its own, or those that the groups are for. */
  readonly subnets: ReadonlyArray<string>;
  /** The VPC that a field named `VpcId` beside them has. */
  readonly vpc: string | null;
}

/**
 * The fields of a form, and what is known of such as they name.
 */
export interface INetwork {
  readonly known: KnownNetwork;
  readonly fields: ReadonlyMap<string, INetworkField>;
}

/** The subnets and VPC of the shape that a field is in. */
type Scope = Pick<INetworkField, 'subnets' | 'vpc'>;

const NOWHERE: Scope = { subnets: [], vpc: null };

/**
 * The fields of subnets and security groups in a form, by their ids in the page, which begin with `id`.
 *
 * Groups are for the subnets beside them or, where there is no such field, for those of the
 * nearest shape around them that has one: `CreateDomain` has them apart.
 */
export function networkFields(
  schema: IFieldSchema,
  value: unknown,
  id: string
): ReadonlyMap<string, INetworkField> {
  const found = new Map<string, INetworkField>();
  const visit = (
    schema: IFieldSchema,
    value: unknown,
    id: string,
    outer: Scope
  ): void => {
    const picker = schema['x-smext-picker'];
    if (isSubnets(schema) || picker === 'security-groups') {
      const isGroups = picker === 'security-groups';
      found.set(id, { ...outer, ids: idsOf(value), isGroups });
      return;
    }
    if (schema.items && Array.isArray(value)) {
      value.forEach((item, at) =>
        visit(schema.items!, item, `${id}_${at}`, outer)
      );
      return;
    }
    const members = (value ?? {}) as { readonly [name: string]: unknown };
    const shown = Object.entries(schema.properties ?? {}).filter(([, member]) =>
      isThere(member, members)
    );
    const own = shown.filter(([, member]) => isSubnets(member));
    const scope = own.length
      ? {
          subnets: own.flatMap(([name]) => idsOf(members[name])),
          vpc: idsOf(members.VpcId)[0] ?? null
        }
      : outer;
    shown.forEach(([name, member]) =>
      visit(member, members[name], `${id}_${name}`, scope)
    );
  };
  visit(schema, value, id, NOWHERE);
  return found;
}

function isSubnets(schema: IFieldSchema): boolean {
  return ['subnet', 'subnets'].includes(schema['x-smext-picker'] ?? '');
}

function idsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (one): one is string => typeof one === 'string' && one !== ''
  );
}

/**
 * The VPC that security groups have to fit; null where none, or more than one, is known.
 */
export function vpcFor(
  { subnets, vpc }: Scope,
  known: KnownNetwork
): string | null {
  const vpcs = vpcsOf(subnets, known);
  return vpcs.length === 1 ? vpcs[0] : vpcs.length ? null : vpc;
}

/**
 * What is known to be wrong with a field: subnets of several VPCs, groups of another. Empty where
 * nothing is, and where it is not known.
 */
export function networkTrouble(
  field: INetworkField,
  known: KnownNetwork,
  trans: TranslationBundle
): string {
  const { ids, isGroups, vpc } = field;
  const vpcs = vpcsOf(ids, known);
  if (!isGroups && vpcs.length > 1) {
    return trans.__(
      'These subnets are of %1 VPCs: %2. AWS takes those of one.',
      vpcs.length,
      vpcs.join(', ')
    );
  }
  const wanted = isGroups ? vpcFor(field, known) : vpc;
  if (wanted === null) {
    return isGroups && vpcs.length > 1 && !field.subnets.length
      ? trans.__(
          'These security groups are of %1 VPCs: %2. Subnets are of one.',
          vpcs.length,
          vpcs.join(', ')
        )
      : '';
  }
  const others = ids.filter(id => (known.vpcOf(id) ?? wanted) !== wanted);
  if (!others.length) {
    return '';
  }
  const named = others.join(', ');
  const theirs = vpcsOf(others, known).join(', ');
  return isGroups
    ? trans._n(
        '%2 is of another VPC (%3) than the subnets (%4). AWS takes it only if it is associated with theirs.',
        '%2 are of another VPC (%3) than the subnets (%4). AWS takes them only if they are associated with theirs.',
        others.length,
        named,
        theirs,
        wanted
      )
    : trans._n(
        '%2 is of another VPC (%3) than the one that is named beside it (%4).',
        '%2 are of another VPC (%3) than the one that is named beside them (%4).',
        others.length,
        named,
        theirs,
        wanted
      );
}

function vpcsOf(ids: ReadonlyArray<string>, known: KnownNetwork): string[] {
  const vpcs = ids.map(id => known.vpcOf(id)).filter(Boolean) as string[];
  return [...new Set(vpcs)];
}
