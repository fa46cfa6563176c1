import { IExecutionRole, INewRole, IPolicy } from '../protocol';
import { Api } from './transport';

/**
 * What IAM lets the panel and SageMaker do.
 */
export class IamRoutes {
  constructor(private readonly _api: Api) {}

  /** The IAM policies that hold a permission (an IAM action); all of them for null. */
  policies(permission: string | null): Promise<ReadonlyArray<IPolicy>> {
    return this._api.get(
      ['policies'],
      permission === null ? {} : { permission }
    );
  }

  /** The role that {@link createRole} would create; nothing is made. */
  newRole(connection: string, region: string): Promise<INewRole> {
    return this._api.get(['execution-roles'], { connection, region });
  }

  /** Create a role that SageMaker may run things as. */
  createRole(connection: string, region: string): Promise<IExecutionRole> {
    return this._api.post(['execution-roles'], { connection, region });
  }
}
