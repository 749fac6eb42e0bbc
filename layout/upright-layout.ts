/** Top to bottom instead of left to right: the same layout with its sides exchanged. */
import type { FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { composeLayout, layoutInput, mappedNodes } from "./compose-layout.ts";
import type { FlowLayout, LayoutInput } from "./flow-layout.ts";
import { layeredLayout } from "./layered-layout.ts";
import { LABEL_HEIGHT, nodeSize } from "./node-size.ts";

/** Most labels of inputs side by side that a node is widened for (count), and the space between them (pixels). */
const MAX_LABELS = 12;
const LABEL_GAP = 8;

/** Lays out a flow from top to bottom, at once and without dagre. Labels stand side by side above their targets. */
export function layoutUpright(flow: Pick<FlowSnapshot, "nodes" | "edges">): FlowLayout {
  const input = layoutInput(flow);
  const mapped = mappedNodes(flow);
  const needed = flow.nodes.map(() => ({ labels: 0, widest: 0 }));
  input.edges.forEach(([, to], edge) => {
    const width = input.labelWidths[edge]!;
    if (width === 0) return;
    needed[to]!.labels++;
    needed[to]!.widest = Math.max(needed[to]!.widest, width);
  });
  const turned: LayoutInput = {
    sizes: flow.nodes.map((one, node) => {
      const [width, height] = nodeSize(one, mapped[node] === 1);
      const { labels, widest } = needed[node]!;
      return [height, labels === 0 ? width : Math.max(width, (widest + LABEL_GAP) * (Math.min(labels, MAX_LABELS) + 1))] as const;
    }),
    edges: input.edges,
    labelWidths: input.labelWidths.map((width) => (width === 0 ? 0 : LABEL_HEIGHT)),
  };
  const { width, height, nodes, edges } = composeLayout(turned, layeredLayout(turned));
  return {
    width: height, height: width,
    nodes: nodes.map((box) => ({ x: box.y, y: box.x, width: box.height, height: box.width })),
    edges: edges.map(({ points, label }) => {
      const exchanged = points.map((_, at) => points[at % 2 === 0 ? at + 1 : at - 1]!);
      return label === undefined ? { points: exchanged } : { points: exchanged, label: [label[1], label[0]] as const };
    }),
  };
}
