/** A flow as `flow.visualize` draws it: with the states of a run each child of a mapped task is a node of its own. */
import type { FlowEdge, FlowNode, FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import type { StateName } from "../../protocol/states.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import { flowSnapshot } from "../graph/snapshot.ts";
import { TaskStates } from "../runners/task-states.ts";
import { Mapped, type State } from "../state.ts";
import type { Task } from "../task/task.ts";

/** Most children of one task, and of all together, that are drawn one by one (count); above, they are counted. */
const MAX_CHILDREN = 10;
const MAX_ALL_CHILDREN = 60;

/** @param state of a run of the flow; undefined: the flow alone */
export function pictureSnapshot(graph: FlowGraph, state: State | undefined): FlowSnapshot {
  const states = state?.result instanceof TaskStates ? state.result : undefined;
  const stateOf = (task: Task): State | undefined => (states?.has(task) === true ? states.get(task) : undefined);
  const plain = flowSnapshot(graph, { flowId: "", stateOf: (task) => stateOf(task)?.type, state: state?.type });
  const nodes: FlowNode[] = [];
  /** Of each node of the plain picture: its nodes in this one. */
  const drawn: number[][] = [];
  const expanded: boolean[] = [];
  let budget = MAX_ALL_CHILDREN;
  const add = (node: FlowNode) => nodes.push(node) - 1;
  const tasks = [...graph.tasks];
  plain.nodes.forEach((node, index) => {
    const task = tasks[index];
    // Constants stand behind the tasks.
    const children = task === undefined ? undefined : stateOf(task);
    const isMapped = task !== undefined && graph.node(task).upstream.some((edge) => edge.mapped);
    const width = children instanceof Mapped && isMapped ? children.mapStates.length : 0;
    if (children instanceof Mapped && width > 0 && width <= MAX_CHILDREN && width <= budget) {
      budget -= width;
      expanded.push(true);
      drawn.push(children.mapStates.map((child, at) => add({ id: `${node.id}[${at}]`, name: `${node.name}[${at}]`, state: child.type })));
    } else {
      expanded.push(false);
      drawn.push([add({ ...node, ...(isMapped && { name: `${node.name} <map>` }), ...(children instanceof Mapped && width > 0 && { children: countChildren(children) }) })]);
    }
  });
  const edges: FlowEdge[] = [];
  // In the order of the snapshot, in which constants have edges too.
  const flattened = tasks.flatMap((task) => {
    const { upstream, constants } = graph.node(task);
    return [...upstream.map((edge) => edge.flattened), ...constants.map(() => false)];
  });
  for (const [index, edge] of plain.edges.entries()) {
    const [from, to, ...rest] = edge;
    const perIndex = edge[3] === "mapped" && !flattened[index] && expanded[from] && expanded[to];
    drawn[to].forEach((target, at) => {
      for (const source of perIndex ? drawn[from].slice(at, at + 1) : drawn[from]) edges.push([source, target, ...rest] as unknown as FlowEdge);
    });
  }
  return { ...plain, nodes, edges };
}

function countChildren({ mapStates }: Mapped): { [State in StateName]?: number } {
  const counts: { [State in StateName]?: number } = {};
  for (const { type } of mapStates) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
