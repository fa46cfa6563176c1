import {
  ISolutionAdoptRequest,
  ISolutionDeleteRequest,
  ISolutionFiles,
  ISolutionFilesRequest,
  ISolutionLaunch,
  ISolutionLaunchRequest,
  ISolutionPage,
  ISolutions
} from '../protocol';
import { Api } from './transport';

/**
 * JumpStart's solutions, and the stacks that were made of them.
 */
export class SolutionRoutes {
  constructor(private readonly _api: Api) {}

  /** JumpStart's solutions: those that run through the connection first. */
  solutions(connection: string, region: string): Promise<ISolutions> {
    return this._api.get(['jumpstart', 'solutions'], { connection, region });
  }

  /** What a solution's template says. */
  solution(
    connection: string,
    region: string,
    id: string
  ): Promise<ISolutionPage> {
    return this._api.get(['jumpstart', 'solutions', id], {
      connection,
      region
    });
  }

  /** Copy a solution's notebook and files; what is there already stays. */
  copyFiles(request: ISolutionFilesRequest): Promise<ISolutionFiles> {
    return this._api.post(['jumpstart', 'solution-files'], {}, request);
  }

  /** The latest stacks that were made of solutions, newest first. */
  solutionLaunches(): Promise<ISolutionLaunch[]> {
    return this._api.get(['jumpstart', 'solution-launches']);
  }

  /** Follow the stack of a solution that another Jupyter server launched. */
  adopt(request: ISolutionAdoptRequest): Promise<ISolutionLaunch> {
    return this._api.post(
      ['jumpstart', 'solution-launches', 'adopt'],
      {},
      request
    );
  }

  solutionLaunch(id: string): Promise<ISolutionLaunch> {
    return this._api.get(['jumpstart', 'solution-launches', id]);
  }

  launchSolution(request: ISolutionLaunchRequest): Promise<ISolutionLaunch> {
    return this._api.post(['jumpstart', 'solution-launches'], {}, request);
  }

  /** Delete all that a launch made, also while it is being made. */
  deleteSolutionLaunch(
    id: string,
    request: ISolutionDeleteRequest
  ): Promise<ISolutionLaunch> {
    return this._api.post(
      ['jumpstart', 'solution-launches', id, 'delete'],
      {},
      request
    );
  }
}
