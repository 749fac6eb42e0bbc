/** An edge's route as SVG path data: level at every bend, so that it leaves and enters its boxes straight. */

/**
 * The path in a picture from left to right.
 * @param points - `[x0, y0, x1, y1, …]`, integers
 * @returns absolute start, then relative commands (short, because saved pictures hold them)
 */
export function edgePath(points: readonly number[]): string {
  let path = `M${points[0]} ${points[1]}`;
  for (let at = 2; at + 1 < points.length; at += 2) {
    const dx = points[at]! - points[at - 2]!;
    const dy = points[at + 1]! - points[at - 1]!;
    // Backwards (a damaged graph's cycle): bow out on both sides.
    const reach = dx > 0 ? Math.round(dx / 2) : 40;
    path += dy === 0 && dx > 0 ? `h${dx}` : `c${reach} 0 ${dx - reach} ${dy} ${dx} ${dy}`;
  }
  return path;
}

/** The same in a picture from top to bottom: upright at every bend. */
export function uprightEdgePath(points: readonly number[]): string {
  let path = `M${points[0]} ${points[1]}`;
  for (let at = 2; at + 1 < points.length; at += 2) {
    const dx = points[at]! - points[at - 2]!;
    const dy = points[at + 1]! - points[at - 1]!;
    const reach = dy > 0 ? Math.round(dy / 2) : 40;
    path += dx === 0 && dy > 0 ? `v${dy}` : `c0 ${reach} ${dx} ${dy - reach} ${dx} ${dy}`;
  }
  return path;
}
