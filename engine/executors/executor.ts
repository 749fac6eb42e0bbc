/** Where a task's function runs. The runners decide when and whether; an executor only calls. */
import type { Task } from "../task/task.ts";

/** One call of a task's function. */
export interface TaskCall {
  readonly task: Task;
  /** Inputs by name. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs, in the order of the function's parameters. */
  readonly names: readonly string[];
  /** The run context that the function sees. */
  readonly context: object;
}

/** Runs task functions. One conformance suite (test/conformance) runs against every implementation. */
export interface Executor {
  /** How many tasks may be running at once (count, at least 1). */
  readonly concurrency: number;
  /** Called before a flow run's first task. */
  start?(): void | Promise<void>;
  /** @returns the function's value or a promise of it; @throws (or rejects with) what the function throws */
  execute(call: TaskCall): unknown;
  /** Called after a flow run's last task, also after a failure. */
  stop?(): void | Promise<void>;
}
