/** Results of runs leave the engine through an observer that is passed in: a notebook's picture, a server, a test. */
import type { TaskLog } from "../../protocol/comm-messages.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import type { State } from "../state.ts";
import type { Task } from "../task/task.ts";

/** A flow run, as an observer sees it. */
export interface ObservedFlowRun {
  readonly id: string;
  /** The flow; a Flow is a FlowGraph. */
  readonly graph: FlowGraph;
  readonly state: State;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The tasks that run; absent: all. */
  readonly selected: ReadonlySet<Task> | undefined;
  /** What it did so far, in one line: "12 tasks: 9 kept (saved 41 s), 3 run (1.2 s)". */
  readonly summary: string;
  /** Settles what is open as Cancelled and ends the run; safe after code of the run was cut off by an interrupt. */
  cancel(message: string): void;
}

/** One task's run, as an observer sees it. */
export interface ObservedTaskRun {
  readonly node: GraphNode;
  readonly state: State;
  /** `name`, of a child `name[index]`. */
  readonly fullName: string;
  /** Name of this run, where the task gives its runs names. */
  readonly taskRunName: string | undefined;
  /** Index of a mapped child, else null. */
  readonly mapIndex: number | null;
  /** Attempt (count, from 1). */
  readonly runCount: number;
  /** Time in the task's function, all attempts (milliseconds). */
  readonly duration: number;
  /** Why it ran or was kept, in words. */
  readonly reason: string | undefined;
  /** Printed and logged so far, oldest first. */
  readonly logs: readonly TaskLog[];
}

/** All optional. Called synchronously; must not throw. */
export interface RunObserver {
  flowRunStarted?(run: ObservedFlowRun): void;
  flowRunChanged?(run: ObservedFlowRun, state: State): void;
  flowRunEnded?(run: ObservedFlowRun, state: State): void;
  taskRunChanged?(run: ObservedFlowRun, taskRun: ObservedTaskRun, state: State): void;
  taskLogged?(run: ObservedFlowRun, taskRun: ObservedTaskRun, log: TaskLog): void;
}
