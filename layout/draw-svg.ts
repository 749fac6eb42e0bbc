/**
 * A flow as one self-contained SVG: what nbconvert, GitHub and other readers show that do not know the picture's own type,
 * and what `flow.visualize` writes.
 *
 * It must read well on a white and on a dark page without knowing which it is on (an `<img>` cannot ask the page), so nodes
 * bring their own ground and everything between them is a grey that contrasts with both. No scripts, no links, no fonts;
 * attributes are in single quotes because the text is saved inside JSON.
 */
import type { FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { drawDetailedSvg, type DrawingOptions } from "./detailed-svg.ts";
import { drawDenseSvg } from "./dense-svg.ts";
import { drawSummarySvg } from "./summary-svg.ts";

/** Above this many nodes or edges: names and icons instead of cards, so that a saved notebook stays small. */
const MAX_DETAILED_NODES = 100;
const MAX_DETAILED_EDGES = 160;

/** Above this many nodes: counts by state instead of the graph. */
const MAX_DRAWN_NODES = 500;

/** Longest dense drawing (characters); more says less than a summary does. */
const MAX_DENSE_LENGTH = 60_000;

/**
 * Draws a flow with the last state of every task.
 *
 * Up to 100 nodes every task is a card with name and state and every edge has its label; up to 500 (constants not
 * counted) a name with the icon of its state; above that a summary. Equal for equal input.
 *
 * @param flow - see {@link FlowSnapshot}; user text in it is escaped
 * @param options - for flows of which every task is a card
 * @returns the text of an `image/svg+xml` document
 */
export function drawSvg(flow: FlowSnapshot, options?: DrawingOptions): string {
  if (flow.nodes.length <= MAX_DETAILED_NODES && flow.edges.length <= MAX_DETAILED_EDGES) return drawDetailedSvg(flow, options);
  const plain = withoutConstants(flow);
  if (plain.nodes.length > MAX_DRAWN_NODES) return drawSummarySvg(plain);
  const dense = drawDenseSvg(plain);
  return dense.length > MAX_DENSE_LENGTH ? drawSummarySvg(plain) : dense;
}

/** The flow without its constants and the edges from them. */
function withoutConstants(flow: FlowSnapshot): FlowSnapshot {
  const index = new Map<number, number>();
  const nodes = flow.nodes.filter((node, at) => {
    if (node.kind === "constant") return false;
    index.set(at, index.size);
    return true;
  });
  const edges = flow.edges.flatMap((edge): FlowSnapshot["edges"] => {
    const from = index.get(edge[0]);
    const to = index.get(edge[1]);
    return from === undefined || to === undefined ? [] : [[from, to]];
  });
  return { ...flow, nodes, edges };
}
