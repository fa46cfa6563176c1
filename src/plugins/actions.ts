import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { LabIcon } from '@jupyterlab/ui-components';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIDs, describedBy } from '../commands';

import { chipIcon, plusIcon } from '../components/start-icons';
import type { IPlanRequest } from '../protocol';

import { LOCAL } from '../store/local';
import { ISmext, ISmextLoader, PANEL_ID } from '../tokens';
import type { IAction } from '../views/around';
import { FollowedIds } from './followed-ids';

const followed = new FollowedIds('jupyter_smext:plans');

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:commands',
  description: 'What can be done with SageMaker resources, as commands.',
  autoStart: true,
  requires: [ISmextLoader],
  activate: (app: JupyterFrontEnd, loader: ISmextLoader): void => {
    const { commands, serviceManager } = app;
    const { trans } = loader;

    let plans: ReturnType<typeof loadPlans> | null = null;
    const loadPlans = async () => {
      const [smext, { Plans }] = await Promise.all([
        loader.load(),
        import('../views/plan')
      ]);
      return new Plans({
        smext,
        stream: serviceManager.events.stream,
        remember: ids => followed.save(ids)
      });
    };
    const propose = async (requests: ReadonlyArray<IPlanRequest>) => {
      plans ??= loadPlans();
      return (await plans).propose(requests);
    };

    const remembered = followed.load();
    if (remembered.length) {
      void app.restored.then(async () => {
        plans ??= loadPlans();
        await (await plans).resume(remembered);
      });
    }

    const openPanel = () => app.shell.activateById(PANEL_ID);
    commands.addCommand(CommandIDs.openPanel, {
      label: args =>
        args.isLauncher
          ? trans.__('Resources')
          : trans.__('SageMaker Resources'),
      icon: args => (args.isLauncher ? chipIcon : undefined),
      caption: trans.__('Everything that SageMaker runs for you'),
      describedBy: describedBy(CommandIDs.openPanel),
      execute: openPanel
    });

    let actions: { readonly [id: string]: IAction } | null = null;
    const follow = async (smext: ISmext) => {
      const { actionsOf } = await import('../views/around');
      if (actions) {
        return actions;
      }
      const made = actionsOf(smext, propose, openPanel, args =>
        commands.execute(CommandIDs.openCreation, args)
      );
      actions = made;
      // Something is on or off by what was read.
      const { why } = made[CommandIDs.create];
      let told = why?.();
      commands.notifyCommandChanged();
      smext.store.changed.connect(() => {
        if (why?.() !== told) {
          told = why?.();
          commands.notifyCommandChanged(CommandIDs.create);
          commands.notifyCommandChanged(CommandIDs.shutDownAll);
        }
      });
      return made;
    };
    void loader.loaded.then(follow);

    /** A command that is there from the start; what it does is loaded with its first use. */
    const add = (
      id: string,
      label: (args: ReadonlyPartialJSONObject) => string,
      more: {
        icon?: (args: ReadonlyPartialJSONObject) => LabIcon | undefined;
        /** It is about a resource, and none is known before that. */
        ofResource?: boolean;
      } = {}
    ) => {
      commands.addCommand(id, {
        label: args => {
          const name = actions?.[id].label?.(args) ?? label(args);
          const why = actions?.[id].why?.() ?? null;
          return why === null ? name : trans.__('%1 (%2)', name, why);
        },
        caption: args => actions?.[id].caption?.(args) ?? '',
        icon: more.icon,
        describedBy: describedBy(id),
        isEnabled: args => {
          if (!actions) {
            return !more.ofResource;
          }
          const { why, isEnabled } = actions[id];
          return (why?.() ?? null) === null && (isEnabled?.(args) ?? true);
        },
        // At once where it can: a new tab and the clipboard need the click itself.
        execute: args =>
          actions
            ? actions[id].execute(args)
            : loader
                .load()
                .then(follow)
                .then(made => made[id].execute(args))
      });
    };

    add(CommandIDs.refresh, () => trans.__('Refresh SageMaker Resources'));
    add(CommandIDs.selectConnection, args =>
      args.connection === LOCAL
        ? trans.__('Use the Local Engine')
        : trans.__('Use the Connection %1', args.connection)
    );
    add(
      CommandIDs.create,
      args =>
        args.kind === 'notebook-instance'
          ? trans.__('Create Notebook Instance…')
          : trans.__('Create SageMaker Resource…'),
      { icon: args => (args.isLauncher ? plusIcon : undefined) }
    );
    add(CommandIDs.shutDown, () => trans.__('Shut Down…'));
    add(CommandIDs.shutDownAll, () =>
      trans.__('Shut Down Everything on SageMaker…')
    );
    const ofResource = { ofResource: true };
    add(
      CommandIDs.openInNewTab,
      () => trans.__('Open in New Browser Tab'),
      ofResource
    );
    add(
      CommandIDs.openInConsole,
      () => trans.__('Open in AWS Console'),
      ofResource
    );
    add(CommandIDs.copyName, () => trans.__('Copy Name'), ofResource);
    add(CommandIDs.copyARN, () => trans.__('Copy ARN'), ofResource);
    add(CommandIDs.act, args => String(args.operation ?? ''), ofResource);
  }
};

export default plugin;
