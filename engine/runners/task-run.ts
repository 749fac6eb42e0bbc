/** One task in one flow run: what its steps share. */
import { randomUUID } from "node:crypto";
import type { TaskLog } from "../../protocol/comm-messages.ts";
import type { GuardedInput } from "../cache/input-guard.ts";
import type { KeyParts } from "../cache/kept-result.ts";
import { currentContext, defineEntries } from "../context-store.ts";
import type { Stoppable } from "../executors/executor.ts";
import type { GraphNode } from "../graph/graph-node.ts";
import { Logger } from "../logging/logger.ts";
import type { Result } from "../results/result.ts";
import type { State } from "../state.ts";
import type { Task } from "../task/task.ts";
import type { Trace } from "../tracing/trace.ts";
import type { BegunTaskRun, FlowRun } from "./flow-run.ts";

/** Key under which a task's context holds its run. */
export const TASK_RUN = Symbol("task run");

/** Marks the context of code that runs beside a task's function: what it reads is not what the result is made from. */

const NO_STATES: readonly State[] = [];
const NO_INPUTS: Readonly<Record<string, unknown>> = {};
const NO_NAMES: readonly string[] = [];
const NO_LOGS: readonly TaskLog[] = [];

/** Mutable; belongs to the flow run that made it. */
export class TaskRun implements BegunTaskRun, Stoppable {
  readonly flowRun: FlowRun;
  readonly node: GraphNode;
  readonly task: Task;
  state: State;
  /** State at the other end of each of the node's upstream edges, in their order; of a mapped child that of its element. */
  upstream: readonly State[] = NO_STATES;
  /** Inputs by name, and the names in the order of the function's parameters. */
  inputs: Readonly<Record<string, unknown>> = NO_INPUTS;
  names: readonly string[] = NO_NAMES;
  runCount = 1;
  loopCount = 1;
  loopResult: unknown = undefined;
  /** Where that was written. */
  loopStored: Result | undefined = undefined;
  /** Name of this run, where the task gives its runs names. */
  taskRunName: string | undefined;
  resume = false;
  /** A step ended the run with the state it returned. */
  ended = false;
  /** The task loops: its pipeline begins anew. */
  again = false;
  duration = 0;
  reason: string | undefined;
  /** Index of a mapped child; null for any other run, also the mapped parent's own. */
  readonly mapIndex: number | null;
  /** It only makes ready for mapping: its children run the task's function. */
  readonly isMappedParent: boolean;
  /** The selection asks for a run even where a result is kept. */
  readonly forced: boolean;
  #logs: TaskLog[] | null = null;
  /** What the result may be kept under, and what that was made of before the attempt; set by the caching steps. */
  key: string | null = null;
  keyParts: KeyParts | null = null;
  /** Its function runs: what is read then is its own, and not a handler's. */
  executing = false;
  /** Inputs that it could change; null where there are none. */
  guarded: readonly GuardedInput[] | null = null;
  /** What its code brings in from outside, as far as the code tells. */
  outside: readonly string[] = NO_NAMES;
  /** What it was seen to use; null: nothing so far. */
  trace: Trace | null = null;
  #context: object | null = null;
  #id: string | null = null;
  #logger: Logger | null = null;
  #controller: AbortController | null = null;
  #abortReason: unknown = null;
  onAbort: ((reason: unknown) => void) | null = null;

  constructor(flowRun: FlowRun, node: GraphNode, state: State, mapIndex: number | null, isMappedParent: boolean, forced: boolean) {
    this.flowRun = flowRun;
    this.node = node;
    this.task = node.task;
    this.state = state;
    this.forced = forced;
    this.mapIndex = mapIndex;
    this.isMappedParent = isMappedParent;
  }

  get logs(): readonly TaskLog[] { return this.#logs ?? NO_LOGS; }
  /** `name`, of a child `name[index]`. */
  get fullName(): string { return this.mapIndex === null ? this.task.name : `${this.task.name}[${this.mapIndex}]`; }
  get id(): string { return (this.#id ??= typeof this.#entries?.taskRunId === "string" && this.mapIndex === null ? this.#entries.taskRunId : randomUUID()); }
  /** What the caller of the flow run wants in this task's context. */
  get #entries(): Readonly<Record<string, unknown>> | undefined { return this.flowRun.options.taskContexts?.get(this.task); }
  get logger(): Logger {
    return (this.#logger ??= new Logger(`flowlet.${this.fullName}`, this));
  }
  /** The context that the task's function sees. */
  get context(): object {
    if (this.#context === null) {
      this.#context = new (contextClass(this.flowRun.context))(this);
      const entries = this.#entries;
      if (entries !== undefined) defineEntries(this.#context, entries);
    }
    return this.#context;
  }
  /** Made when it is first asked for: few tasks use it. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#abortReason !== null) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }
  /** Tells the task's function to stop. */
  abort(reason: unknown): void {
    this.#abortReason = reason;
    this.#controller?.abort(reason);
    this.onAbort?.(reason);
  }
  /** What only its steps needed is let go: a run may have a million tasks. */
  settled(): void {
    this.upstream = NO_STATES;
    this.keyParts = null;
    this.trace = null;
    this.inputs = NO_INPUTS;
    this.#context = null;
    this.#controller = null;
    this.onAbort = null;
  }
  /** A new attempt has a signal of its own. */
  renewSignal(): void {
    this.#controller = null;
    this.#abortReason = null;
    this.onAbort = null;
  }

  /** Keeps something the task printed or logged. */
  record(log: TaskLog): void {
    (this.#logs ??= []).push(log);
    this.flowRun.observer?.taskLogged?.(this.flowRun, this, log);
  }
}

/** The task run that the running code belongs to, if any. */
export function currentTaskRun(): TaskRun | undefined {
  return currentContext()?.[TASK_RUN as never] as TaskRun | undefined;
}

/** For hosts that see what code prints: keeps `text` with the task that prints now; outside tasks nothing happens. */
export function recordTaskOutput(source: "stdout" | "stderr", text: string): void {
  const run = currentTaskRun();
  if (run === undefined) return;
  run.record({ at: Date.now(), source, text });
  if (run.task.logStdout && source === "stdout") for (const line of text.split("\n")) if (line.trim() !== "") run.logger.info(line);
}

/**
 * For hosts that see what code prints and keep no picture of it: what a task prints are records of its log.
 *
 * Differs: there only with `log_stdout`; else it is lost.
 */
export function logTaskPrint(text: string): void {
  const run = currentTaskRun();
  if (run !== undefined) for (const line of text.split("\n")) if (line.trim() !== "") run.logger.info(line);
}

/** For hosts that show things: keeps what the task that runs now has displayed, as plain data. */
export function recordTaskDisplay(data: { readonly [mimeType: string]: unknown }): void {
  const text = data["text/plain"];
  currentTaskRun()?.record({ at: Date.now(), source: "display", text: typeof text === "string" ? text : `(${Object.keys(data).join(", ")})`, data });
}

/** For hosts that take log records: keeps one with the task that logs now. */
export function recordTaskLog(at: number, level: string, text: string): void {
  currentTaskRun()?.record({ at, source: "log", level, text });
}

type ContextClass = new (run: TaskRun) => { readonly [TASK_RUN]: TaskRun };

const contextClasses = new WeakMap<object, ContextClass>();

/** Contexts of a flow run's tasks: getters over the flow run's entries; one class for all tasks of a run. */
function contextClass(flowEntries: object): ContextClass {
  const known = contextClasses.get(flowEntries);
  if (known !== undefined) return known;
  const made = class { declare readonly [TASK_RUN]: TaskRun; constructor(run: TaskRun) { this[TASK_RUN] = run; } };
  Object.setPrototypeOf(made.prototype, flowEntries);
  const define = (key: string, read: (run: TaskRun) => unknown) =>
    Object.defineProperty(made.prototype, key, { enumerable: true, get(this: { [TASK_RUN]: TaskRun }) { return read(this[TASK_RUN]); } });
  define("taskName", (run) => run.task.name);
  define("taskFullName", (run) => run.fullName);
  define("taskSlug", (run) => run.node.slug);
  define("taskId", (run) => run.node.slug);
  define("taskTags", (run) => run.task.tags);
  define("taskRunName", (run) => run.taskRunName);
  define("taskRunId", (run) => run.id);
  define("taskRunCount", (run) => run.runCount);
  define("taskLoopCount", (run) => run.loopCount);
  define("taskLoopResult", (run) => run.loopResult);
  define("mapIndex", (run) => run.mapIndex);
  define("logger", (run) => run.logger);
  define("signal", (run) => run.signal);
  define("resume", (run) => run.resume || undefined);
  delete (made.prototype as { constructor?: unknown }).constructor;
  contextClasses.set(flowEntries, made);
  return made;
}
