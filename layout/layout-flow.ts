/** Chooses the algorithm for a flow and runs it. */
import type { FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { composeLayout, layoutInput } from "./compose-layout.ts";
import type { FlowLayout, LayoutInput } from "./flow-layout.ts";
import { layeredLayout } from "./layered-layout.ts";
import { assignLayers } from "./layers.ts";

/** Above this many nodes a flow never goes through dagre. */
const MAX_DAGRE_NODES = 300;

/** What dagre may cost (layers × elements; about 150 ms): it walks everything once a layer, so depth costs as much as size. */
const MAX_DAGRE_COST = 400_000;

/**
 * Lays out a flow, left to right. Deterministic, and independent of the nodes' states.
 *
 * Small flows go through dagre, which is loaded when the first one comes; large or deep ones through {@link layoutLayered}.
 *
 * @param flow - any graph: cycles, self-edges and parallel edges too, since a saved one may be damaged
 */
export async function layoutFlow(flow: Pick<FlowSnapshot, "nodes" | "edges">): Promise<FlowLayout> {
  const input = layoutInput(flow);
  if (input.sizes.length === 0 || dagreCost(input) > MAX_DAGRE_COST) return composeLayout(input, layeredLayout(input));
  const { dagreLayout } = await import("./dagre-layout.ts");
  return composeLayout(input, dagreLayout(input));
}

/** Lays out a flow at once and without dagre. */
export function layoutLayered(flow: Pick<FlowSnapshot, "nodes" | "edges">): FlowLayout {
  const input = layoutInput(flow);
  return composeLayout(input, layeredLayout(input));
}

/** Estimates dagre's work: it doubles the layers, and gives an edge a node in each that it crosses. */
function dagreCost(input: LayoutInput): number {
  if (input.sizes.length > MAX_DAGRE_NODES || input.edges.length > MAX_DAGRE_NODES * 3) return Infinity;
  const layer = assignLayers(input.sizes.length, input.edges);
  let layers = 1;
  let virtual = 0;
  for (const at of layer) layers = Math.max(layers, at + 1);
  for (const [from, to] of input.edges) virtual += 2 * Math.abs(layer[to]! - layer[from]!);
  return 2 * layers * (input.sizes.length + input.edges.length + virtual);
}
