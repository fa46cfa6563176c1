import { ISignal, Signal } from '@lumino/signaling';

import { Api, problemOf } from '../../api';
import { ObjectRoutes } from '../../api/objects';
import { IProblem, IS3Entry } from '../../protocol';
import { IPlace } from '../../tokens';
import { BUCKETS } from './uri';

/** Entries that are fetched by themselves; beyond them a person asks for more. */
const ENOUGH = 10_000;

/**
 * What lies in a folder of S3, or the buckets, fetched page by page.
 */
export class FolderModel {
  constructor(
    private readonly _api: Api,
    readonly place: IPlace
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The folder, or what all its names begin with, where it does not end in a slash. */
  get uri(): string {
    return this._uri;
  }

  get entries(): ReadonlyArray<IS3Entry> {
    return this._entries;
  }

  /** Whether there are more than {@link entries}. */
  get hasMore(): boolean {
    return this._next !== null;
  }

  get busy(): boolean {
    return this._busy;
  }

  /** Whether all was read that is read by itself, or could not be. */
  get isRead(): boolean {
    return this._isRead;
  }

  /** Why there is nothing, or no more. */
  get problem(): IProblem | null {
    return this._problem;
  }

  /**
   * Show another folder.
   */
  async open(uri: string): Promise<void> {
    const reading = ++this._reading;
    this._uri = uri;
    this._entries = [];
    this._next = null;
    this._isRead = false;
    await this._read(reading, ENOUGH);
  }

  /**
   * Fetch what is not there yet, as far as is good for a page.
   */
  async more(): Promise<void> {
    if (!this._busy) {
      await this._read(this._reading, this._entries.length + ENOUGH);
    }
  }

  dispose(): void {
    this._reading = -1;
    Signal.clearData(this);
  }

  private async _read(reading: number, enough: number): Promise<void> {
    const { connection, region } = this.place;
    this._busy = true;
    this._problem = null;
    this._changed.emit();
    try {
      if (this._uri === BUCKETS) {
        const found = await this._api
          .of(ObjectRoutes)
          .buckets(connection, region);
        if (reading === this._reading) {
          this._problem = found.problem;
          this._entries = bucketEntries(found.buckets, found.default);
        }
      } else {
        do {
          const page = await this._api
            .of(ObjectRoutes)
            .objects(connection, region, this._uri, this._next);
          if (reading !== this._reading) {
            return;
          }
          this._next = page.next;
          this._entries = [...this._entries, ...page.entries];
          this._changed.emit();
        } while (this._next !== null && this._entries.length < enough);
      }
    } catch (error) {
      const problem = problemOf(error);
      if (reading === this._reading) {
        this._problem = problem;
      }
    }
    if (reading === this._reading) {
      this._busy = false;
      this._isRead = true;
      this._changed.emit();
    }
  }

  private _busy = false;
  private _changed = new Signal<this, void>(this);
  private _entries: ReadonlyArray<IS3Entry> = [];
  private _isRead = false;
  private _next: string | null = null;
  private _problem: IProblem | null = null;
  private _reading = 0;
  private _uri = BUCKETS;
}

/** Buckets as entries: when they were made, and their region in the place of the storage class. */
function bucketEntries(
  buckets: ReadonlyArray<{
    name: string;
    region: string | null;
    created: number | null;
  }>,
  ours: string | null
): IS3Entry[] {
  const all =
    ours === null || buckets.some(({ name }) => name === ours)
      ? buckets
      : // It may be there though no bucket may be listed.
        buckets.length
        ? buckets
        : [{ name: ours, region: null, created: null }];
  return all.map(({ name, region, created }) => ({
    name,
    uri: `${BUCKETS}${name}/`,
    folder: true,
    size: null,
    modified: created,
    storage: region
  }));
}
