/**
 * The ids of what a window follows: kept over a reload, and for this window alone.
 */
export class FollowedIds {
  constructor(private readonly _key: string) {}

  load(): ReadonlyArray<string> {
    return JSON.parse(
      window.sessionStorage.getItem(this._key) ?? '[]'
    ) as string[];
  }

  save(ids: ReadonlyArray<string>): void {
    if (ids.length) {
      window.sessionStorage.setItem(this._key, JSON.stringify(ids));
    } else {
      window.sessionStorage.removeItem(this._key);
    }
  }
}
