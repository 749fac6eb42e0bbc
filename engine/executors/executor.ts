/** Where a task's function runs. The runners decide when and whether; an executor only calls. */
import type { Task } from "../task/task.ts";
import type { Noticed } from "../tracing/trace.ts";

/** Where an executor hears that a task is to stop. A context's `signal` tells the same, and is made only where a task asks for it. */
export interface Stoppable {
  /** Called when the task is told to stop (by a timeout, by cancelling the flow run). For the executor that makes the call; gone with the attempt. */
  onAbort: ((reason: unknown) => void) | null;
}

/** One call of a task's function. */
export interface TaskCall {
  readonly task: Task;
  /** Inputs by name. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs, in the order of the function's parameters. */
  readonly names: readonly string[];
  /** The run context that the function sees; its `signal` is aborted by a timeout and when the flow run is cancelled. */
  readonly context: object;
  /** What the contexts of all tasks of the flow run have in common; one object for all of them. */
  readonly flowContext: object;
  /** The attempt that the call is made for. */
  readonly attempt: Stoppable;
  /** To be called when the function begins, by executors that say they queue: its time counts from then. @param ago how long ago that was (milliseconds); default 0 */
  readonly started?: (ago?: number) => void;
  /** To be called before the call settles, by executors that trace elsewhere; absent where nobody wants to know. */
  readonly noticed?: (seen: Noticed) => void;
}

/** Runs task functions. One conformance suite (test/engine/executors) runs against every implementation. */
export interface Executor {
  /** How many tasks may be running at once (count, at least 1). */
  readonly concurrency: number;
  /**
   * How many tasks of one flow run may be running at once now, where that changes; never less than `concurrency`. Asked before each task.
   * @param flowContext as in the run's calls
   */
  concurrencyNow?(flowContext: object): number;
  /** Calls may wait for their turn inside `execute`. Default false. */
  readonly queues?: boolean;
  /** Is it noticed what files and the like the functions use? `here`: they run in the flow run's own thread; `elsewhere`: it calls `noticed`. Default: it is not. */
  readonly traces?: "here" | "elsewhere";
  /** Called before a flow run's first task. */
  start?(): void | Promise<void>;
  /** @returns the function's value or a promise of it; @throws (or rejects with) what the function throws */
  execute(call: TaskCall): unknown;
  /** Called after a flow run's last task, also after a failure. */
  stop?(): void | Promise<void>;
}
