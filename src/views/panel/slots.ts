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
 * The elements for the nodes that are shown now, in order. What comes into view takes over those
 * that nothing is shown in any more, as far as none has to be moved for it. Where most is new, it
 * takes over all but those of `pinned`, which may have the focus.
 */
export function assign(
  before: ReadonlyArray<ISlot>,
  shown: ReadonlyArray<Pick<ISlot, 'key' | 'reusable'>>,
  pinned: string | null
): ReadonlyArray<ISlot> {
  const wanted = new Set(shown.map(({ key }) => key));
  const same = before.filter(({ key }) => wanted.has(key)).length;
  const stays = ({ key, reusable }: ISlot) =>
    wanted.has(key) &&
    (2 * same >= shown.length || !reusable || key === pinned);
  const at = new Map<string, number>();
  before.forEach((slot, index) => {
    if (stays(slot)) {
      at.set(slot.key, index);
    }
  });
  const isGone = (slot: ISlot | undefined) => !!slot && !at.has(slot.key);
  let next = 0;
  return shown.map(({ key, reusable }) => {
    const index = at.get(key);
    if (index !== undefined) {
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
