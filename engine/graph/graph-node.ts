/** What a flow knows of one of its tasks. */
import type { KeyParts } from "../cache/kept-result.ts";
import type { Task } from "../task/task.ts";
import type { Edge } from "./edge.ts";

/** A task in a flow, with its edges. */
export interface GraphNode {
  readonly task: Task;
  /** Unique in the flow, equal after a rebuild. */
  readonly slug: string;
  /** Who added it, where the host says so. */
  readonly origin: string | undefined;
  readonly upstream: Edge<Task>[];
  readonly downstream: Edge<Task>[];
  /** Inputs that are plain values, by key. */
  constants: ReadonlyMap<string, unknown>;
  /** Their keys, for who goes over them for each of thousands of tasks. */
  constantNames: readonly string[];
  /** Edges that have not passed yet, while an order is made (count). */
  waits: number;
  /** Place in the latest order, and the nodes at the other ends of the edges then: for walks, which would search for them otherwise. */
  position: number;
  from: readonly GraphNode[];
  to: readonly GraphNode[];
  /** What the task's last key was made of; null before the first. */
  lastParts: KeyParts | null;
}

/** Of all tasks that have nothing before or after them. */
export const NO_NODES: readonly GraphNode[] = [];

/** Of all tasks that have no constant inputs: most of a big flow's. */
export const NO_CONSTANTS: ReadonlyMap<string, unknown> = new Map();
export const NO_NAMES: readonly string[] = [];

/** Gives a task an input that is a plain value. */
export function setConstant(node: GraphNode, key: string, value: unknown): void {
  if (node.constants === NO_CONSTANTS) node.constants = new Map();
  if (!node.constants.has(key)) node.constantNames = [...node.constantNames, key];
  (node.constants as Map<string, unknown>).set(key, value);
}
