/** Topological order (Kahn): upstream first; among equals the order of construction. Linear, no recursion. */
import type { Task } from "../task/task.ts";
import type { GraphNode } from "./graph-node.ts";

/** An order, or where there is none the tasks of one cycle. */
export type OrderResult = { readonly order: GraphNode[] } | { readonly cycle: Task[] };

/** Orders nodes; edges to tasks outside `nodes` are ignored. */
export function topologicalOrder(nodes: ReadonlyMap<Task, GraphNode>): OrderResult {
  const order: GraphNode[] = [];
  for (const node of nodes.values()) {
    let count = 0;
    for (const edge of node.upstream) if (nodes.has(edge.upstreamTask)) count++;
    node.waits = count;
    if (count === 0) order.push(node);
  }
  for (let i = 0; i < order.length; i++) {
    for (const edge of order[i].downstream) {
      const node = nodes.get(edge.downstreamTask);
      if (node !== undefined && --node.waits === 0) order.push(node);
    }
  }
  if (order.length === nodes.size) return { order };
  return { cycle: findCycle([...nodes.values()].filter((node) => node.waits > 0)) };
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
