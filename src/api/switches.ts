import {
  IComputeName,
  ISwitch,
  ISwitchPreview,
  ISwitchRequest
} from '../protocol';
import { Api } from './transport';

/**
 * Switches: a notebook goes from one place to another.
 */
export class SwitchRoutes {
  constructor(private readonly _api: Api) {}

  /** What a switch would do; nothing happens until {@link start}. */
  preview(request: ISwitchRequest): Promise<ISwitchPreview> {
    return this._api.post(['switches', 'preview'], {}, request);
  }

  /** Sign in to an instance's Jupyter server: {@link preview} then names its kernels. */
  signInTo(at: IComputeName): Promise<void> {
    return this._api.post(['switches', 'sign-in'], {}, at);
  }

  switches(): Promise<ISwitch[]> {
    return this._api.get(['switches']);
  }

  switch(id: string): Promise<ISwitch> {
    return this._api.get(['switches', id]);
  }

  start(request: ISwitchRequest): Promise<ISwitch> {
    return this._api.post(['switches'], {}, request);
  }

  cancel(id: string): Promise<ISwitch> {
    return this._api.post(['switches', id, 'cancel']);
  }

  retry(id: string): Promise<ISwitch> {
    return this._api.post(['switches', id, 'retry']);
  }

  /** Go back to the type from before a failed switch. */
  goBack(id: string): Promise<ISwitch> {
    return this._api.post(['switches', id, 'go-back']);
  }
}
