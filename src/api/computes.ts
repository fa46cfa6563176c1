import { IComputes, IInstanceTypes } from '../protocol';
import { Api } from './transport';

/**
 * Where something can run: places for a kernel, and instance types.
 */
export class ComputeRoutes {
  constructor(private readonly _api: Api) {}

  /** Every place for a kernel: this machine first. */
  computes(connection: string, region: string): Promise<IComputes> {
    return this._api.get(['computes'], { connection, region });
  }

  /** Every instance type for a use, with what is known of each. */
  instanceTypes(
    connection: string,
    region: string,
    use: IInstanceTypes['use']
  ): Promise<IInstanceTypes> {
    return this._api.get(['instance-types'], { connection, region, use });
  }
}
