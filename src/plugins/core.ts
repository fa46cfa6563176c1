import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

// eslint-disable-next-line jupyter/prefer-lazy-imports -- the token's member
import { Api } from '../api';
import { CommandIDs } from '../commands';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- the token's member
import { IChoice, InventoryStore } from '../store';
import { ISmext, resourceId, SETTINGS_ID, ViewRegistry } from '../tokens';

/**
 * The inventory and what can be done with it. It asks nothing of the server by itself.
 */
const plugin: JupyterFrontEndPlugin<ISmext> = {
  id: SETTINGS_ID,
  description: 'Provides the SageMaker inventory of the chosen connection.',
  autoStart: true,
  provides: ISmext,
  optional: [ISettingRegistry, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    settingRegistry: ISettingRegistry | null,
    translator: ITranslator | null
  ): ISmext => {
    const trans = (translator ?? nullTranslator).load('jupyter_smext');
    const api = new Api(app.serviceManager.serverSettings, trans);
    const store = new InventoryStore({
      api,
      events: app.serviceManager.events,
      defaults: () => chosenInSettings(settingRegistry)
    });
    const run = (command: string, args: object) => {
      app.commands
        .execute(command, { ...args })
        .catch((reason: unknown) => console.error(command, reason));
    };
    return {
      api,
      store,
      trans,
      views: new ViewRegistry(),
      openResource: resource =>
        run(CommandIDs.openResource, resourceId(resource)),
      shutDown: what =>
        typeof what === 'string'
          ? run(CommandIDs.shutDownAll, { scope: what })
          : run(CommandIDs.shutDown, { targets: what.map(resourceId) }),
      act: (resource, operation) =>
        run(CommandIDs.act, { ...resourceId(resource), operation }),
      create: kind => run(CommandIDs.create, kind === undefined ? {} : { kind })
    };
  }
};

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

export default plugin;
