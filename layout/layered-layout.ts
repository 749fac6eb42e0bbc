/**
 * A layered layout that stays fast at any size and depth: O(passes × (nodes + edges)), no recursion.
 *
 * Longest path gives the layers, long edges get a virtual node in every layer they cross, barycentre sweeps order the
 * layers (Sugiyama's method), and each layer is then placed as close to its neighbours as its order allows. Edges that
 * close a cycle (a damaged graph) do not count for the layers and are drawn backwards.
 */
import type { LayoutInput, Placement } from "./flow-layout.ts";
import { assignLayers, buildLayers, type Layers } from "./layers.ts";
import { placeInOrder } from "./place-in-order.ts";

/** Space between two nodes of a layer, between two layers, and around a virtual node (pixels). */
const NODE_GAP = 18;
const LAYER_GAP = 56;
const VIRTUAL_SIZE = 8;

const ORDER_SWEEPS = 8;
const PLACE_SWEEPS = 6;

/** @returns middles of the nodes and bends of the edges; equal for equal input */
export function layeredLayout(input: LayoutInput): Placement {
  const layers = buildLayers(input.sizes.length, input.edges, assignLayers(input.sizes.length, input.edges));
  orderLayers(layers);
  const y = placeRows(layers, input);
  const x = placeColumns(layers, input);
  const centers = input.sizes.map((_, node) => [x[layers.layerOf[node]!]!, y[node]!] as const);
  const bends = layers.chains.map((chain) => chain.flatMap((virtual) => [x[layers.layerOf[virtual]!]!, y[virtual]!]));
  return { centers, bends };
}

/** Barycentre sweeps, right and left in turn; keeps the order with the fewest crossings seen. */
function orderLayers(layers: Layers): void {
  const { rows, up, down } = layers;
  const position = new Float64Array(layers.layerOf.length);
  const key = new Float64Array(layers.layerOf.length);
  const remember = (row: Int32Array) => row.forEach((node, index) => (position[node] = index));
  rows.forEach(remember);
  let best = rows.map((row) => row.slice());
  let fewest = countCrossings(rows, down, position);
  for (let sweep = 0; sweep < ORDER_SWEEPS && fewest > 0; sweep++) {
    const rightwards = sweep % 2 === 0;
    const neighbours = rightwards ? up : down;
    for (let step = 1; step < rows.length; step++) {
      const row = rows[rightwards ? step : rows.length - 1 - step]!;
      for (const node of row) key[node] = barycentre(neighbours[node]!, position) ?? position[node]!;
      row.sort((a, b) => key[a]! - key[b]! || position[a]! - position[b]!);
      remember(row);
    }
    const crossings = countCrossings(rows, down, position);
    if (crossings < fewest) {
      fewest = crossings;
      best = rows.map((row) => row.slice());
    }
  }
  best.forEach((row, layer) => (rows[layer] = row));
}

function barycentre(neighbours: readonly number[], position: Float64Array): number | undefined {
  if (neighbours.length === 0) return undefined;
  let sum = 0;
  for (const neighbour of neighbours) sum += position[neighbour]!;
  return sum / neighbours.length;
}

/** Crossings between neighbouring layers, by inversions in a Fenwick tree: O(edges × log nodes). */
function countCrossings(rows: readonly Int32Array[], down: Layers["down"], position: Float64Array): number {
  let crossings = 0;
  for (let layer = 0; layer + 1 < rows.length; layer++) {
    const size = rows[layer + 1]!.length;
    const tree = new Int32Array(size + 1);
    let seen = 0;
    for (const node of rows[layer]!) {
      const targets = down[node]!;
      for (const target of targets) {
        let before = 0;
        for (let at = position[target]! + 1; at > 0; at -= at & -at) before += tree[at]!;
        crossings += seen - before;
      }
      // Added after all were asked: edges of one node do not cross each other.
      for (const target of targets) {
        seen++;
        for (let at = position[target]! + 1; at <= size; at += at & -at) tree[at]!++;
      }
    }
  }
  return crossings;
}

/** Vertical middles: each layer as near to its neighbours as its order allows, from both sides in turn. */
function placeRows(layers: Layers, input: LayoutInput): Float64Array {
  const { rows, up, down } = layers;
  const nodes = input.sizes.length;
  const y = new Float64Array(layers.layerOf.length);
  const height = (node: number) => (node < nodes ? input.sizes[node]![1] + NODE_GAP : VIRTUAL_SIZE + NODE_GAP / 2);
  for (const row of rows) {
    let at = 0;
    for (const node of row) {
      y[node] = at + height(node) / 2;
      at += height(node);
    }
    for (const node of row) y[node]! -= at / 2;
  }
  const wanted = (node: number, first: readonly number[], second: readonly number[]) =>
    barycentre(first, y) ?? barycentre(second, y) ?? y[node]!;
  for (let sweep = 0; sweep < PLACE_SWEEPS; sweep++) {
    const rightwards = sweep % 2 === 0;
    for (let step = 0; step < rows.length; step++) {
      const row = rows[rightwards ? step : rows.length - 1 - step]!;
      const goals = Array.from(row, (node) => (rightwards ? wanted(node, up[node]!, down[node]!) : wanted(node, down[node]!, up[node]!)));
      // Long edges pull harder than nodes, so that they run straight.
      const weights = Array.from(row, (node) => (node < nodes ? 1 : 4));
      const placed = placeInOrder(goals, Array.from(row, height), weights);
      row.forEach((node, index) => (y[node] = placed[index]!));
    }
  }
  return y;
}

/** Horizontal middle of each layer: as wide as its widest node, plus room for the longest label on the way to it. */
function placeColumns(layers: Layers, input: LayoutInput): Float64Array {
  const label = new Float64Array(layers.rows.length);
  input.edges.forEach(([, to], edge) => {
    const layer = layers.layerOf[to]!;
    label[layer] = Math.max(label[layer]!, input.labelWidths[edge] ?? 0);
  });
  const x = new Float64Array(layers.rows.length);
  let at = 0;
  layers.rows.forEach((row, layer) => {
    let width = 0;
    for (const node of row) if (node < input.sizes.length) width = Math.max(width, input.sizes[node]![0]);
    if (layer > 0) at += LAYER_GAP + (label[layer]! > 0 ? label[layer]! + 8 : 0);
    x[layer] = at + width / 2;
    at += width;
  });
  return x;
}
