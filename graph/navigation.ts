/** Where an arrow key leads: along the edges, and up and down among the nodes of the same column. */
import type { FlowLayout } from "../layout/flow-layout.ts";
import type { VisibleFlow } from "./visible-flow.ts";

/** @returns index of the node to go to, or null where there is none */
export function nextNode(flow: VisibleFlow, layout: FlowLayout, from: number, key: string): number | null {
  switch (key) {
    case "ArrowRight": return nearest(layout, from, flow.downstream[from] ?? []);
    case "ArrowLeft": return nearest(layout, from, flow.upstream[from] ?? []);
    case "ArrowUp": return beside(layout, from, -1);
    case "ArrowDown": return beside(layout, from, 1);
    case "Home": return flow.nodes.length > 0 ? 0 : null;
    case "End": return flow.nodes.length > 0 ? flow.nodes.length - 1 : null;
    default: return null;
  }
}

/** Of several neighbours, the one at the most similar height. */
function nearest(layout: FlowLayout, from: number, candidates: readonly number[]): number | null {
  const here = middle(layout, from);
  let best: number | null = null;
  for (const candidate of candidates) {
    if (candidate === from) continue;
    if (best === null || Math.abs(middle(layout, candidate) - here) < Math.abs(middle(layout, best) - here)) best = candidate;
  }
  return best;
}

/** The next node above or below whose box shares a column with this one. */
function beside(layout: FlowLayout, from: number, direction: 1 | -1): number | null {
  const { x, width } = layout.nodes[from]!;
  const here = middle(layout, from);
  let best: number | null = null;
  let distance = Infinity;
  layout.nodes.forEach((box, index) => {
    const away = (middle(layout, index) - here) * direction;
    if (index !== from && box.x < x + width && x < box.x + box.width && away > 0 && away < distance) {
      best = index;
      distance = away;
    }
  });
  return best;
}

function middle(layout: FlowLayout, node: number): number {
  const { y, height } = layout.nodes[node]!;
  return y + height / 2;
}
