/** What a flow knows of one of its tasks. */
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
  readonly constants: Map<string, unknown>;
}
