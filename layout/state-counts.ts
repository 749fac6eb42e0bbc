/** How many tasks of a flow are in which state, in the state table's order. */
import type { FlowNode } from "../protocol/flow-snapshot.ts";
import { isStateName, STATES, type StateName } from "../protocol/states.ts";

/** State of a node as it is drawn. Unknown names (a damaged or newer graph) are drawn as the root state. */
export function nodeState(node: Pick<FlowNode, "state">): StateName {
  if (node.state === undefined) return "Pending";
  return isStateName(node.state) ? node.state : "State";
}

/** Counts by state, constants left out, most frequent first. */
export function countStates(nodes: readonly Pick<FlowNode, "kind" | "state">[]): [state: StateName, count: number][] {
  const counts = new Map<StateName, number>();
  for (const node of nodes) {
    if (node.kind === "constant") continue;
    const state = nodeState(node);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  const order = Object.keys(STATES);
  return [...counts].sort((a, b) => b[1] - a[1] || order.indexOf(a[0]) - order.indexOf(b[0]));
}

/** Black or white, whichever reads better on `color` (`#rrggbb`; WCAG relative luminance). */
export function inkOn(color: string): "#000" | "#fff" {
  const channel = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#000" : "#fff";
}
