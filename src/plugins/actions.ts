import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard } from '@jupyterlab/apputils';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

// eslint-disable-next-line jupyter/prefer-lazy-imports -- tells one error from another
import { ApiError } from '../api';
import { ARGUMENTS, CommandIDs } from '../commands';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- shown in the Launcher
import { chipIcon, plusIcon } from '../components/icons';
import { IKind, IPlanRequest, IVerb } from '../protocol';
// eslint-disable-next-line jupyter/prefer-lazy-imports -- loaded with the token
import {
  consoleUrl,
  IRowRef,
  LOCAL,
  pagesOf,
  whyNot,
  whyNothingIn
} from '../store';
import { IResourceId, ISmext, PANEL_ID } from '../tokens';

/** Where a window keeps the plans it follows, so that a reload does not lose them. */
const PLANS_KEY = 'jupyter_smext:plans';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter_smext:commands',
  description: 'What can be done with SageMaker resources, as commands.',
  autoStart: true,
  requires: [ISmext],
  activate: (app: JupyterFrontEnd, smext: ISmext): void => {
    const { commands, serviceManager } = app;
    const { api, store, trans } = smext;

    let plans: ReturnType<typeof loadPlans> | null = null;
    const loadPlans = async () => {
      const { Plans } = await import('../views/plan');
      return new Plans({
        smext,
        stream: serviceManager.events.stream,
        remember: ids =>
          ids.length
            ? window.sessionStorage.setItem(PLANS_KEY, JSON.stringify(ids))
            : window.sessionStorage.removeItem(PLANS_KEY)
      });
    };
    const propose = async (requests: ReadonlyArray<IPlanRequest>) => {
      plans ??= loadPlans();
      await (await plans).propose(requests);
    };

    const remembered = window.sessionStorage.getItem(PLANS_KEY);
    if (remembered) {
      void app.restored.then(async () => {
        plans ??= loadPlans();
        await (await plans).resume(JSON.parse(remembered) as string[]);
      });
    }

    const readOnly = trans.__('read-only connection');
    /** A command of the palette or the Launcher names why it is off: neither shows a caption. */
    const withReason = (label: string, why: string | null) =>
      why === null ? label : trans.__('%1 (%2)', label, why);

    const describedBy = (id: string) => ({ args: ARGUMENTS[id] });

    commands.addCommand(CommandIDs.openPanel, {
      label: args =>
        args.isLauncher
          ? trans.__('Resources')
          : trans.__('SageMaker Resources'),
      icon: args => (args.isLauncher ? chipIcon : undefined),
      caption: trans.__('Everything that SageMaker runs for you'),
      describedBy: describedBy(CommandIDs.openPanel),
      execute: () => app.shell.activateById(PANEL_ID)
    });

    commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Refresh SageMaker Resources'),
      describedBy: describedBy(CommandIDs.refresh),
      execute: () => store.refresh()
    });

    commands.addCommand(CommandIDs.selectConnection, {
      label: args =>
        args.connection === LOCAL
          ? trans.__('Use the Local Engine')
          : trans.__('Use the Connection %1', args.connection),
      describedBy: describedBy(CommandIDs.selectConnection),
      execute: args =>
        store.setConnection(
          args.connection as string,
          args.regions as string[] | undefined
        )
    });

    commands.addCommand(CommandIDs.create, {
      label: args =>
        withReason(
          args.kind === 'notebook-instance'
            ? trans.__('Create Notebook Instance…')
            : trans.__('Create SageMaker Resource…'),
          whyNoChange()
        ),
      isEnabled: () => whyNoChange() === null,
      icon: args => (args.isLauncher ? plusIcon : undefined),
      describedBy: describedBy(CommandIDs.create),
      execute: async args => {
        const { openCreate } = await import('../views/create');
        await openCreate(smext, args.kind as string | undefined);
      }
    });

    commands.addCommand(CommandIDs.openInNewTab, {
      label: trans.__('Open in New Browser Tab'),
      describedBy: describedBy(CommandIDs.openInNewTab),
      isEnabled: args => Boolean(kindOf(args)?.open),
      execute: args => {
        const { connection, region, kind, id } = resourceOf(args);
        api.openInNewTab(connection, region, kind, id);
      }
    });

    commands.addCommand(CommandIDs.openInConsole, {
      label: trans.__('Open in AWS Console'),
      describedBy: describedBy(CommandIDs.openInConsole),
      isEnabled: args =>
        args.connection !== LOCAL && Boolean(kindOf(args)?.console),
      execute: args => {
        const ref = refOf(args);
        const url = ref && consoleUrl(ref, store.connectionOf(ref.connection));
        if (url) {
          window.open(url, '_blank', 'noopener,noreferrer');
        }
      }
    });

    commands.addCommand(CommandIDs.copyName, {
      label: trans.__('Copy Name'),
      describedBy: describedBy(CommandIDs.copyName),
      isEnabled: args => refOf(args) !== null,
      execute: args => copy(refOf(args)?.row.name)
    });

    commands.addCommand(CommandIDs.copyARN, {
      label: trans.__('Copy ARN'),
      describedBy: describedBy(CommandIDs.copyARN),
      isEnabled: args => Boolean(refOf(args)?.row.arn),
      execute: args => copy(refOf(args)?.row.arn)
    });

    commands.addCommand(CommandIDs.act, {
      label: args => {
        const verb = verbOf(args);
        const name = verb?.label ?? String(args.operation ?? '');
        return verb && (verb.danger || verb.form || verb.shutdown)
          ? trans.__('%1…', name)
          : name;
      },
      caption: args => {
        return whyNotActed(args) ?? '';
      },
      describedBy: describedBy(CommandIDs.act),
      isEnabled: args => Boolean(verbOf(args)) && whyNotActed(args) === null,
      execute: async args => {
        const { connection, region, kind, id } = resourceOf(args);
        const operation = args.operation as string;
        const verb = verbOf(args);
        const target = { connection, region, kind, id };
        if (verb?.shutdown || verb?.danger) {
          const { requestsFor } = await import('../views/plan/requests');
          return propose(
            requestsFor([target], verb.shutdown ? null : operation)
          );
        }
        if (verb?.form) {
          const { openUpdate } = await import('../views/create');
          return openUpdate(smext, target, operation);
        }
        try {
          await api.act(connection, region, kind, id, operation);
          await store.refetch();
        } catch (error) {
          if (!(error instanceof ApiError)) {
            throw error;
          }
          const { showProblem } = await import('../components/problem');
          await showProblem(error.problem, trans);
        }
      }
    });

    commands.addCommand(CommandIDs.shutDown, {
      label: trans.__('Shut Down…'),
      describedBy: describedBy(CommandIDs.shutDown),
      execute: async args => {
        const { requestsFor } = await import('../views/plan/requests');
        const targets = args.targets as unknown as IResourceId[];
        await propose(requestsFor(targets));
      }
    });

    commands.addCommand(CommandIDs.shutDownAll, {
      label: () =>
        withReason(
          trans.__('Shut Down Everything on SageMaker…'),
          whyNoChange()
        ),
      describedBy: describedBy(CommandIDs.shutDownAll),
      isEnabled: () => store.connection !== null && whyNoChange() === null,
      execute: async args => {
        const { requestsForScope } = await import('../views/plan/requests');
        if (store.connection !== null) {
          const scope = (args.scope ?? 'all') as IPlanRequest['scope'];
          await propose(
            requestsForScope(store.connection, store.regions, scope)
          );
        }
      }
    });

    // The connections are read after the commands were first shown.
    let told = whyNoChange();
    store.changed.connect(() => {
      const why = whyNoChange();
      if (why !== told) {
        told = why;
        commands.notifyCommandChanged(CommandIDs.create);
        commands.notifyCommandChanged(CommandIDs.shutDownAll);
      }
    });

    function kindOf(args: ReadonlyPartialJSONObject): IKind | undefined {
      return store.kinds.get(args.kind as string);
    }

    function refOf(args: ReadonlyPartialJSONObject): IRowRef | null {
      const { connection, region, id } = resourceOf(args);
      const kind = kindOf(args);
      const view = store.view.regions.find(one => one.region === region);
      if (!kind || !view || connection !== store.connection) {
        return null;
      }
      for (const page of pagesOf(view)) {
        const row =
          page.kind === kind.id
            ? page.rows.find(one => one.id === id)
            : undefined;
        if (row) {
          return { connection, region, kind, row };
        }
      }
      return null;
    }

    function verbOf(args: ReadonlyPartialJSONObject): IVerb | undefined {
      return kindOf(args)?.verbs.find(
        verb => verb.operation === args.operation
      );
    }

    function whyNotActed(args: ReadonlyPartialJSONObject): string | null {
      const verb = verbOf(args);
      const ref = refOf(args);
      if (ref) {
        const nothing = whyNothingIn(store, ref.region, trans);
        return verb ? whyNot(verb, ref, nothing, trans, store) : nothing;
      }
      return isReadOnly(args.connection as string) ? readOnly : null;
    }

    function isReadOnly(connection: string | null): boolean {
      return store.connectionOf(connection)?.read_only ?? false;
    }

    /** Why nothing can be changed through the store's connection; null when it can. */
    function whyNoChange(): string | null {
      return isReadOnly(store.connection) ? readOnly : null;
    }
  }
};

function resourceOf(args: ReadonlyPartialJSONObject): IResourceId {
  return args as unknown as IResourceId;
}

function copy(text: unknown): void {
  if (typeof text === 'string') {
    Clipboard.copyToSystem(text);
  }
}

export default plugin;
