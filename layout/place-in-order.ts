/**
 * Places boxes on a line as near to their goals as their order allows.
 *
 * Least squares under "each box begins where the one before has ended": isotonic regression by pooling neighbours that
 * would overlap. O(boxes).
 *
 * @param goals - wanted middle of each box, in the order the boxes stand
 * @param sizes - length of each box, gaps included
 * @param weights - how hard each box pulls
 * @returns the middle of each box
 */
export function placeInOrder(goals: readonly number[], sizes: readonly number[], weights: readonly number[]): Float64Array {
  const count = goals.length;
  const offset = new Float64Array(count);
  let at = 0;
  for (let box = 0; box < count; box++) {
    offset[box] = at + sizes[box]! / 2;
    at += sizes[box]!;
  }
  // Pools of boxes that touch: their common shift, their weight, and where each begins.
  const shift = new Float64Array(count);
  const weight = new Float64Array(count);
  const start = new Int32Array(count);
  let pools = 0;
  for (let box = 0; box < count; box++) {
    shift[pools] = goals[box]! - offset[box]!;
    weight[pools] = weights[box]!;
    start[pools] = box;
    while (pools > 0 && shift[pools - 1]! > shift[pools]!) {
      const total = weight[pools - 1]! + weight[pools]!;
      shift[pools - 1] = (shift[pools - 1]! * weight[pools - 1]! + shift[pools]! * weight[pools]!) / total;
      weight[pools - 1] = total;
      pools--;
    }
    pools++;
  }
  const middles = new Float64Array(count);
  for (let pool = 0; pool < pools; pool++) {
    const end = pool + 1 < pools ? start[pool + 1]! : count;
    for (let box = start[pool]!; box < end; box++) middles[box] = offset[box]! + shift[pool]!;
  }
  return middles;
}
