import { ICallCode, ICallCodeRequest, ICodeSample } from '../protocol';
import { Api } from './transport';

/**
 * What is done by hand, as code.
 */
export class CodeRoutes {
  constructor(private readonly _api: Api) {}

  /** What can be done with a resource, as code. */
  resourceCode(
    connection: string,
    region: string,
    kind: string,
    id: string
  ): Promise<ICodeSample[]> {
    return this._api.get(['resources', kind, id, 'code'], {
      connection,
      region
    });
  }

  /** Calls of AWS, as code. */
  callCode(request: ICallCodeRequest): Promise<ICallCode> {
    return this._api.post(['code'], {}, request);
  }
}
