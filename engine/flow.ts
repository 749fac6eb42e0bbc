/** A flow: a graph of tasks that runs (prefect.core.flow). */
import { KeyMaker } from "./cache/task-key.ts";
import { knownValue } from "./cache/known-values.ts";
import { ResultCache } from "./cache/result-cache.ts";
import { FlowletError, describeValue } from "./errors.ts";
import type { Executor } from "./executors/executor.ts";
import { LocalExecutor } from "./executors/local-executor.ts";
import { activeFlow, withActiveFlow } from "./graph/active-flow.ts";
import { FlowGraph } from "./graph/flow-graph.ts";
import { getLogger } from "./logging/logger.ts";
import { terminalApproval, type Approve } from "./runners/approval.ts";
import { FlowRun } from "./runners/flow-run.ts";
import { runFlow } from "./runners/flow-runner.ts";
import { currentRunHost, type RunHost } from "./runners/run-host.ts";
import { sleepUntil } from "./runners/sleep-until.ts";
import { selectTasks, type SelectionOptions } from "./runners/selection.ts";
import { TaskStates } from "./runners/task-states.ts";
import { DueEvents } from "./schedules/due-events.ts";
import { CANDIDATES, type Schedule } from "./schedules/schedule.ts";
import { Cancelled, type State } from "./state.ts";
import type { FailureCallback, StateHandler } from "./task/task-options.ts";
import { listNames, type Task } from "./task/task.ts";

/** What flows ask of a host. */
export interface FlowHost extends RunHost {
  /** Told about every flow that is made, before anything is added to it. */
  readonly onFlowCreated?: (flow: Flow) => void;
}

/** All optional. */
export interface FlowOptions {
  /** `flow.run()` waits for its times. */
  readonly schedule?: Schedule;
  /** Default: a LocalExecutor. */
  readonly executor?: Executor;
  readonly stateHandlers?: readonly StateHandler<Flow>[];
  /** Called when a run of the flow has failed. */
  readonly onFailure?: FailureCallback<Flow>;
  /** May replace the state a run ends with. */
  readonly terminalStateHandler?: (flow: Flow, state: State, referenceStates: readonly State[]) => State | null | undefined | void;
}

/** How a flow is run; all optional. */
export interface RunOptions extends SelectionOptions {
  /** Wait for the schedule's times. Default true where the flow has a schedule, unless `wait` is false. */
  readonly runOnSchedule?: boolean;
  /** Default: the flow's. */
  readonly executor?: Executor;
  /** Aborting it cancels the run. */
  readonly signal?: AbortSignal;
  /** More entries for the context of every task. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** States that tasks start from; finished ones are not run again: `state.result` of an earlier run goes on where that one ended. */
  readonly taskStates?: Iterable<readonly [Task, State]>;
  /**
   * Wait for retries, and ask about paused tasks. Default true. False: one pass (prefect.engine.FlowRunner.run); what waits stays
   * as it is, and so the flow is Running at the end. Parameters that are missing fail their own task only.
   */
  readonly wait?: boolean;
  /** Says whether a paused task may go on. Default: the host, else the user of the terminal is asked; where there is none, the run ends with the task Paused. */
  readonly approve?: Approve;
  /** Keep results and use kept ones. Default: in a notebook, except on a schedule. */
  readonly cache?: boolean;
}

/** Built by calling tasks inside {@link Flow.build}, or step by step; then run, as often as one likes. */
export class Flow extends FlowGraph {
  readonly options: FlowOptions;
  /** Who made it, where the host says so. */
  readonly origin: string | undefined;
  #latest: ReadonlyMap<Task, State> = new Map();
  #latestParameters: Readonly<Record<string, unknown>> = {};
  #cache: ResultCache | null = null;

  /** @throws FlowletError EMPTY_NAME */
  constructor(name: string, build: () => unknown);
  constructor(name: string, options?: FlowOptions, build?: () => unknown);
  constructor(name: string, second?: FlowOptions | (() => unknown), third?: () => unknown) {
    super(name);
    const [options, build] = typeof second === "function" ? [{}, second] : [second ?? {}, third];
    this.options = options;
    const host = currentRunHost() as FlowHost | undefined;
    this.origin = host?.origin;
    host?.onFlowCreated?.(this);
    if (build !== undefined) this.build(build);
  }

  /**
   * The functional API: inside `body` calling a task adds a copy of it, and nothing runs. May be called again, to add more.
   * @returns what `body` returns
   */
  build<T>(body: (flow: this) => T): T {
    return withActiveFlow(this, () => body(this));
  }

  /** A flow of its own with the same tasks and edges, to be extended or run differently. */
  copy(name = this.name): Flow {
    const flow = new Flow(name, this.options);
    this.copyInto(flow);
    return flow;
  }

  /** States that the tasks had last, over all runs of this flow. */
  get latestStates(): ReadonlyMap<Task, State> { return this.#latest; }

  /** Values that the last run was given. */
  get latestParameters(): Readonly<Record<string, unknown>> { return this.#latestParameters; }

  /**
   * Runs the flow. With a schedule: sleeps until its next time, runs, and sleeps again, until it has no more times.
   * @param parameters values by name of the Parameter
   * @returns the state; its result holds the state of each task. Failing tasks make it Failed, they do not throw
   * @throws FlowletError FLOW_RUN_IN_BUILD, UNEXPECTED_PARAMETERS, MISSING_PARAMETERS, NO_SCHEDULED_RUNS, CYCLE, UNKNOWN_TASKS_TO_RUN
   */
  async run(parameters: Readonly<Record<string, unknown>> = {}, options: RunOptions = {}): Promise<State<TaskStates>> {
    if (activeFlow() === this) throw new FlowletError("FLOW_RUN_IN_BUILD", { flow: this.name });
    const { schedule } = this.options;
    const hostSignal = currentRunHost()?.signal;
    const signal = options.signal !== undefined && hostSignal !== undefined ? AbortSignal.any([options.signal, hostSignal]) : (options.signal ?? hostSignal);
    this.sortedNodes();
    if (schedule === undefined || !(options.runOnSchedule ?? options.wait !== false)) {
      if (options.wait !== false) this.#checkParameters(parameters);
      return await this.#runOnce(parameters, options, signal, currentRunHost()?.cache !== undefined);
    }
    return await this.#runOnSchedule(schedule, parameters, options, signal);
  }

  async #runOnSchedule(schedule: Schedule, parameters: Readonly<Record<string, unknown>>, options: RunOptions, signal: AbortSignal | undefined): Promise<State<TaskStates>> {
    this.#checkNames(parameters);
    // Better now than in the night when the clock's turn comes.
    for (const { parameterDefaults = {} } of schedule.clocks) this.#checkParameters({ ...parameters, ...parameterDefaults });
    const due = new DueEvents(schedule, new Date());
    const unmatched = `none of the next ${CANDIDATES} times of its clocks passes its filters`;
    for (let last: State<TaskStates> | null = null; ; ) {
      const event = due.next();
      if (event === null) {
        if (last === null) throw new FlowletError("NO_SCHEDULED_RUNS", { flow: this.name, why: due.end === "unmatched" ? `: ${unmatched}` : "" });
        if (due.end === "unmatched") getLogger("FlowRunner").warning(`The schedule of flow '${this.name}' has ended: ${unmatched}.`);
        return last;
      }
      const values = { ...parameters, ...event.parameterDefaults };
      this.#checkParameters(values);
      if (event.startTime.getTime() > Date.now()) getLogger("FlowRunner").info(`Waiting for next scheduled run at ${event.startTime.toISOString()}`);
      if (!(await sleepUntil(event.startTime, signal))) return new Cancelled("The flow's schedule was cancelled.", last?.result ?? new TaskStates(this.#latest));
      last = await this.#runOnce(values, last === null ? options : { ...options, taskStates: undefined }, signal, false, event.startTime);
      if (signal?.aborted) return last;
    }
  }

  async #runOnce(parameters: Readonly<Record<string, unknown>>, options: RunOptions, signal: AbortSignal | undefined, keepByDefault: boolean, scheduledStartTime?: Date): Promise<State<TaskStates>> {
    const cache = (options.cache ?? keepByDefault) ? (currentRunHost()?.cache ?? (this.#cache ??= new ResultCache({ known: knownValue }))) : null;
    const { stateHandlers = [], onFailure, terminalStateHandler } = this.options;
    const handlers = [...stateHandlers] as StateHandler<FlowGraph>[];
    if (onFailure !== undefined) handlers.push(async (_, __, state) => { if (state.isFailed()) await onFailure(this, state); });
    const selection = selectTasks(this, options, this.#latest);
    this.#latestParameters = parameters;
    const run = new FlowRun({
      graph: this, parameters, executor: options.executor ?? this.options.executor ?? new LocalExecutor(), observer: currentRunHost()?.observer, stateHandlers: handlers,
      terminalStateHandler: terminalStateHandler && ((_, state, referenceStates) => terminalStateHandler(this, state, referenceStates)),
      context: options.context, scheduledStartTime, ...(cache === null ? {} : { keys: new KeyMaker(cache, this.name) }), ...selection,
      wait: options.wait, approve: options.approve ?? currentRunHost()?.approve ?? terminalApproval(),
      taskStates: options.taskStates === undefined ? selection.taskStates : new Map(options.taskStates),
    });
    const cancel = () => run.cancel("The flow run was cancelled.");
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const state = await runFlow(run);
    signal?.removeEventListener("abort", cancel);
    this.#remember(run.taskStates);
    return state as State<TaskStates>;
  }

  /** The states that tasks have last; a run that knows all tasks knows them all. */
  #remember(states: ReadonlyMap<Task, State>): void {
    let isComplete = states.size === this.size;
    for (const task of states.keys()) isComplete &&= this.has(task);
    this.#latest = isComplete ? states : new Map([...this.#latest, ...states].filter(([task]) => this.has(task)));
  }

  #checkNames(given: Readonly<Record<string, unknown>>): void {
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      throw new FlowletError("BAD_OPTION", { owner: `Flow ${this.name}`, option: "parameters", expected: "an object with a value for each name", got: describeValue(given) });
    }
    const known = [...this.parameters()].map((parameter) => parameter.name);
    const unexpected = Object.keys(given).filter((name) => !known.includes(name));
    if (unexpected.length > 0) throw new FlowletError("UNEXPECTED_PARAMETERS", { names: listNames(unexpected), flow: this.name, known: known.length === 0 ? "no parameters" : listNames(known) });
  }

  #checkParameters(given: Readonly<Record<string, unknown>>): void {
    this.#checkNames(given);
    const missing = [...this.parameters()].filter((parameter) => parameter.required && !Object.hasOwn(given, parameter.name)).map((parameter) => parameter.name);
    if (missing.length > 0) throw new FlowletError("MISSING_PARAMETERS", { names: listNames(missing), flow: this.name });
  }

  /** `<Flow: name="My flow">` */
  override toString(): string { return `<Flow: name="${this.name}">`; }
  [Symbol.for("nodejs.util.inspect.custom")](): string { return this.toString(); }
}
