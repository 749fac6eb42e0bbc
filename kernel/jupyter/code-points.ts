/** Jupyter counts positions in Unicode code points, JavaScript in UTF-16 units. */

/** @param position in code points from the start of `text`; beyond its end counts as its end */
export function toUtf16(text: string, position: number): number {
  let at = 0;
  for (let left = position; left > 0 && at < text.length; left--) at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return at;
}

/** @param position in UTF-16 units from the start of `text`; beyond its end counts as its end */
export function toCodePoints(text: string, position: number): number {
  let count = 0;
  const end = Math.min(position, text.length);
  for (let at = 0; at < end; count++) at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return count;
}
