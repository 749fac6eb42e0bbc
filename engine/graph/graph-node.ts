/** What a flow knows of one of its tasks. */
import type { TaskRecord } from "../cache/task-record.ts";
import type { Task } from "../task/task.ts";
import type { Edge } from "./edge.ts";

/** An input that is a plain value. */
export interface ConstantInput {
  readonly key: string;
  readonly value: unknown;
}

/** A task in a flow, with its edges. */
export interface GraphNode {
  readonly task: Task;
  /** Unique in the flow, equal after a rebuild. */
  readonly slug: string;
  /** Who added it, where the host says so. */
  readonly origin: string | undefined;
  /** Edges are added by {@link connect}. */
  upstream: Edge<Task>[];
  downstream: Edge<Task>[];
  /** Inputs that are plain values. */
  constants: readonly ConstantInput[];
  /** Edges that have not passed yet, while an order is made (count). */
  waits: number;
  /** Place in the latest order, and the nodes at the other ends of the edges then: for walks, which would search for them otherwise. */
  position: number;
  from: readonly GraphNode[];
  to: readonly GraphNode[];
  /** What the latest run that kept results remembers of the task; null before the first. */
  record: TaskRecord | null;
}

/** Of all tasks that have nothing before or after them. */
export const NO_NODES: readonly GraphNode[] = [];

/** Of all tasks that have no constant inputs: most of a big flow's. */
export const NO_CONSTANTS: readonly ConstantInput[] = [];

/** Inputs that are plain values, by key. */
export function constantsOf({ constants }: Pick<GraphNode, "constants">): Record<string, unknown> {
  return Object.fromEntries(constants.map(({ key, value }) => [key, value]));
}

/** Gives a task an input that is a plain value. */
export function setConstant(node: GraphNode, key: string, value: unknown): void {
  const at = node.constants.findIndex((constant) => constant.key === key);
  if (at !== -1) node.constants = node.constants.with(at, { key, value });
  else if (node.constants.length === 0) node.constants = [{ key, value }];
  else node.constants = [...node.constants, { key, value }];
}

/** Adds an edge at both of its ends. */
export function connect(edge: Edge<Task>, upstream: GraphNode, downstream: GraphNode): void {
  // Most tasks have one edge on a side: a list that it was pushed to would hold place for sixteen more.
  if (downstream.upstream.length === 0) downstream.upstream = [edge];
  else downstream.upstream.push(edge);
  if (upstream.downstream.length === 0) upstream.downstream = [edge];
  else upstream.downstream.push(edge);
}
