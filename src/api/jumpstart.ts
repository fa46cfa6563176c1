import {
  IDocumentsRequest,
  IJumpStartCatalogue,
  IJumpStartNotebooks,
  ILaunchedAssets,
  IModelName,
  IModelPage,
  INotebookCopy,
  INotebookCopyRequest
} from '../protocol';
import { Api } from './transport';

/**
 * JumpStart's models and notebooks, and what was made of them.
 */
export class JumpStartRoutes {
  constructor(private readonly _api: Api) {}

  /** JumpStart's models, each from the best source that could be read. */
  models(connection: string, region: string): Promise<IJumpStartCatalogue> {
    return this._api.get(['jumpstart', 'models'], { connection, region });
  }

  /** Have AWS's lists of models read again, now. */
  refresh(connection: string, region: string): Promise<void> {
    return this._api.post(['jumpstart', 'models', 'refresh'], {
      connection,
      region
    });
  }

  /** Have the documents of models read, so that their rows say all; {@link models} tells. */
  readDocuments(
    connection: string,
    region: string,
    models: ReadonlyArray<IModelName>
  ): Promise<void> {
    const request: IDocumentsRequest = { models };
    return this._api.post(
      ['jumpstart', 'models', 'documents'],
      { connection, region },
      request
    );
  }

  /** A model's document; `hub` is null where it is in none. */
  model(
    connection: string,
    region: string,
    hub: string | null,
    id: string,
    version: string
  ): Promise<IModelPage> {
    return this._api.get(['jumpstart', 'models', hub ?? '-', id, version], {
      connection,
      region
    });
  }

  /** The notebooks of JumpStart's hubs, and those of the models whose documents were read. */
  notebooks(connection: string, region: string): Promise<IJumpStartNotebooks> {
    return this._api.get(['jumpstart', 'notebooks'], { connection, region });
  }

  /** Copy a notebook into a folder; one that is there already stays. */
  copyNotebook(request: INotebookCopyRequest): Promise<INotebookCopy> {
    return this._api.post(['jumpstart', 'notebooks', 'open'], {}, request);
  }

  /** What JumpStart or this extension made, as it is now. */
  assets(connection: string, region: string): Promise<ILaunchedAssets> {
    return this._api.get(['jumpstart', 'assets'], { connection, region });
  }
}
