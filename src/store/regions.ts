import { IRegionView, unreadRegion } from './merge';

/** Seconds between two questions to our own server, which itself decides when to ask AWS. */
const CALM = 30;
const SOON = 5;
const READING = 1;

/**
 * What is known of the regions that are looked at. An answer that belongs to an earlier choice,
 * another `generation`, changes nothing any more.
 */
export class RegionViews {
  constructor(
    names: ReadonlyArray<string>,
    private readonly _changed: () => void
  ) {
    this._all = names.map(unreadRegion);
  }

  get all(): ReadonlyArray<IRegionView> {
    return this._all;
  }

  get generation(): number {
    return this._generation;
  }

  find(name: string): IRegionView | undefined {
    return this._all.find(one => one.region === name);
  }

  /** Look at other regions; `keep` what is known of those that stay. */
  choose(names: ReadonlyArray<string>, keep: boolean): void {
    this._generation += 1;
    this._all = names.map(
      name => (keep ? this.find(name) : undefined) ?? unreadRegion(name)
    );
  }

  /** Change a region, unless others were chosen since. */
  update(
    generation: number,
    name: string,
    change: (old: IRegionView) => IRegionView
  ): void {
    if (generation !== this._generation) {
      return;
    }
    this._all = this._all.map(region =>
      region.region === name ? change(region) : region
    );
    this._changed();
  }

  /** Nothing that is still under way changes anything from now on. */
  close(): void {
    this._generation += 1;
  }

  private _all: ReadonlyArray<IRegionView>;
  private _generation = 0;
}

/**
 * Seconds until these regions are worth asking for again.
 */
export function interval(
  regions: ReadonlyArray<IRegionView>,
  starting: boolean
): number {
  const now = Date.now() / 1000;
  let seconds = CALM;
  for (const region of regions) {
    if (region.reading || starting) {
      seconds = READING;
    } else if (isMoving(region)) {
      seconds = Math.min(seconds, SOON);
    } else if (region.nextReadAt !== null) {
      const wait = region.nextReadAt - now + 1;
      seconds = Math.min(seconds, Math.max(SOON, wait));
    }
  }
  return seconds;
}

/** Prices that are on their way, and memory in use, which is never the same for long. */
function isMoving({ costs }: IRegionView): boolean {
  return (
    costs !== null &&
    (costs.reading || (!costs.charged && costs.rows.length > 0))
  );
}
