import { IKmsKeys, ISecurityGroups, ISubnets } from '../protocol';
import { Api } from './transport';

/**
 * What values of a form are chosen from.
 */
export class ChoiceRoutes {
  constructor(private readonly _api: Api) {}

  /** The subnets of the region. */
  subnets(connection: string, region: string): Promise<ISubnets> {
    return this._api.get(['subnets'], { connection, region });
  }

  /** The security groups of a VPC, or of the whole region. */
  securityGroups(
    connection: string,
    region: string,
    vpc: string | null
  ): Promise<ISecurityGroups> {
    return this._api.get(['security-groups'], {
      connection,
      region,
      ...(vpc === null ? {} : { vpc })
    });
  }

  /** The keys of KMS that have an alias. */
  kmsKeys(connection: string, region: string): Promise<IKmsKeys> {
    return this._api.get(['kms-keys'], { connection, region });
  }
}
