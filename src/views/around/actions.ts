import { Clipboard } from '@jupyterlab/apputils';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { ApiError } from '../../api';
import { ResourceRoutes } from '../../api/resources';
import { CommandIDs } from '../../commands';
import { IKind, IPlanRequest, IVerb } from '../../protocol';
import {
  consoleUrl,
  IRowRef,
  LOCAL,
  pagesOf,
  whyNot,
  whyNothingIn
} from '../../store';
import { IResourceId, ISmext } from '../../tokens';

type Args = ReadonlyPartialJSONObject;

/**
 * What a command does, and whether it can be done now.
 */
export interface IAction {
  /** Its name, where the kinds tell it. */
  label?(args: Args): string;
  caption?(args: Args): string;
  /** Why it is off, as its name tells it: neither the palette nor the Launcher shows a caption. */
  why?(): string | null;
  isEnabled?(args: Args): boolean;
  execute(args: Args): unknown;
}

/**
 * What can be done with resources, by command id. `propose` shows plans and runs them,
 * `openPanel` is for what needs a connection to be chosen first, `openCreation` opens a form.
 */
export function actionsOf(
  smext: ISmext,
  propose: (requests: ReadonlyArray<IPlanRequest>) => Promise<boolean>,
  openPanel: () => void,
  openCreation: (args: Args) => Promise<void>
): { readonly [id: string]: IAction } {
  const { api, store, trans } = smext;
  const readOnly = trans.__('read-only connection');

  return {
    [CommandIDs.refresh]: {
      execute: () => store.refresh()
    },

    [CommandIDs.selectConnection]: {
      execute: args =>
        store.setConnection(
          args.connection as string,
          args.regions as string[] | undefined
        )
    },

    [CommandIDs.create]: {
      why: whyNoChange,
      execute: ({ isLauncher: _, ...args }) => openCreation(args)
    },

    [CommandIDs.openInNewTab]: {
      isEnabled: args => Boolean(kindOf(args)?.open),
      execute: args => {
        const { connection, region, kind, id } = resourceOf(args);
        api.of(ResourceRoutes).openInNewTab(connection, region, kind, id);
      }
    },

    [CommandIDs.openInConsole]: {
      isEnabled: args =>
        args.connection !== LOCAL && Boolean(kindOf(args)?.console),
      execute: args => {
        const ref = refOf(args);
        const url = ref && consoleUrl(ref, store.connectionOf(ref.connection));
        if (url) {
          window.open(url, '_blank', 'noopener,noreferrer');
        }
      }
    },

    [CommandIDs.copyName]: {
      isEnabled: args => refOf(args) !== null,
      execute: args => copy(refOf(args)?.row.name)
    },

    [CommandIDs.copyARN]: {
      isEnabled: args => Boolean(refOf(args)?.row.arn),
      execute: args => copy(refOf(args)?.row.arn)
    },

    [CommandIDs.act]: {
      label: args => {
        const verb = verbOf(args);
        const name = verb?.label ?? String(args.operation ?? '');
        return verb && (verb.danger || verb.form || verb.shutdown)
          ? trans.__('%1…', name)
          : name;
      },
      caption: args => whyNotActed(args) ?? '',
      isEnabled: args => Boolean(verbOf(args)) && whyNotActed(args) === null,
      execute: async args => {
        const { connection, region, kind, id } = resourceOf(args);
        const operation = args.operation as string;
        const verb = verbOf(args);
        const target = { connection, region, kind, id };
        if (verb?.shutdown || verb?.danger) {
          const { requestsFor } = await import('../plan/requests');
          return propose(
            requestsFor([target], verb.shutdown ? null : operation)
          );
        }
        const spec = kindOf(args);
        const view =
          spec &&
          smext.views.of(spec).find(one => one.operations?.includes(operation));
        if (view) {
          return smext.openResource(target, view.id);
        }
        if (verb?.form) {
          const { openUpdate } = await import('../create');
          return openUpdate(smext, target, operation);
        }
        try {
          await api
            .of(ResourceRoutes)
            .act(connection, region, kind, id, operation);
          await store.refetch();
        } catch (error) {
          if (!(error instanceof ApiError)) {
            throw error;
          }
          const { showProblem } = await import('../../components/problem');
          await showProblem(error.problem, trans);
        }
      }
    },

    [CommandIDs.shutDown]: {
      execute: async args => {
        const { requestsFor } = await import('../plan/requests');
        const targets = args.targets as unknown as IResourceId[];
        const operation = args.operation as string | undefined;
        return propose(requestsFor(targets, operation ?? null));
      }
    },

    [CommandIDs.shutDownAll]: {
      why: whyNoChange,
      isEnabled: () => store.connection !== null,
      execute: async args => {
        const { requestsForScope } = await import('../plan/requests');
        if (store.connection === null) {
          openPanel();
        } else {
          const scope = (args.scope ?? 'all') as IPlanRequest['scope'];
          await propose(
            requestsForScope(store.connection, store.regions, scope)
          );
        }
      }
    }
  };

  function kindOf(args: Args): IKind | undefined {
    return store.kinds.get(args.kind as string);
  }

  function refOf(args: Args): IRowRef | null {
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

  function verbOf(args: Args): IVerb | undefined {
    return kindOf(args)?.verbs.find(verb => verb.operation === args.operation);
  }

  function whyNotActed(args: Args): string | null {
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

function resourceOf(args: Args): IResourceId {
  return args as unknown as IResourceId;
}

function copy(text: unknown): void {
  if (typeof text === 'string') {
    Clipboard.copyToSystem(text);
  }
}
