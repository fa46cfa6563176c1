import { TranslationBundle } from '@jupyterlab/translation';
import { ISignal, Signal } from '@lumino/signaling';

import { Api } from '../../api';
import { ChoiceRoutes } from '../../api/choices';
import {
  IKmsKeys,
  ISecurityGroup,
  ISecurityGroups,
  ISubnet,
  ISubnets
} from '../../protocol';
import { IPlace } from '../../tokens';

/**
 * Subnets, security groups and keys of a place, as far as somebody has looked at their lists: none
 * is read before. The VPC of a subnet or group stays the same, so it is known for good.
 */
export class KnownNetwork {
  constructor(api: Api, place: IPlace) {
    this._api = api;
    this._place = place;
  }

  /** More is known. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Read the subnets of the region. Throws ApiError. */
  async readSubnets(): Promise<ISubnets> {
    const { connection, region } = this._place;
    const answer = await this._api.of(ChoiceRoutes).subnets(connection, region);
    answer.subnets.forEach(each => this._subnets.set(each.id, each));
    this._changed.emit();
    return answer;
  }

  /** Read the security groups of a VPC, or of all. Throws ApiError. */
  async readGroups(vpc: string | null): Promise<ISecurityGroups> {
    const { connection, region } = this._place;
    const answer = await this._api
      .of(ChoiceRoutes)
      .securityGroups(connection, region, vpc);
    answer.groups.forEach(each => this._groups.set(each.id, each));
    this._changed.emit();
    return answer;
  }

  /** Read the keys of KMS. Throws ApiError. */
  async readKeys(): Promise<IKmsKeys> {
    const { connection, region } = this._place;
    const answer = await this._api.of(ChoiceRoutes).kmsKeys(connection, region);
    this._aliases.clear();
    answer.keys.forEach(({ arn, alias }) => {
      if (arn !== null) {
        this._aliases.set(arn, [...(this._aliases.get(arn) ?? []), alias]);
      }
    });
    this._changed.emit();
    return answer;
  }

  /** The VPC of a subnet or security group; undefined while it is not known. */
  vpcOf(id: string): string | undefined {
    return (this._subnets.get(id) ?? this._groups.get(id))?.vpc;
  }

  /** What is known of the subnet, security group or key that a field names; empty for nothing. */
  about(value: string, trans: TranslationBundle): string {
    const subnet = this._subnets.get(value);
    const group = this._groups.get(value);
    const parts = subnet
      ? [
          subnet.name,
          vpcWords(subnet),
          subnet.zone,
          subnet.cidr,
          trans._n('%1 address free', '%1 addresses free', subnet.free)
        ]
      : group
        ? [group.name, group.description, vpcWords(group)]
        : (this._aliases.get(value) ?? []).map(alias => `alias/${alias}`);
    return parts.filter(Boolean).join(' · ');
  }

  private readonly _api: Api;
  private readonly _place: IPlace;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _subnets = new Map<string, ISubnet>();
  private readonly _groups = new Map<string, ISecurityGroup>();
  private readonly _aliases = new Map<string, string[]>();
}

/**
 * A VPC by its name, if it has one, and its id.
 */
export function vpcWords(of: { vpc: string; vpc_name: string }): string {
  return of.vpc_name ? `${of.vpc_name} (${of.vpc})` : of.vpc;
}
