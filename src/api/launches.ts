import {
  IChecked,
  ICode,
  ICodeRequest,
  IDataCheck,
  IDeployRequest,
  IFineTuneRequest,
  ILaunch,
  ISavedForm,
  ITrainingMetrics,
  ITrainingProgress
} from '../protocol';
import { Api } from './transport';

/**
 * Deployments and fine-tunings of JumpStart's models, and the forms that they start from.
 */
export class LaunchRoutes {
  constructor(private readonly _api: Api) {}

  /** What is known before a model is deployed; nothing is made. */
  checkDeploy(request: IDeployRequest): Promise<IChecked> {
    return this._api.post(['jumpstart', 'deploy', 'check'], {}, request);
  }

  deploy(request: IDeployRequest): Promise<ILaunch> {
    return this._api.post(['jumpstart', 'deploy'], {}, request);
  }

  /** What is known before a model is trained; nothing is made. */
  checkFineTune(request: IFineTuneRequest): Promise<IChecked> {
    return this._api.post(['jumpstart', 'fine-tune', 'check'], {}, request);
  }

  fineTune(request: IFineTuneRequest): Promise<ILaunch> {
    return this._api.post(['jumpstart', 'fine-tune'], {}, request);
  }

  /** The data of a request against the format that its model documents. */
  checkData(request: IFineTuneRequest): Promise<IDataCheck> {
    return this._api.post(['jumpstart', 'data', 'check'], {}, request);
  }

  /** What a form does, as code; `request` has one of the two. */
  code(request: ICodeRequest): Promise<ICode> {
    return this._api.post(['jumpstart', 'code'], {}, request);
  }

  /** The latest deployments and fine-tunings, newest first. */
  launches(): Promise<ILaunch[]> {
    return this._api.get(['jumpstart', 'launches']);
  }

  launch(id: string): Promise<ILaunch> {
    return this._api.get(['jumpstart', 'launches', id]);
  }

  cancel(id: string): Promise<ILaunch> {
    return this._api.post(['jumpstart', 'launches', id, 'cancel']);
  }

  /** The job of a fine-tuning: its phases, and the last value of each metric. */
  training(id: string): Promise<ITrainingProgress> {
    return this._api.get(['jumpstart', 'launches', id, 'training']);
  }

  /** The metrics that a fine-tuning has reported in its log, behind `next` of an earlier answer. */
  metrics(id: string, next: string | null): Promise<ITrainingMetrics> {
    return this._api.get(
      ['jumpstart', 'launches', id, 'metrics'],
      next === null ? {} : { next }
    );
  }

  /** Delete the archive that a launch put a model and its script into, once the model is gone. */
  deleteArchive(launch: string): Promise<void> {
    return this._api.post([
      'jumpstart',
      'launches',
      launch,
      'archive',
      'delete'
    ]);
  }

  /** The forms that were kept; the one sent last is named `last`. */
  savedForms(): Promise<ISavedForm[]> {
    return this._api.get(['jumpstart', 'forms']);
  }

  /** Keep a form under its name; the answer are all that there are then. */
  saveForm(form: ISavedForm): Promise<ISavedForm[]> {
    return this._api.put(['jumpstart', 'forms'], {}, form);
  }

  /** Forget a form that was kept; the answer are all that there are then. */
  deleteForm(name: string): Promise<ISavedForm[]> {
    return this._api.delete(['jumpstart', 'forms'], { name });
  }
}
