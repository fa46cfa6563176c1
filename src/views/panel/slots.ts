/**
 * The elements that show a node. `reusable` ones may show another node once theirs is gone.
 */
export interface ISlot {
  readonly id: number;
  readonly key: string;
  readonly reusable: boolean;
}

let count = 0;

/**
 * The elements for the nodes that are shown now, in order. What is shown still keeps its elements
 * and their place in the page, so that the focus stays; what comes into view takes over those that
 * nothing is shown in any more, as far as none has to be moved for it.
 */
export function assign(
  before: ReadonlyArray<ISlot>,
  shown: ReadonlyArray<Pick<ISlot, 'key' | 'reusable'>>
): ReadonlyArray<ISlot> {
  const at = new Map(before.map((slot, index) => [slot.key, index]));
  const wanted = new Set(shown.map(({ key }) => key));
  const isGone = (slot: ISlot | undefined) => !!slot && !wanted.has(slot.key);
  let next = 0;
  return shown.map(({ key, reusable }) => {
    const index = at.get(key);
    if (index !== undefined && before[index].reusable === reusable) {
      next = Math.max(next, index + 1);
      return before[index];
    }
    while (isGone(before[next]) && !before[next].reusable) {
      next += 1;
    }
    const id = reusable && isGone(before[next]) ? before[next++].id : ++count;
    return { id, key, reusable };
  });
}
