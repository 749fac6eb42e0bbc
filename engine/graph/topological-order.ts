/** Topological order (Kahn): upstream first; among equals the order of construction. Linear, no recursion. */
import type { Task } from "../task/task.ts";
import type { GraphNode } from "./graph-node.ts";

/** An order, or where there is none the tasks of one cycle. */
export type OrderResult = { readonly order: GraphNode[] } | { readonly cycle: Task[] };

/** Orders nodes; edges to tasks outside `nodes` are ignored. */
export function topologicalOrder(nodes: ReadonlyMap<Task, GraphNode>): OrderResult {
  const waiting = new Map<GraphNode, number>();
  const order: GraphNode[] = [];
  for (const node of nodes.values()) {
    let count = 0;
    for (const edge of node.upstream) if (nodes.has(edge.upstreamTask)) count++;
    if (count === 0) order.push(node);
    else waiting.set(node, count);
  }
  for (let i = 0; i < order.length; i++) {
    for (const edge of order[i].downstream) {
      const node = nodes.get(edge.downstreamTask);
      if (node === undefined) continue;
      const count = (waiting.get(node) as number) - 1;
      if (count === 0) {
        waiting.delete(node);
        order.push(node);
      } else waiting.set(node, count);
    }
  }
  return waiting.size === 0 ? { order } : { cycle: findCycle(waiting) };
}

/** Walks upstream among the nodes that could not be ordered until one comes again. */
function findCycle(unordered: ReadonlyMap<GraphNode, number>): Task[] {
  const byTask = new Map([...unordered.keys()].map((node) => [node.task, node]));
  const steps = new Map<Task, number>();
  const path: Task[] = [];
  let node: GraphNode | undefined = unordered.keys().next().value;
  while (node !== undefined && !steps.has(node.task)) {
    steps.set(node.task, path.length);
    path.push(node.task);
    node = node.upstream.map((edge) => byTask.get(edge.upstreamTask)).find((upstream) => upstream !== undefined);
  }
  return node === undefined ? path : path.slice(steps.get(node.task)).reverse();
}
