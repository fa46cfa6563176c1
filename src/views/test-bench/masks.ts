/**
 * Whose each pixel of a picture is, row by row: a number from 1 on, 0 where it is nobody's.
 */
export interface IMask {
  readonly width: number;
  readonly height: number;
  readonly parts: Uint16Array;
}

/**
 * A class that pixels were found to be of: `part` is its number in the mask, `share` how much of the
 * picture it is, from 0 to 1.
 */
export interface ISegment {
  readonly part: number;
  readonly label: string;
  readonly share: number;
}

/**
 * A picture cut into classes, the largest first.
 */
export interface ISegments {
  readonly mask: IMask;
  readonly segments: ReadonlyArray<ISegment>;
}

/** Pixels of a mask; a browser draws no more of them in good time. */
const MOST = 50_000_000;
const PARTS = 65_535;

/**
 * The classes of pixels that are rows of their numbers; null of what is none. Without a class, as
 * GluonCV has it, is -1.
 */
export function segmentsOf(
  rows: unknown,
  names: ReadonlyArray<string>
): ISegments | null {
  const size = sizeOf(rows);
  if (!size) {
    return null;
  }
  const { width, height } = size;
  const parts = new Uint16Array(width * height);
  const counts = new Map<number, number>();
  let at = 0;
  for (const row of rows as ReadonlyArray<ReadonlyArray<unknown>>) {
    for (const kind of row) {
      if (
        typeof kind !== 'number' ||
        !Number.isInteger(kind) ||
        kind < -1 ||
        kind >= PARTS
      ) {
        return null;
      }
      parts[at++] = kind + 1;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  counts.delete(-1);
  return {
    mask: { width, height, parts },
    segments: [...counts]
      .map(([kind, count]) => ({
        part: kind + 1,
        label: names[kind] ?? String(kind),
        share: count / parts.length
      }))
      .sort((a, b) => b.share - a.share)
  };
}

/**
 * One mask of many, each rows of 0 and more for one object; null of what is none. Where objects
 * overlap, the one before is seen.
 */
export function maskOf(masks: unknown): IMask | null {
  const list = Array.isArray(masks) ? (masks as unknown[]) : [];
  const size = sizeOf(list[0]);
  if (!size || list.length >= PARTS) {
    return null;
  }
  const { width, height } = size;
  const parts = new Uint16Array(width * height);
  for (const [index, mask] of list.entries()) {
    const own = sizeOf(mask);
    if (own?.width !== width || own.height !== height) {
      return null;
    }
    let at = 0;
    for (const row of mask as ReadonlyArray<ReadonlyArray<unknown>>) {
      for (const is of row) {
        if (parts[at] === 0 && Number(is) >= 0.5) {
          parts[at] = index + 1;
        }
        at += 1;
      }
    }
  }
  return { width, height, parts };
}

/** The size of a picture that is rows of pixels; null of what is none. */
function sizeOf(rows: unknown): { width: number; height: number } | null {
  if (!Array.isArray(rows) || !Array.isArray(rows[0])) {
    return null;
  }
  const width = rows[0].length;
  return width > 0 &&
    width * rows.length <= MOST &&
    rows.every(row => Array.isArray(row) && row.length === width)
    ? { width, height: rows.length }
    : null;
}

/**
 * The colour of a part, far from those of its neighbours: red, green, blue from 0 to 255.
 */
export function colourOf(part: number): [number, number, number] {
  // The golden angle never meets a hue again.
  const hue = (part * 137.508) % 360;
  const channel = (shift: number) => {
    const k = (shift + hue / 30) % 12;
    const lightness = 0.5 - 0.4 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * lightness);
  };
  return [channel(0), channel(8), channel(4)];
}
