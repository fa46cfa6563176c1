/**
 * The cosine of the angle between two vectors of one length: 1 where they point the same way.
 */
export function cosine(
  a: ReadonlyArray<number>,
  b: ReadonlyArray<number>
): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let at = 0; at < a.length; at++) {
    dot += a[at] * b[at];
    aa += a[at] * a[at];
    bb += b[at] * b[at];
  }
  return aa && bb ? dot / Math.sqrt(aa * bb) : 0;
}
