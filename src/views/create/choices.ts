import { problemOf } from '../../api';
import { IKmsKey, ISecurityGroup, ISubnet } from '../../protocol';
import { ISmext } from '../../tokens';
import { chooseFrom, IChoiceColumn } from './choose-dialog';
import { KnownNetwork, vpcWords } from './known-network';
import { INetworkField, networkTrouble, vpcFor } from './network';

/**
 * Have subnets chosen, or one; null where the dialog was left.
 */
export function chooseSubnets(
  smext: ISmext,
  known: KnownNetwork,
  field: INetworkField,
  multiple: boolean
): Promise<string[] | null> {
  const { trans } = smext;
  return chooseFrom<ISubnet>(smext, {
    title: multiple ? trans.__('Choose subnets') : trans.__('Choose a subnet'),
    columns: [
      { id: 'name', label: trans.__('Name'), value: ({ name }) => name },
      { id: 'id', label: trans.__('Subnet'), value: ({ id }) => id },
      { id: 'vpc', label: trans.__('VPC'), value: vpcWords },
      { id: 'zone', label: trans.__('Zone'), value: ({ zone }) => zone },
      {
        id: 'free',
        label: trans.__('Free addresses'),
        numeric: true,
        value: ({ free }) => free
      },
      { id: 'cidr', label: trans.__('CIDR block'), value: ({ cidr }) => cidr }
    ],
    widths: 'minmax(70px, 1fr) 204px minmax(90px, 1fr) 94px 118px 112px',
    chosen: field.ids,
    multiple,
    none: trans.__('There are no subnets in this region.'),
    typed: multiple
      ? trans.__('The ids of subnets can be typed into the form.')
      : trans.__('The id of a subnet can be typed into the form.'),
    read: async () => {
      const { subnets, note } = await known.readSubnets();
      return { rows: subnets, notes: note ? [note] : [] };
    },
    idOf: ({ id }) => id,
    keyOf: ({ id }) => id,
    count: rows => trans._n('%1 subnet', '%1 subnets', rows),
    trouble: ids =>
      networkTrouble({ ...field, ids, subnets: ids }, known, trans)
  });
}

/**
 * Have security groups chosen: those of the subnets' VPC, where that is known; null where the
 * dialog was left.
 */
export function chooseSecurityGroups(
  smext: ISmext,
  known: KnownNetwork,
  field: INetworkField
): Promise<string[] | null> {
  const { trans } = smext;
  const columns: ReadonlyArray<IChoiceColumn<ISecurityGroup>> = [
    { id: 'name', label: trans.__('Name'), value: ({ name }) => name },
    { id: 'id', label: trans.__('Security group'), value: ({ id }) => id },
    {
      id: 'description',
      label: trans.__('Description'),
      value: ({ description }) => description
    },
    { id: 'vpc', label: trans.__('VPC'), value: vpcWords }
  ];
  return chooseFrom<ISecurityGroup>(smext, {
    title: trans.__('Choose security groups'),
    columns,
    widths:
      'minmax(110px, 1fr) minmax(100px, 1fr) minmax(110px, 1.5fr) minmax(110px, 1fr)',
    chosen: field.ids,
    multiple: true,
    none: trans.__('There are no security groups in this VPC or region.'),
    typed: trans.__('The ids of security groups can be typed into the form.'),
    more:
      field.subnets.length || field.vpc !== null
        ? trans.__('Those of other VPCs too')
        : null,
    read: async more => {
      const notes: string[] = [];
      if (!more && field.subnets.some(id => !known.vpcOf(id))) {
        try {
          await known.readSubnets();
        } catch (error) {
          notes.push(
            trans.__(
              'It is not known which VPC the subnets are of (%1). These are the groups of every VPC.',
              problemOf(error).title
            )
          );
        }
      }
      const vpc = more ? null : vpcFor(field, known);
      if (!more && vpc === null && field.subnets.length && !notes.length) {
        notes.push(
          trans.__(
            'It is not known which VPC the subnets are of. These are the groups of every VPC.'
          )
        );
      }
      const { groups, note } = await known.readGroups(vpc);
      return { rows: groups, notes: note ? [...notes, note] : notes };
    },
    idOf: ({ id }) => id,
    keyOf: ({ id }) => id,
    count: rows => trans._n('%1 security group', '%1 security groups', rows),
    trouble: ids => networkTrouble({ ...field, ids }, known, trans)
  });
}

/**
 * Have a key of KMS chosen: its ARN, null where the dialog was left.
 */
export async function chooseKmsKey(
  smext: ISmext,
  known: KnownNetwork,
  value: string | undefined
): Promise<string | null> {
  const { trans } = smext;
  const columns: ReadonlyArray<IChoiceColumn<IKmsKey>> = [
    { id: 'alias', label: trans.__('Alias'), value: ({ alias }) => alias },
    {
      id: 'id',
      label: trans.__('Key'),
      value: ({ id }) => id ?? trans.__('Made with its first use')
    },
    {
      id: 'owner',
      label: trans.__('Owner'),
      value: ({ of_aws }) => (of_aws ? trans.__('AWS') : trans.__('Account'))
    }
  ];
  const chosen = await chooseFrom<IKmsKey>(smext, {
    title: trans.__('Choose a key of KMS'),
    columns,
    widths: 'minmax(120px, 1fr) minmax(120px, 1.5fr) 90px',
    chosen: value ? [value] : [],
    multiple: false,
    none: trans.__('No key has an alias in this region.'),
    typed: trans.__('The id or ARN of a key can be typed into the form.'),
    read: async () => ({
      rows: (await known.readKeys()).keys,
      notes: [
        trans.__(
          'Keys without an alias are not listed: their id or ARN can be typed.'
        )
      ]
    }),
    idOf: ({ arn }) => arn,
    keyOf: ({ alias }) => alias,
    count: rows => trans._n('%1 alias', '%1 aliases', rows)
  });
  return chosen?.[0] ?? null;
}
