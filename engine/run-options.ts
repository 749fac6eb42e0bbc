/** Options of a flow's run. */
import type { ContextEntries } from "./context.ts";
import type { Executor } from "./executors/executor.ts";
import type { Approve } from "./runners/approval.ts";
import type { SelectionOptions } from "./runners/selection-options.ts";
import type { State } from "./state.ts";
import type { StateHandler, TaskInfo } from "./task/task-options.ts";
import type { Task } from "./task/task.ts";

/** How a flow is planned; all optional, and as in {@link RunOptions}. */
export type PlanOptions = SelectionOptions & Pick<RunOptions, "checkpointing" | "context">;

/** How a flow is run; all optional. */
export interface RunOptions extends SelectionOptions {
  /** Wait for the schedule's times, where the flow has a schedule. Default: the configuration's `flows.runOnSchedule`, true, unless `wait` is false. */
  readonly runOnSchedule?: boolean;
  /** Default: the flow's. */
  readonly executor?: Executor;
  /** Aborting it cancels the run. */
  readonly signal?: AbortSignal;
  /**
   * More entries for the context of every task. Some tell the run something: `flowRunId`, `flowRunName`, `parameters`, `date` (a Date or
   * a text like 2026-01-31: what `today` and its neighbours are counted from), `caches`, `checkpointing`, `secrets`, `config`.
   */
  readonly context?: ContextEntries;
  /** More entries for the context of single tasks. */
  readonly taskContexts?: Iterable<readonly [Task, Readonly<Record<string, unknown>>]>;
  /** Called at each change of a task's state, after the task's own handlers. */
  readonly taskRunnerStateHandlers?: readonly StateHandler<TaskInfo>[];
  /** States that tasks start from; finished ones are not run again: `state.result` of an earlier run goes on where that one ended. */
  readonly taskStates?: Iterable<readonly [Task, State]>;
  /**
   * State of a flow run that goes on, whatever the flow's schedule: its result holds the states that tasks start from. A finished
   * one is returned as it is, a scheduled one is waited for.
   */
  readonly state?: State;
  /**
   * Wait for retries, and ask about paused tasks. Default true. False: one pass (prefect.engine.FlowRunner.run); what waits stays
   * as it is, and so the flow is Running at the end. Parameters that are missing fail their own task only.
   */
  readonly wait?: boolean;
  /** Says whether a paused task may go on. Default: the host, else the user of the terminal is asked; where there is none, the run ends with the task Paused. */
  readonly approve?: Approve;
  /**
   * Write each task's result when it succeeds. Default: what the context says (`context.checkpointing`), else the configuration
   * (`flows.checkpointing`), false.
   */
  readonly checkpointing?: boolean;
  /** Keep results and use kept ones. Default: the flow's `cache`. */
  readonly cache?: boolean;
}
