/** Small graphs through dagre, whose edges look best: tight-tree ranking. */
import { Graph, layout } from "@dagrejs/dagre";
import type { LayoutInput, Placement } from "./flow-layout.ts";

/** Space between two layers (pixels), the longest label not counted. */
const LAYER_GAP = 48;

/** @returns middles of the nodes and bends of the edges; equal for equal input */
export function dagreLayout(input: LayoutInput): Placement {
  const graph = new Graph({ multigraph: true });
  // Labels stand beside their targets: as boxes of dagre's own they would push other edges into detours.
  const label = input.labelWidths.reduce((longest, width) => Math.max(longest, width), 0);
  graph.setGraph({ rankdir: "LR", ranker: "tight-tree", nodesep: 18, edgesep: 14, ranksep: LAYER_GAP + label });
  graph.setDefaultEdgeLabel(() => ({}));
  input.sizes.forEach(([width, height], node) => graph.setNode(String(node), { width, height }));
  input.edges.forEach(([from, to], edge) => {
    if (from !== to) graph.setEdge(String(from), String(to), {}, String(edge));
  });
  layout(graph);
  const centers = input.sizes.map((_, node) => {
    const { x, y } = graph.node(String(node)) as { x: number; y: number };
    return [x, y] as const;
  });
  const routes = input.edges.map(([from, to], edge) => graph.edge(String(from), String(to), String(edge)) as RoutedEdge | undefined);
  return {
    centers,
    // The first and last points are where the edge meets the boxes: the ends are set by the caller.
    bends: routes.map((route) => route?.points.slice(1, -1).flatMap(({ x, y }) => [x, y]) ?? []),
  };
}

interface RoutedEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[];
}
