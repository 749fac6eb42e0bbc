/** The layers of a layered layout: who stands in which, and the virtual nodes that carry long edges across. */

/** Nodes `0 … n - 1` are the graph's own; the virtual ones follow. */
export interface Layers {
  /** The nodes of each layer, in order. */
  readonly rows: Int32Array[];
  /** Layer of each node, the virtual ones included. */
  readonly layerOf: readonly number[];
  /** Neighbours in the layer before. */
  readonly up: readonly (readonly number[])[];
  /** Neighbours in the layer after. */
  readonly down: readonly (readonly number[])[];
  /** Of each edge: the virtual nodes it runs through, left to right. */
  readonly chains: readonly (readonly number[])[];
}

type Edges = readonly (readonly [from: number, to: number])[];

/**
 * Layer of each node: one more than the furthest of its upstream nodes. Nodes without upstream nodes then move right, next
 * to their first reader, so that a constant stands beside its task. Where a cycle leaves nobody to go next, the first
 * node left goes.
 */
export function assignLayers(count: number, edges: Edges): Int32Array {
  const downstream: number[][] = Array.from({ length: count }, () => []);
  const waiting = new Int32Array(count);
  for (const [from, to] of edges) {
    if (from === to) continue;
    downstream[from]!.push(to);
    waiting[to]!++;
  }
  const roots = waiting.map((inputs) => (inputs === 0 ? 1 : 0));
  const layer = new Int32Array(count);
  const done = new Uint8Array(count);
  const queue: number[] = [];
  for (let node = 0; node < count; node++) if (waiting[node] === 0) queue.push(node);
  let forced = 0;
  for (let head = 0; head < count; head++) {
    if (head === queue.length) {
      while (done[forced] === 1) forced++;
      queue.push(forced);
    }
    const node = queue[head]!;
    done[node] = 1;
    for (const next of downstream[node]!) {
      if (done[next] === 1) continue;
      layer[next] = Math.max(layer[next]!, layer[node]! + 1);
      if (--waiting[next]! === 0) queue.push(next);
    }
  }
  for (let node = 0; node < count; node++) {
    const readers = downstream[node]!;
    if (roots[node] === 0 || readers.length === 0) continue;
    let first = Infinity;
    for (const reader of readers) first = Math.min(first, layer[reader]!);
    layer[node] = Math.max(0, first - 1);
  }
  return layer;
}

/** Virtual nodes for each node and edge of the graph (count), and on top of that: what the layout may cost. */
const VIRTUAL_NODES_EACH = 6;
const VIRTUAL_NODES_FREE = 3000;

/** Longest span (layers) whose edges all get virtual nodes without exceeding the budget: deep graphs would cost nodes × depth. */
function longestSpan(count: number, edges: Edges, layer: Int32Array): number {
  const budget = VIRTUAL_NODES_EACH * (count + edges.length) + VIRTUAL_NODES_FREE;
  const withSpan = new Map<number, number>();
  for (const [from, to] of edges) {
    const span = layer[to]! - layer[from]!;
    if (span > 1) withSpan.set(span, (withSpan.get(span) ?? 0) + 1);
  }
  let longest = 1;
  let needed = 0;
  for (const [span, number] of [...withSpan].sort((a, b) => a[0] - b[0])) {
    needed += (span - 1) * number;
    if (needed > budget) break;
    longest = span;
  }
  return longest;
}

/**
 * Rows in index order, with a virtual node in every layer that an edge crosses. Where that would be too many, the longest
 * edges have none and run straight.
 */
export function buildLayers(count: number, edges: Edges, layer: Int32Array): Layers {
  const longest = longestSpan(count, edges, layer);
  const layerOf = Array.from(layer);
  const up: number[][] = Array.from({ length: count }, () => []);
  const down: number[][] = Array.from({ length: count }, () => []);
  const rows: number[][] = [];
  const put = (node: number, at: number) => (rows[at] ??= []).push(node);
  for (let node = 0; node < count; node++) put(node, layer[node]!);
  const chains = edges.map(([from, to]) => {
    const chain: number[] = [];
    // Backwards or within one layer only where a cycle was cut: such an edge runs straight.
    const span = layer[to]! - layer[from]!;
    if (span <= 0 || span > longest) return chain;
    let before = from;
    for (let at = layer[from]! + 1; at < layer[to]!; at++) {
      const virtual = layerOf.length;
      layerOf.push(at);
      up.push([before]);
      down.push([]);
      down[before]!.push(virtual);
      put(virtual, at);
      chain.push(virtual);
      before = virtual;
    }
    down[before]!.push(to);
    up[to]!.push(before);
    return chain;
  });
  return { rows: Array.from(rows, (row) => Int32Array.from(row ?? [])), layerOf, up, down, chains };
}
