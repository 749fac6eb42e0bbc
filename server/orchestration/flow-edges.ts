/** What a task depends on and what depends on it, from the stored picture of its flow. */
import { readFlowSnapshot } from "../../protocol/flow-snapshot.ts";

/** @param graph JSON of a FlowSnapshot or a PackedFlow @returns slugs, without constants; nothing where the picture can not be read */
export function flowEdges(graph: string, slug: string): { upstream: string[]; downstream: string[] } {
  const flow = readFlowSnapshot(JSON.parse(graph));
  if (typeof flow === "string") return { upstream: [], downstream: [] };
  const own = flow.nodes.findIndex(({ id }) => id === slug);
  const slugs = (indices: number[]) => [...new Set(indices)].map((index) => flow.nodes[index]!).filter(({ kind }) => kind !== "constant").map(({ id }) => id);
  return {
    upstream: slugs(flow.edges.filter(([, to]) => to === own).map(([from]) => from)),
    downstream: slugs(flow.edges.filter(([from]) => from === own).map(([, to]) => to)),
  };
}
