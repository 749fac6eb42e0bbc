/** The part of a flow that is drawn: all of it, or all but the constants. */
import type { FlowNode, FlowSnapshot } from "../protocol/flow-snapshot.ts";

/** Nodes and edges as drawn, and who is next to whom. */
export interface VisibleFlow {
  /** Equal for equal structures. */
  readonly key: string;
  readonly nodes: readonly FlowNode[];
  readonly edges: FlowSnapshot["edges"];
  /** Index of each node by id. */
  readonly index: ReadonlyMap<string, number>;
  /** Of each node: the nodes it reads from, and those that read from it (indices, in the order of the edges). */
  readonly upstream: readonly (readonly number[])[];
  readonly downstream: readonly (readonly number[])[];
}

/** @param showConstants - whether the constants bound to inputs are nodes of the picture */
export function visibleFlow(flow: FlowSnapshot, showConstants: boolean): VisibleFlow {
  const kept = new Map<number, number>();
  const nodes = flow.nodes.filter((node, at) => {
    if (!showConstants && node.kind === "constant") return false;
    kept.set(at, kept.size);
    return true;
  });
  const edges = flow.edges.flatMap((edge): FlowSnapshot["edges"] => {
    const from = kept.get(edge[0]);
    const to = kept.get(edge[1]);
    if (from === undefined || to === undefined) return [];
    if (edge.length === 2) return [[from, to]];
    return edge.length === 3 ? [[from, to, edge[2]]] : [[from, to, edge[2], edge[3]]];
  });
  const upstream: number[][] = nodes.map(() => []);
  const downstream: number[][] = nodes.map(() => []);
  for (const [from, to] of edges) {
    upstream[to]!.push(from);
    downstream[from]!.push(to);
  }
  return { key: `${flow.graph}${showConstants ? "" : " without constants"}`, nodes, edges, index: new Map(nodes.map((node, at) => [node.id, at])), upstream, downstream };
}
