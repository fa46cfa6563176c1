import { ISignal, Signal } from '@lumino/signaling';

import { Api, problemOf } from '../../api';
import { ObjectRoutes } from '../../api/objects';
import { IProblem, IS3Object } from '../../protocol';
import { IPlace } from '../../tokens';
import { FolderModel } from './folder-model';
import { BUCKETS, isFolder, parentOf, splitUri } from './uri';

/**
 * A place in S3: a folder, and the object in it that is looked at.
 */
export class S3Model {
  constructor(
    private readonly _api: Api,
    readonly place: IPlace
  ) {
    this.folder = new FolderModel(_api, place);
    this.folder.changed.connect(this._onFolder, this);
  }

  readonly folder: FolderModel;

  /** Emitted when it is another place, or more is known of it. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Where it is: the object that was chosen, else the folder. */
  get uri(): string {
    return this._chosen ?? this.folder.uri;
  }

  get chosen(): string | null {
    return this._chosen;
  }

  /** The chosen object, once it is read. */
  get object(): IS3Object | null {
    return this._object;
  }

  /** Why the chosen object could not be read. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * Go to a URI. One without a slash at its end names an object, or else what begins so, as
   * SageMaker takes it.
   */
  async open(uri: string): Promise<void> {
    if (uri === BUCKETS || isFolder(uri)) {
      this._choose(null);
      await this.folder.open(uri === BUCKETS ? uri : uri.replace(/\/?$/, '/'));
      return;
    }
    const list = this.folder.open(parentOf(uri));
    await this.look(uri);
    await list;
    if (this._chosen !== uri || this._problem?.cause !== 'not_found') {
      return;
    }
    const begins = this.folder.entries.filter(one => one.uri.startsWith(uri));
    const folder = begins.find(one => one.uri === `${uri}/`);
    if (folder || begins.length) {
      this._choose(null);
      await this.folder.open(folder?.uri ?? uri);
    }
  }

  /**
   * Read an object of the folder.
   */
  async look(uri: string): Promise<void> {
    if (!splitUri(uri)) {
      return;
    }
    this._choose(uri);
    const { connection, region } = this.place;
    try {
      const object = await this._api
        .of(ObjectRoutes)
        .object(connection, region, uri);
      if (this._chosen === uri) {
        this._object = object;
      }
    } catch (error) {
      const problem = problemOf(error);
      if (this._chosen === uri) {
        this._problem = problem;
      }
    }
    this._changed.emit();
  }

  /** Choose a folder of the list, which is not gone into yet. */
  point(uri: string): void {
    if (this._chosen !== null) {
      this._choose(null);
    }
    this._pointed = uri;
    this._changed.emit();
  }

  /** The row of the list that is chosen. */
  get pointed(): string | null {
    return this._chosen ?? this._pointed;
  }

  dispose(): void {
    this.folder.dispose();
    Signal.clearData(this);
  }

  private _choose(uri: string | null): void {
    this._chosen = uri;
    this._pointed = null;
    this._object = null;
    this._problem = null;
    this._changed.emit();
  }

  private _onFolder(): void {
    // Another folder was gone to.
    if (this._chosen !== null && parentOf(this._chosen) !== this.folder.uri) {
      this._choose(null);
    } else {
      this._changed.emit();
    }
  }

  private _changed = new Signal<this, void>(this);
  private _chosen: string | null = null;
  private _object: IS3Object | null = null;
  private _pointed: string | null = null;
  private _problem: IProblem | null = null;
}
