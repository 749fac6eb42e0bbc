/** One run of a flow: what its tasks share, and how it is ended from outside. */
import type { SessionCaches } from "../cache/session-caches.ts";
import type { KeyMaker } from "../cache/task-key.ts";
import type { ContextEntries } from "../context.ts";
import { withContext } from "../context-store.ts";
import type { Executor } from "../executors/executor.ts";
import type { Edge } from "../graph/edge.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";
import type { LogLevel } from "../logging/log-record.ts";
import { Logger } from "../logging/logger.ts";
import { needsLoading } from "../results/load-result.ts";
import { LocalResult } from "../results/local-result.ts";
import type { Result } from "../results/result.ts";
import { Cached, Cancelled, Failed, Mapped, Pending, Scheduled, type State } from "../state.ts";
import type { StateHandler, TaskInfo } from "../task/task-options.ts";
import type { Task } from "../task/task.ts";
import type { Approve } from "./approval.ts";
import { describeError } from "./error-text.ts";
import { flattenState } from "./flatten-state.ts";
import { flowContext } from "./flow-context.ts";
import { summarizeRun } from "./run-summary.ts";
import type { ObservedFlowRun, ObservedTaskRun, RunObserver } from "./run-observer.ts";
import { TaskStates } from "./task-states.ts";

/** Above this number of tasks, mapped children among them, the runner logs the tasks' starts and ends as DEBUG. */
const MANY_TASKS = 200;

/** What a flow run is made with. */
export interface FlowRunOptions {
  readonly graph: FlowGraph;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly executor: Executor;
  readonly observer?: RunObserver;
  readonly stateHandlers?: readonly StateHandler<FlowGraph>[];
  /** Decides the flow's last state from the reference tasks' states. */
  readonly terminalStateHandler?: (flow: FlowGraph, state: State, referenceStates: readonly State[]) => unknown;
  /** Called at each change of a task's state, after the task's own handlers. */
  readonly taskStateHandlers?: readonly StateHandler<TaskInfo>[];
  /** Entries that the context of single tasks has. */
  readonly taskContexts?: ReadonlyMap<Task, Readonly<Record<string, unknown>>>;
  /** What the run goes on from; default: it begins. */
  readonly state?: State;
  /** Entries that the context of every task has. */
  readonly context?: ContextEntries;
  readonly scheduledStartTime?: Date;
  /** States that tasks start from; finished ones are not run again. */
  readonly taskStates?: ReadonlyMap<Task, State>;
  /** Only these run; the others keep their given state. Default: all. */
  readonly selected?: ReadonlySet<Task>;
  /** These run even where a result is kept. */
  readonly forced?: ReadonlySet<Task>;
  /** Wait for retries and ask about paused tasks; false: one pass. Default true. */
  readonly wait?: boolean;
  /** Says whether a paused task may go on; absent: nobody does, and the run ends with it Paused. */
  readonly approve?: Approve;
  /** Where tasks without a result of their own write theirs. Default: a LocalResult. */
  readonly result?: Result;
  /** Write results. Default: what the context says, else the configuration. */
  readonly checkpointing?: boolean;
  /** Makes the keys of kept results; absent: nothing is kept or reused. */
  readonly keys?: KeyMaker;
}

/** What a flow run knows of a task run that was begun. */
export interface BegunTaskRun extends ObservedTaskRun {
  readonly task: Task;
  state: State;
  /** Tells the task's function to stop. */
  abort(reason: unknown): void;
}

/** Mutable while it runs. */
export class FlowRun implements ObservedFlowRun {
  readonly id: string;
  readonly graph: FlowGraph;
  readonly options: FlowRunOptions;
  readonly executor: Executor;
  readonly observer: RunObserver | undefined;
  readonly keys: KeyMaker | null;
  readonly stateHandlers: readonly StateHandler<FlowGraph>[];
  readonly logger: Logger;
  readonly startedAt = Date.now();
  /** Values of all parameters that have one: given, or the default of one that need not be given. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Results are written. */
  readonly checkpointing: boolean;
  /** Given states know results by their places only: they are read where a task needs them. */
  readonly restores: boolean;
  #result: Result | null = null;
  /** What tasks with `cacheFor` have cached. */
  readonly caches: SessionCaches;
  /** What the context of every task has. */
  readonly context: object;
  readonly taskStates = new Map<Task, State>();
  /** Each task has its last state: the latest walk has seen all of them. */
  allFinished = false;
  /** Task runs that were begun and are not settled, but for {@link FlowRun.beginning}. */
  readonly open = new Set<BegunTaskRun>();
  /** The task run whose code has the thread now: an interrupt may cut it off there. */
  beginning: BegunTaskRun | null = null;
  state: State;
  /** Level of the runner's own lines about each task: in a big flow they would bury the user's. Null: they are not written at all. */
  taskLogLevel: LogLevel | null = null;
  /** Time of all tasks that are finished, of kept ones the time that they took when they were made (milliseconds). */
  taskTime = 0;
  /** Records of level DEBUG are written. */
  logsDebug = false;
  #taskCount = 0;
  /** It has ended: whatever still comes from its tasks is ignored. */
  closed = false;
  /** Errors of tasks, triggers and handlers end the run and are thrown to its caller (`raiseOnException`). */
  readonly raises: boolean;
  /** The error that ended it. */
  raised: { readonly error: unknown } | null = null;
  readonly #flattened = new Map<Edge, State>();
  /** What all children of mapped tasks, finished ones, are asked by every child of others. */
  readonly answers = new WeakMap<Mapped, Map<unknown, boolean>>();
  /** Resolves when the run has ended. */
  readonly ended: Promise<State>;
  #resolve: (state: State) => void = () => {};

  constructor(options: FlowRunOptions) {
    this.options = options;
    this.graph = options.graph;
    this.executor = options.executor;
    this.observer = options.observer;
    this.keys = options.keys ?? null;
    this.stateHandlers = options.stateHandlers ?? [];
    this.logger = new Logger("flowlet.FlowRunner", this);
    const { entries, flowRunId, parameters, scheduledStartTime, caches, warning } = flowContext(options);
    this.context = entries;
    this.id = flowRunId;
    this.parameters = parameters;
    this.caches = caches;
    this.raises = entries.raiseOnException === true;
    if (warning !== null) this.logger.warning(warning);
    this.state = options.state ?? (options.wait === false ? new Pending() : new Scheduled(null, undefined, { startTime: scheduledStartTime }));
    this.checkpointing = entries.checkpointing === true;
    this.restores = options.taskStates !== undefined && [...options.taskStates.values()].some((state) => childStates(state).some(isRestored));
    this.expect(this.graph.size);
    this.ended = new Promise((resolve) => { this.#resolve = resolve; });
  }

  /** So many tasks, or children of one, are to come. */
  expect(count: number): void {
    this.#taskCount += count;
    const level = this.#taskCount > MANY_TASKS ? "DEBUG" : "INFO";
    this.taskLogLevel = withContext(this.context, () => this.logger.isEnabled(level)) ? level : null;
    this.logsDebug = this.keys !== null && this.taskLogLevel !== null && withContext(this.context, () => this.logger.isEnabled("DEBUG"));
  }

  get selected(): ReadonlySet<Task> | undefined { return this.options.selected; }

  /** A finished upstream state with its elements flattened by one level; made once for each edge. */
  flattened(edge: Edge, state: State): State {
    let flat = this.#flattened.get(edge);
    if (flat === undefined) this.#flattened.set(edge, (flat = flattenState(state)));
    return flat;
  }

  /** What is flattened was read meanwhile. */
  forgetFlattened(edge: Edge): void { this.#flattened.delete(edge); }

  /**
   * Where tasks without a result of their own write theirs.
   *
   * Differs: in Prefect, without one, nowhere; who asks for checkpointing wants results on disk.
   */
  get result(): Result { return (this.#result ??= this.options.result ?? new LocalResult()); }

  /** Is everything finished that the run's end waits for? */
  get finished(): boolean {
    return this.allFinished || this.graph.everyTerminal((task) => {
      const state = this.taskStates.get(task);
      // Tasks that joined the flow while it runs are no part of the run, nor are those that it was told not to run.
      if (state === undefined || this.selected?.has(task) === false) return true;
      return state instanceof Mapped ? state.mapStates.every((child) => child.isFinished()) : state.isFinished();
    });
  }

  /** What it did so far, in one line. */
  get summary(): string { return summarizeRun(this); }

  /** The flow run takes a state. */
  take(state: State): void {
    this.state = state;
    this.observer?.flowRunChanged?.(this, state);
  }

  /** The flow run ends with a state. */
  end(state: State): void {
    if (this.closed) return;
    this.closed = true;
    this.state = state;
    this.observer?.flowRunEnded?.(this, state);
    this.#resolve(state);
  }

  /**
   * Ends the run as Cancelled. Works from plain data: after an interrupt cut off the runner's own code, nothing of it goes on
   * by itself and no `finally` has run.
   */
  cancel(message: string): void {
    if (this.closed) return;
    this.#cancelOpen(message);
    this.#endNow(new Cancelled(message, new TaskStates(this.taskStates)));
  }

  /** Ends the run because of an error that its caller is to get. @param failed the task run that has it, if one has */
  raise(error: unknown, failed?: BegunTaskRun): void {
    if (this.closed) return;
    this.raised = { error };
    const message = `Unexpected error while running flow: ${describeError(error)}`;
    if (failed !== undefined) this.#settleOpen(failed, new Failed(message, error));
    this.#cancelOpen("The flow run was ended by an error.");
    this.#endNow(new Failed(message, error));
  }

  #endNow(state: State): void {
    this.take(state);
    this.end(state);
    void this.executor.stop?.();
  }

  #cancelOpen(message: string): void {
    if (this.beginning !== null) this.open.add(this.beginning);
    this.beginning = null;
    for (const taskRun of this.open) {
      taskRun.abort(new DOMException(message, "AbortError"));
      this.#settleOpen(taskRun, new Cancelled(message));
    }
  }

  #settleOpen(taskRun: BegunTaskRun, state: State): void {
    taskRun.state = state;
    this.taskStates.set(taskRun.task, state);
    this.observer?.taskRunChanged?.(this, taskRun, state);
    this.open.delete(taskRun);
    if (this.beginning === taskRun) this.beginning = null;
  }
}

function isRestored(state: State): boolean {
  return needsLoading(state) || (state instanceof Cached && state.storedInputs !== undefined);
}

/** States of the children of a mapped task, else the state itself. */
export function childStates(state: State): readonly State[] {
  return state instanceof Mapped ? state.mapStates : [state];
}
