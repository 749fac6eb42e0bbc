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
  /** Edges that have not passed yet, while an order is made (count). */
  waits: number;
  /** What the task's last key was made of; null before the first. */
  lastParts: KeyParts | null;
}

/** Of all tasks that have no constant inputs: most of a big flow's. */
export const NO_CONSTANTS: ReadonlyMap<string, unknown> = new Map();

/** Gives a task an input that is a plain value. */
export function setConstant(node: GraphNode, key: string, value: unknown): void {
  if (node.constants === NO_CONSTANTS) node.constants = new Map();
  (node.constants as Map<string, unknown>).set(key, value);
}
