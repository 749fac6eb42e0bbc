/** Topological order (Kahn): upstream first; among equals the order of construction. Linear, no recursion. */
import type { Task } from "../task/task.ts";
import type { Edge } from "./edge.ts";
import { NO_NODES, type GraphNode } from "./graph-node.ts";

/** An order, or where there is none the tasks of one cycle. */
export type OrderResult = { readonly order: GraphNode[] } | { readonly cycle: Task[] };

/** Orders nodes, and tells each its place and its neighbours; edges to tasks outside `nodes` are ignored. */
export function topologicalOrder(nodes: ReadonlyMap<Task, GraphNode>): OrderResult {
  const order: GraphNode[] = [];
  for (const node of nodes.values()) {
    node.from = neighbours(nodes, node.upstream, "upstreamTask");
    node.to = neighbours(nodes, node.downstream, "downstreamTask");
    node.waits = node.from.length;
    if (node.waits === 0) order.push(node);
  }
  for (let i = 0; i < order.length; i++) {
    order[i].position = i;
    const { to } = order[i];
    for (let k = 0; k < to.length; k++) if (--to[k].waits === 0) order.push(to[k]);
  }
  if (order.length === nodes.size) return { order };
  return { cycle: findCycle([...nodes.values()].filter((node) => node.waits > 0)) };
}

function neighbours(nodes: ReadonlyMap<Task, GraphNode>, edges: readonly Edge<Task>[], end: "upstreamTask" | "downstreamTask"): readonly GraphNode[] {
  if (edges.length === 0) return NO_NODES;
  const found = new Array<GraphNode>(edges.length);
  let count = 0;
  for (let i = 0; i < edges.length; i++) {
    const node = nodes.get(edges[i][end]);
    if (node !== undefined) found[count++] = node;
  }
  if (count < found.length) found.length = count;
  return found;
}

/** Walks upstream among the nodes that could not be ordered until one comes again. */
function findCycle(unordered: readonly GraphNode[]): Task[] {
  const byTask = new Map(unordered.map((node) => [node.task, node]));
  const steps = new Map<Task, number>();
  const path: Task[] = [];
  let node: GraphNode | undefined = unordered[0];
  while (node !== undefined && !steps.has(node.task)) {
    steps.set(node.task, path.length);
    path.push(node.task);
    node = node.upstream.map((edge) => byTask.get(edge.upstreamTask)).find((upstream) => upstream !== undefined);
  }
  return node === undefined ? path : path.slice(steps.get(node.task)).reverse();
}
