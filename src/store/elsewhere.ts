import { IInventoryView } from './merge';

/**
 * How many ran in regions that are not looked at any more, by when this window last looked.
 */
export class Elsewhere {
  note(view: IInventoryView): void {
    for (const { region } of view.regions) {
      const running = view.running.filter(ref => ref.region === region);
      this._seen.set(`${view.connection}\n${region}`, running.length);
    }
  }

  of(view: IInventoryView): ReadonlyArray<{ region: string; running: number }> {
    const looked = new Set(view.regions.map(one => one.region));
    return [...this._seen]
      .map(([key, running]) => {
        const [connection, region] = key.split('\n');
        return { connection, region, running };
      })
      .filter(
        one =>
          one.running > 0 &&
          one.connection === view.connection &&
          !looked.has(one.region)
      )
      .map(({ region, running }) => ({ region, running }));
  }

  private _seen = new Map<string, number>();
}
