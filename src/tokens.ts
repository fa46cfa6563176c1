import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { TranslationBundle } from '@jupyterlab/translation';
import { ReadonlyJSONObject, Token } from '@lumino/coreutils';
import { DisposableDelegate, IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';
import { ReactElement } from 'react';

import { Api } from './api';
import {
  IKind,
  IPlanRequest,
  IRemoteKernel,
  IResource,
  ITimeline
} from './protocol';
import { InventoryStore, IRowRef, RemoteServers } from './store';

/** The id of the panel's widget, for `shell.activateById`. */
export const PANEL_ID = 'jupyter-smext-panel';

/** The plugin whose settings are the extension's. */
export const SETTINGS_ID = 'jupyter_smext:plugin';

/**
 * A region, as it is seen through a connection.
 */
export interface IPlace {
  readonly connection: string;
  readonly region: string;
}

/**
 * One resource by name; also the arguments of the commands that are about one resource.
 */
export interface IResourceId {
  readonly connection: string;
  readonly region: string;
  readonly kind: string;
  readonly id: string;
}

/**
 * One of JumpStart's models by name, as it is seen through a connection; `hub` is null where it
 * is in none.
 */
export interface IModelId {
  readonly connection: string;
  readonly region: string;
  readonly hub: string | null;
  readonly id: string;
  readonly version: string;
}

/**
 * One of JumpStart's solutions by name, as it is seen through a connection.
 */
export interface ISolutionId {
  readonly connection: string;
  readonly region: string;
  readonly solution: string;
}

/**
 * What is to be created: the arguments of `smext:create`. Of a kind, by an operation of AWS, or by a
 * layout of the extension's own (`training-job`, `endpoint`); without all three it is asked for.
 */
export interface INewResource {
  /** Where; by default the panel's connection, and its first region. */
  readonly connection?: string;
  readonly region?: string;
  readonly kind?: string;
  readonly operation?: string;
  readonly layout?: string;
  /** The resource whose parameters the form begins with. */
  readonly clone?: IResourceId;
  /** Parameters to begin with; over those of `clone`, a JSON merge patch (RFC 7396). */
  readonly changes?: ReadonlyJSONObject;
}

/**
 * What a view of a resource is given.
 */
export interface IViewProps extends IResourceId {
  readonly resource: IResource;
  readonly spec: IKind;
  readonly smext: ISmext;

  /** What the resource went through; null until it is read, or where it has no states. */
  readonly timeline: ITimeline | null;

  /** Whether somebody may look at it: it is the chosen view, and its tab is not hidden. */
  readonly visible: boolean;

  /** Where in the view, in the view's own words, e.g. a line of a log; empty for its beginning. */
  readonly place: string;

  /** Keep where in the view one is: a link and a reload lead there again. */
  onPlace(place: string): void;
}

/**
 * A tab of a resource. Without `when` it is shown for every kind.
 */
export interface IView {
  readonly id: string;
  readonly label: string;
  readonly rank: number;
  /** The verbs that it has a form of its own for: doing one of them opens it. */
  readonly operations?: ReadonlyArray<string>;
  when?(spec: IKind): boolean;
  render(props: IViewProps): ReactElement;
}

/**
 * The tabs that resources have: the general ones, and those that plugins add for some kinds.
 */
export class ViewRegistry {
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  add(view: IView): IDisposable {
    this._views.set(view.id, view);
    this._changed.emit();
    return new DisposableDelegate(() => {
      if (this._views.get(view.id) === view) {
        this._views.delete(view.id);
        this._changed.emit();
      }
    });
  }

  /** The tabs of a kind, by rank. */
  of(spec: IKind): IView[] {
    return [...this._views.values()]
      .filter(view => view.when?.(spec) ?? true)
      .sort((a, b) => a.rank - b.rank);
  }

  private _changed = new Signal<this, void>(this);
  private _views = new Map<string, IView>();
}

/**
 * SageMaker in JupyterLab, for other plugins and extensions.
 */
export interface ISmext {
  readonly api: Api;
  readonly store: InventoryStore;
  readonly views: ViewRegistry;
  readonly trans: TranslationBundle;

  /** JupyterLab's renderers, for plots; null where it has none. */
  rendermime(): Promise<IRenderMimeRegistry | null>;

  /**
   * Open a resource as a tab of the main area, at one of its views, and at a place in that, where
   * they are named: `smext:open-resource` with {@link IResourceId} and `{ view, place }`.
   */
  openResource(
    resource: IResourceId | IRowRef,
    view?: string,
    place?: string
  ): void;

  /**
   * Propose to shut resources down: `smext:shut-down` with `{ targets: IResourceId[] }`, or
   * `smext:shut-down-all` with `{ scope }`, for the store's connection and regions.
   */
  shutDown(
    what: ReadonlyArray<IResourceId | IRowRef> | IPlanRequest['scope']
  ): void;

  /**
   * Propose to delete resources, in the order in which they hang on each other: `smext:shut-down`
   * with `{ targets, operation: 'Delete' }`. The answer, once the dialog is closed, is whether it
   * was confirmed.
   */
  delete(resources: ReadonlyArray<IResourceId>): Promise<boolean>;

  /** Open a place in S3 as a tab: `smext:open-s3` with {@link IPlace} and `{ uri }`. */
  openS3(place: IPlace, uri: string): void;

  /** Do one verb: `smext:act` with {@link IResourceId} and `{ operation }`; danger and forms ask first. */
  act(resource: IResourceId | IRowRef, operation: string): void;

  /** Open the form of a new resource: `smext:create` with {@link INewResource}, or with its kind alone. */
  create(what?: string | INewResource): void;
}

/**
 * The token of {@link ISmext}.
 */
export const ISmext = new Token<ISmext>(
  'jupyter_smext:ISmext',
  'SageMaker: the inventory of the chosen connection, its API, and what can be done with resources.'
);

/**
 * The way to {@link ISmext} for what stands in the page from its start: the inventory, and what is
 * done with it, are loaded at their first use.
 */
export interface ISmextLoader {
  readonly trans: TranslationBundle;

  /** Resolved when it is loaded, whoever wanted it; waiting for it loads nothing. */
  readonly loaded: Promise<ISmext>;

  /** Load it, once; what could not be loaded is tried again at the next call. */
  load(): Promise<ISmext>;
}

/**
 * The token of {@link ISmextLoader}.
 */
export const ISmextLoader = new Token<ISmextLoader>(
  'jupyter_smext:ISmextLoader',
  'The way to SageMaker in JupyterLab without loading it at the start of the page.'
);

/**
 * The kernels that instances run.
 */
export interface IInstanceKernels {
  readonly servers: RemoteServers;

  /** Open their list, at an instance by its row id: signs in to each that is up. */
  show(id?: string): void;

  /** Give a kernel to a notebook that is asked for. */
  reattach(kernel: IRemoteKernel): Promise<void>;

  /** Shut kernels down, after a question. */
  shutDown(kernels: ReadonlyArray<IRemoteKernel>): Promise<void>;
}

/**
 * The token of {@link IInstanceKernels}.
 */
export const IInstanceKernels = new Token<IInstanceKernels>(
  'jupyter_smext:IInstanceKernels',
  'The kernels that instances run: listed when a person asks, attached to notebooks, shut down.'
);

/**
 * The names of a resource, wherever it comes from.
 */
export function resourceId(resource: IResourceId | IRowRef): IResourceId {
  const { connection, region } = resource;
  return 'row' in resource
    ? { connection, region, kind: resource.kind.id, id: resource.row.id }
    : { connection, region, kind: resource.kind, id: resource.id };
}
