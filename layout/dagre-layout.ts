/** Small graphs through dagre, whose edges look best: tight-tree ranking, with room kept for the edges' labels. */
import { Graph, layout } from "@dagrejs/dagre";
import { LABEL_HEIGHT } from "./node-size.ts";
import type { LayoutInput, Placement } from "./flow-layout.ts";

/** @returns middles of the nodes, bends of the edges and places of the labels; equal for equal input */
export function dagreLayout(input: LayoutInput): Placement {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", ranker: "tight-tree", nodesep: 18, edgesep: 14, ranksep: 50 });
  graph.setDefaultEdgeLabel(() => ({}));
  input.sizes.forEach(([width, height], node) => graph.setNode(String(node), { width, height }));
  input.edges.forEach(([from, to], edge) => {
    if (from === to) return;
    const width = input.labelWidths[edge] ?? 0;
    graph.setEdge(String(from), String(to), width > 0 ? { width: width + 6, height: LABEL_HEIGHT, labelpos: "c" } : {}, String(edge));
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
    labels: routes.map((route) => (route?.x === undefined ? undefined : ([route.x, route.y!] as const))),
  };
}

interface RoutedEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly x?: number;
  readonly y?: number;
}
