import {
  ILayoutRestorer,
  IRouter,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  MainAreaWidget,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

import { CommandIDs, describedBy } from '../commands';

import { jumpStartIcon } from '../components/start-icons';
import { IModelId, ISmextLoader, ISolutionId } from '../tokens';
import { FollowedIds } from './followed-ids';
import { followAddress } from './address';

/**
 * `?smext-jumpstart`, for a model `=CONNECTION/REGION/HUB/ID/VERSION`, for a solution
 * `=CONNECTION/REGION/solutions/ID`, each part percent-encoded.
 */
const QUERY = 'smext-jumpstart';

const followed = new FollowedIds('jupyter_smext:launches');
const followedStacks = new FollowedIds('jupyter_smext:solutions');

/** Stands in the address for the hub of a model that is in none, as in the server's routes. */
const NO_HUB = '-';
const SOLUTIONS = 'solutions';

/** What a tab is of; null for the catalogue. */
type Target = IModelId | ISolutionId | null;

/**
 * JumpStart's catalogue and the pages of its models and solutions, as tabs of the main area. Nothing is loaded
 * or asked before the first one is opened.
 */
const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:jumpstart',
  description: "JumpStart's models and solutions as tabs of the main area.",
  autoStart: true,
  requires: [ISmextLoader],
  optional: [
    ILayoutRestorer,
    IRouter,
    ILauncher,
    ICommandPalette,
    IDefaultFileBrowser
  ],
  activate: (
    app: JupyterFrontEnd,
    loader: ISmextLoader,
    restorer: ILayoutRestorer | null,
    router: IRouter | null,
    launcher: ILauncher | null,
    palette: ICommandPalette | null,
    browser: IDefaultFileBrowser | null
  ): void => {
    const { commands, shell } = app;
    const { trans } = loader;
    const tracker = new WidgetTracker<MainAreaWidget>({
      namespace: 'jupyter_smext-jumpstart'
    });
    const targets = new WeakMap<Widget, IModelId | ISolutionId>();

    let jumpStart: ReturnType<typeof load> | null = null;
    const load = async () => {
      const [smext, { JumpStartTabs }] = await Promise.all([
        loader.load(),
        import('../views/jumpstart')
      ]);
      return new JumpStartTabs({
        app,
        smext,
        browser,
        remember: ids => followed.save(ids),
        rememberStacks: ids => followedStacks.save(ids)
      });
    };

    const remembered = followed.load();
    const rememberedStacks = followedStacks.load();
    if (remembered.length || rememberedStacks.length) {
      void app.restored.then(async () => {
        jumpStart ??= load();
        const { launches, solutions } = await jumpStart;
        await Promise.all([
          launches.resume(remembered),
          solutions.resume(rememberedStacks)
        ]);
      });
    }

    const open = async (target: Target): Promise<void> => {
      const id = widgetId(target);
      const isOpen = () =>
        tracker.find(widget => widget.id === id) !== undefined;
      if (!isOpen()) {
        jumpStart ??= load();
        const tabs = await jumpStart;
        // A double click asks twice before the first one has its views.
        if (!isOpen()) {
          const main =
            target === null
              ? tabs.catalogue()
              : 'solution' in target
                ? tabs.solution(target)
                : tabs.model(target);
          main.id = id;
          if (target) {
            targets.set(main, target);
          }
          shell.add(main, 'main', { type: 'SageMaker JumpStart' });
          await tracker.add(main);
        }
      }
      shell.activateById(id);
    };

    commands.addCommand(CommandIDs.openJumpStart, {
      label: args =>
        args.isLauncher ? trans.__('JumpStart') : trans.__('Open JumpStart'),
      icon: args => (args.isLauncher ? jumpStartIcon : undefined),
      caption: trans.__(
        'Models to deploy, to try and to train on data of your own, and solutions'
      ),
      describedBy: describedBy(CommandIDs.openJumpStart),
      execute: args => open(targetOf(args))
    });

    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openJumpStart,
        args: widget => ({ ...targets.get(widget) }),
        name: widget => widget.id
      });
    }

    const category = trans.__('SageMaker');
    launcher?.add({
      command: CommandIDs.openJumpStart,
      args: { isLauncher: true },
      category,
      rank: 2
    });
    palette?.addItem({ command: CommandIDs.openJumpStart, category });

    followAddress(app, router, {
      query: QUERY,
      label: trans.__('Open What the Address Names of JumpStart'),
      open: search => open(fromQuery(search))
    });
  }
};

/** What the arguments of the command name. */
function targetOf(args: ReadonlyPartialJSONObject): Target {
  const { connection, region, solution } = args as unknown as ISolutionId;
  return typeof solution === 'string'
    ? { connection, region, solution }
    : typeof args.id === 'string'
      ? (args as unknown as IModelId)
      : null;
}

/** What the address names; null for the catalogue, also where the name is not whole. */
function fromQuery(search: string): Target {
  const parts = new URLSearchParams(search).get(QUERY)?.split('/') ?? [];
  if (parts.includes('')) {
    return null;
  }
  const [connection, region, ...rest] = parts.map(decodeURIComponent);
  if (rest.length === 2 && rest[0] === SOLUTIONS) {
    return { connection, region, solution: rest[1] };
  }
  if (rest.length !== 3) {
    return null;
  }
  const [hub, id, version] = rest;
  return { connection, region, hub: hub === NO_HUB ? null : hub, id, version };
}

function widgetId(target: Target): string {
  if (!target) {
    return 'jupyter-smext-jumpstart';
  }
  const { connection, region } = target;
  const parts =
    'solution' in target
      ? ['jupyter-smext-solution', connection, region, target.solution]
      : [
          'jupyter-smext-model',
          connection,
          region,
          target.hub ?? NO_HUB,
          target.id,
          target.version
        ];
  return parts.map(encodeURIComponent).join('/');
}

export default plugin;
