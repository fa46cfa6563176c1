import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';

import type { IChoice } from '../store';
import { ISmext, ISmextLoader, SETTINGS_ID } from '../tokens';

/**
 * The way to the inventory and to what can be done with it, which are loaded at their first use.
 */
const loader: JupyterFrontEndPlugin<ISmextLoader> = {
  id: SETTINGS_ID,
  description: 'Loads the SageMaker inventory when it is first used.',
  autoStart: true,
  provides: ISmextLoader,
  optional: [ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    settingRegistry: ISettingRegistry | null,
    translator: ITranslator | null
  ): ISmextLoader => {
    const trans = (translator ?? nullTranslator).load('jupyter_smext');
    return new SmextLoader(trans, async () => {
      const { createSmext } = await import('../views/around');
      return createSmext(app, trans, () => chosenInSettings(settingRegistry));
    });
  }
};

/**
 * The inventory for who needs it at once, as other extensions do: not part of the start by itself.
 */
const smext: JupyterFrontEndPlugin<ISmext> = {
  id: 'jupyter_smext:inventory',
  description: 'Provides the SageMaker inventory of the chosen connection.',
  autoStart: false,
  provides: ISmext,
  requires: [ISmextLoader],
  activate: (_: JupyterFrontEnd, loader: ISmextLoader) => loader.load()
};

/**
 * Makes {@link ISmext} at the first call.
 */
export class SmextLoader implements ISmextLoader {
  constructor(
    readonly trans: TranslationBundle,
    private readonly _create: () => Promise<ISmext>
  ) {}

  get loaded(): Promise<ISmext> {
    return this._loaded.promise;
  }

  load(): Promise<ISmext> {
    return (this._loading ??= this._load());
  }

  private async _load(): Promise<ISmext> {
    try {
      const smext = await this._create();
      this._loaded.resolve(smext);
      return smext;
    } catch (reason) {
      // The chunk may have been cut off in the network.
      this._loading = null;
      throw reason;
    }
  }

  private readonly _loaded = new PromiseDelegate<ISmext>();
  private _loading: Promise<ISmext> | null = null;
}

async function chosenInSettings(
  settingRegistry: ISettingRegistry | null
): Promise<IChoice | null> {
  if (!settingRegistry) {
    return null;
  }
  const { composite } = await settingRegistry.load(SETTINGS_ID);
  const connection = composite.defaultConnection;
  const regions = composite.defaultRegions;
  return typeof connection === 'string' && connection
    ? {
        connection,
        regions: Array.isArray(regions) ? regions.map(String) : []
      }
    : null;
}

export default [loader, smext];
