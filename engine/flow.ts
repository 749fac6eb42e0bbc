/** A flow: a graph of tasks that runs (prefect.core.flow). */
import { fileURLToPath } from "node:url";
import { CacheStats } from "./cache/cache-stats.ts";
import type { ResultCache } from "./cache/result-cache.ts";
import { currentConfig } from "./config/config.ts";
import { context } from "./context.ts";
import { FlowletError, describeValue } from "./errors.ts";
import { defaultExecutor } from "./executors/default-executor.ts";
import type { Executor } from "./executors/executor.ts";
import { registerFlow, scheduleFlow, type FlowBackend, type RegisteredFlow, type RegisterOptions, type ScheduledRun, type ScheduleRunOptions } from "./flow-backend.ts";
import { checkParameterNames, checkParameters, contextParameters, lastParameters } from "./flow-parameters.ts";
import { FLOW_OPTIONS, PLAN_OPTIONS, RUN_OPTIONS, VERIFY_OPTIONS } from "./flow-option-checks.ts";
import { activeFlow, withActiveFlow } from "./graph/active-flow.ts";
import type { Edge } from "./graph/edge.ts";
import { FlowGraph } from "./graph/flow-graph.ts";
import { getLogger } from "./logging/logger.ts";
import { checkOptions, type OptionCheck } from "./option-checks.ts";
import { visualizeFlow, type FlowPicture, type VisualizeOptions } from "./picture/flow-picture.ts";
import type { FlowPlan } from "./plan/flow-plan.ts";
import { planFlow, selectedKeys, whatIsKnown, type PlanSource } from "./plan/planned-run.ts";
import { verifyKept, type VerifyOptions } from "./plan/verify.ts";
import type { VerifyReport } from "./plan/verify-report.ts";
import type { Result } from "./results/result.ts";
import type { UniversalRun } from "./run-config.ts";
import type { PlanOptions, RunOptions } from "./run-options.ts";
import { terminalApproval } from "./runners/approval.ts";
import { FlowRun } from "./runners/flow-run.ts";
import { runFlow } from "./runners/flow-runner.ts";
import { joinSignals } from "./runners/join-signals.ts";
import { keepsByDefault, ownCache, runEnded } from "./runners/run-cache.ts";
import { currentRunHost, type RunHost } from "./runners/run-host.ts";
import { sleepUntil } from "./runners/sleep-until.ts";
import { goesOn } from "./runners/selection-options.ts";
import { selectTasks } from "./runners/selection.ts";
import { currentTaskRun } from "./runners/task-run.ts";
import { TaskStates } from "./runners/task-states.ts";
import { startTracing } from "./runners/task-tracing.ts";
import { evaluatedFile, flowModule } from "./saved-flows/flow-module.ts";
import { loadFlow, type LoadOptions } from "./saved-flows/load-flow.ts";
import { savedFlowPath, writeSavedFlow } from "./saved-flows/saved-flow.ts";
import { serializeFlow, structureHash, type SerializedFlow } from "./saved-flows/serialize-flow.ts";
import { DueEvents } from "./schedules/due-events.ts";
import { CANDIDATES, type Schedule } from "./schedules/schedule.ts";
import { Cancelled, MetaState, Pending, Scheduled, State } from "./state.ts";
import type { FailureCallback, StateHandler } from "./task/task-options.ts";
import type { Task } from "./task/task.ts";

/** What flows ask of a host. */
export interface FlowHost extends RunHost {
  /** Told about every flow that is made, before anything is added to it. */
  readonly onFlowCreated?: (flow: Flow) => void;
  /** Keeps flows and starts their runs. Default: the server that the configuration names. */
  readonly backend?: FlowBackend;
}

/** All optional. */
export interface FlowOptions {
  /** `flow.run()` waits for its times. */
  readonly schedule?: Schedule;
  /** Default: as the configuration says (`engine.executor`), a LocalExecutor. */
  readonly executor?: Executor;
  /**
   * Runs keep the results of their tasks and use kept ones: in memory, and on disk under `.flowlet/results` (`cache.folder` of the configuration). Default: as the configuration says (`cache.enabled`), else in a notebook yes, in a script no; on a schedule only where it says true here.
   */
  readonly cache?: boolean;
  readonly stateHandlers?: readonly StateHandler<Flow>[];
  /** Called when a run of the flow has failed. */
  readonly onFailure?: FailureCallback<Flow>;
  /** Where tasks without a result of their own write theirs, in runs with checkpointing. Default: a LocalResult. */
  readonly result?: Result;
  /** May replace the state a run ends with. May be async. */
  readonly terminalStateHandler?: (flow: Flow, state: State, referenceStates: readonly State[]) => TerminalState | Promise<TerminalState>;
  /** Tasks to begin with, edges between tasks, and the tasks that decide about the flow's state. */
  readonly tasks?: Iterable<Task>;
  readonly edges?: Iterable<Edge<Task>>;
  readonly referenceTasks?: Iterable<Task>;
  /** How runs of the registered flow are started: a {@link LocalRun} or {@link UniversalRun}. */
  readonly runConfig?: UniversalRun;
  /** Only agents that have all these labels take runs of the registered flow. */
  readonly labels?: Iterable<string>;
  /** Check each dependency when it is added (unknown input, duplicate input, cycle). Default: the configuration's `flows.eagerEdgeValidation`, false: when asked, {@link Flow.validate}. */
  readonly validate?: boolean;
}

type TerminalState = State | null | undefined | void;

/** Built by calling tasks inside {@link Flow.build}, or step by step; then run, as often as one likes. */
export class Flow extends FlowGraph {
  readonly options: FlowOptions;
  /** Who made it, where the host says so. */
  readonly origin: string | undefined;
  /** The file that made it; null where it was made in none. */
  #file: string | null = evaluatedFile();
  #latest: ReadonlyMap<Task, State> = new Map();
  #latestParameters: Readonly<Record<string, unknown>> = {};
  #cache: ResultCache | null = null;
  #registered: RegisteredFlow | null = null;

  /** @throws FlowletError EMPTY_NAME, BAD_OPTION, UNKNOWN_OPTION, and those of adding the tasks and edges */
  constructor(name: string, build: () => unknown);
  constructor(name: string, options?: FlowOptions, build?: () => unknown);
  constructor(name: string, second?: FlowOptions | (() => unknown), third?: () => unknown) {
    super(name);
    const [options, build] = typeof second === "function" ? [{}, second] : [second ?? {}, third];
    checkOptions(`Flow ${name}`, options, FLOW_OPTIONS satisfies Record<keyof FlowOptions, OptionCheck>);
    this.options = options;
    const host = currentRunHost() as FlowHost | undefined;
    this.origin = host?.origin;
    host?.onFlowCreated?.(this);
    for (const task of options.tasks ?? []) this.addTask(task);
    for (const { upstreamTask, downstreamTask, key, mapped, flattened } of options.edges ?? []) this.addEdge(upstreamTask, downstreamTask, { key, mapped, flattened });
    if (build !== undefined) this.build(build);
    if (options.referenceTasks !== undefined) this.setReferenceTasks(options.referenceTasks);
  }

  protected override get validatesEdges(): boolean { return this.options?.validate ?? super.validatesEdges; }

  /**
   * The functional API: inside `body` calling a task adds a copy of it, and nothing runs. May be called again, to add more. Warns of tasks that are made in it and not added.
   * @returns what `body` returns
   * @throws FlowletError BAD_OPTION where `body` is no function
   */
  build<T>(body: (flow: this) => T): T {
    if (typeof body !== "function") throw new FlowletError("BAD_OPTION", { owner: `Flow ${this.name}`, option: "build", expected: "a function that calls tasks", got: describeValue(body) });
    return this.buildBlock(() => body(this));
  }

  /** A flow of its own with the same tasks and edges, to be extended or run differently. */
  copy(name = this.name): Flow {
    const { tasks, edges, referenceTasks, ...options } = this.options;
    const flow = new Flow(name, options);
    this.copyInto(flow);
    flow.#file = this.#file;
    return flow;
  }

  /**
   * The structure as plain data: tasks, parameters, edges, reference tasks. Code and constant inputs are no part of it.
   * @param options.build also tell where the code can be found again, as `storage`. Default false
   * @throws FlowletError FLOW_NOT_IN_FILE with `build`
   */
  serialize({ build = false }: { readonly build?: boolean } = {}): SerializedFlow {
    return serializeFlow(this, { schedule: this.options.schedule, runConfig: this.options.runConfig, storage: build ? flowModule(this.name, this.#file) : null });
  }

  /** SHA-256 (hex) of the structure: equal for equal flows, in every process and whatever the order of construction. It does not see code. */
  serializedHash(): string { return structureHash(this.serialize()); }

  /**
   * Saves where the flow's code is, and what its structure is, for {@link Flow.load}. While a file is being loaded nothing is written.
   *
   * Differs: a reference to the code, not the code: functions can not be written down with all they use.
   * @param path file or folder. Default: `~/.flowlet/flows/<slug of the name>.flowlet.json`
   * @param options.module file that makes the flow, where it is not the one that does so now
   * @returns the file's absolute path
   * @throws FlowletError BAD_OPTION, FLOW_NOT_IN_FILE for a flow of a notebook's cell
   */
  save(path?: string, { module }: { readonly module?: string | URL } = {}): string {
    const target = savedFlowPath(this.name, path);
    if (context.loadingFlow !== true) writeSavedFlow(target, this.serialize(), flowModule(this.name, this.#file, module));
    return target;
  }

  /**
   * Loads a saved flow from its code as it is now: evaluates the file that makes it, in which nothing runs meanwhile. Warns where the structure is not what was saved.
   * @param pathOrName path of a saved flow, or the name of one in `~/.flowlet/flows`
   * @throws FlowletError BAD_OPTION, UNKNOWN_OPTION, SAVED_FLOW_NOT_FOUND, SAVED_FLOW_UNREADABLE, FLOW_NOT_LOADED; FLOW_CHANGED with `strict`
   */
  static async load(pathOrName: string, options?: LoadOptions): Promise<Flow> {
    return await loadFlow(pathOrName, (value) => value instanceof Flow, options);
  }

  /** Path of the file whose evaluation makes the flow; null for a notebook's. */
  get sourceFile(): string | null { return this.#file === null ? null : fileURLToPath(this.#file); }

  /**
   * Registers the flow with the server: a new version with its code, which an agent runs without the file or notebook; none where nothing has changed. Prints the
   * address of its page. While a file is being loaded for its flows nothing is registered: it warns, and returns a version 0.
   *
   * Differs: there a project must be named, and exist; here it is `default`, and made where there is none.
   * @throws FlowletError FLOW_RUN_IN_BUILD, BAD_OPTION, UNKNOWN_OPTION, MISSING_SCHEDULED_PARAMETERS, UNSERIALIZABLE_SCHEDULE, CYCLE, FLOW_NOT_IN_FILE, FLOW_NOT_BUNDLED, BUNDLE_NOT_LOADED; ApiError where the server refuses or is not there
   */
  async register(options: RegisterOptions = {}): Promise<RegisteredFlow> { return (this.#registered = await registerFlow(this, options, (currentRunHost() as FlowHost | undefined)?.backend)); }

  /**
   * Makes a run of the newest registered version of the flow, for an agent to take. In a file that is being loaded it only warns.
   * @param parameters values by name of the Parameter @returns the run, which can be watched and waited for
   * @throws FlowletError FLOW_RUN_IN_BUILD, BAD_OPTION, UNKNOWN_OPTION, UNEXPECTED_PARAMETERS; ApiError where the server refuses or is not there
   */
  async schedule(parameters: Readonly<Record<string, unknown>> = {}, options: ScheduleRunOptions = {}): Promise<ScheduledRun> {
    return await scheduleFlow(this, parameters, options, this.#registered, (currentRunHost() as FlowHost | undefined)?.backend);
  }

  /** Draws the flow: shown in a notebook, written to a file in a script. @throws FlowletError BAD_OPTION, UNKNOWN_OPTION, BAD_PICTURE_FORMAT */
  visualize(options: VisualizeOptions = {}): FlowPicture { return visualizeFlow(this, options); }

  /** States that the tasks had last, over all runs of this flow. */
  get latestStates(): ReadonlyMap<Task, State> { return this.#latest; }

  /** Values that the last run was given. */
  get latestParameters(): Readonly<Record<string, unknown>> { return this.#latestParameters; }

  /**
   * What a run that keeps results would do, without running anything: for each task whether its kept result is used, and why not where it is not. Made from the code as it is now.
   * @param parameters as for {@link Flow.run}. Default: those of the last run
   * @param options those of {@link Flow.run} that say what runs
   * @throws FlowletError BAD_OPTION, UNKNOWN_OPTION, UNEXPECTED_PARAMETERS, CYCLE, BAD_CONFIG, and those of the selection
   */
  plan(parameters?: Readonly<Record<string, unknown>>, options: PlanOptions = {}): FlowPlan {
    checkOptions(`flow.plan of ${this.name}`, options, PLAN_OPTIONS satisfies Record<keyof PlanOptions, OptionCheck>);
    const values = parameters === undefined || goesOn(options) ? { ...lastParameters(this, this.#latestParameters), ...parameters } : parameters;
    checkParameterNames(this, values);
    return planFlow(this.#planSource(values, options), options);
  }

  /**
   * Runs a sample of the kept results again that a run would use now, with the kept results of what they need, and compares: finds tasks whose results depend on something
   * that the engine does not see. Results from outside are not looked at, and tasks that act are not kept. Results that differ are dropped. Parameters are those of the
   * last run. Handlers are not told.
   * @throws FlowletError BAD_OPTION, UNKNOWN_OPTION, CYCLE, BAD_CONFIG
   */
  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    checkOptions(`flow.verify of ${this.name}`, options, VERIFY_OPTIONS satisfies Record<keyof VerifyOptions, OptionCheck>);
    const source = this.#planSource(lastParameters(this, this.#latestParameters), {});
    return await verifyKept({ ...source, executor: this.options.executor ?? defaultExecutor() }, { ...options, signal: joinSignals(options.signal, currentRunHost()?.signal) });
  }

  /** How often kept results were used by runs of this flow, what that has saved, and what is kept. */
  cacheStats(): CacheStats { return new CacheStats(this.#resultCache(), this.name); }

  #planSource(parameters: Readonly<Record<string, unknown>>, { context: entries, checkpointing }: PlanOptions): PlanSource {
    const context = { ...entries, parameters: contextParameters(entries) };
    return { graph: this, cache: this.#resultCache(), latest: this.#latest, parameters, result: this.options.result, context, checkpointing };
  }

  /**
   * Runs the flow. With a schedule: sleeps until its next time, runs, and sleeps again, until it has no more times. Called in a
   * task it is part of that task: it is cancelled with it. While a file is being loaded for its flows ({@link Flow.load}) nothing
   * runs: it warns, and returns a Pending state.
   *
   * Differs: there `null` is returned; a state keeps a file that looks at it from breaking.
   * @param parameters values by name of the Parameter; those that are not given come from `context.parameters`, then from defaults
   * @returns the state; its result holds the state of each task. Failing tasks make it Failed, they do not throw
   * @throws FlowletError FLOW_RUN_IN_BUILD, BAD_OPTION, UNKNOWN_OPTION, UNEXPECTED_PARAMETERS, MISSING_PARAMETERS, NO_SCHEDULED_RUNS, CYCLE, UNKNOWN_TASKS_TO_RUN,
   * BAD_CONFIG; inside {@link raiseOnException} what a task throws
   */
  async run(parameters: Readonly<Record<string, unknown>> = {}, options: RunOptions = {}): Promise<State<TaskStates>> {
    if (this.isBeingBuilt) throw new FlowletError("FLOW_RUN_IN_BUILD", { method: "run", flow: this.name });
    // What runs is no part of another flow that is just being built.
    if (activeFlow() !== null) return await withActiveFlow(null, () => this.run(parameters, options));
    checkOptions(`flow.run of ${this.name}`, options, RUN_OPTIONS satisfies Record<keyof RunOptions, OptionCheck>);
    if (context.loadingFlow === true) return this.#notRun();
    const values = goesOn(options) ? { ...lastParameters(this, this.#latestParameters), ...parameters } : parameters;
    const { schedule } = this.options;
    const signal = joinSignals(options.signal, currentRunHost()?.signal, currentTaskRun()?.signal);
    this.sortedNodes();
    const runOnSchedule = options.runOnSchedule ?? (options.wait !== false && currentConfig().flows.runOnSchedule);
    if (schedule === undefined || !runOnSchedule || options.state !== undefined) {
      if (options.wait !== false) checkParameters(this, values, options.context);
      return await this.#goOn(values, options, signal);
    }
    return await this.#runOnSchedule(schedule, values, options, signal);
  }

  async #runOnSchedule(schedule: Schedule, parameters: Readonly<Record<string, unknown>>, options: RunOptions, signal: AbortSignal | undefined): Promise<State<TaskStates>> {
    checkParameterNames(this, parameters);
    // Better now than in the night when the clock's turn comes.
    for (const { parameterDefaults = {} } of schedule.clocks) checkParameters(this, { ...parameters, ...parameterDefaults }, options.context);
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
      checkParameters(this, values, options.context);
      if (event.startTime.getTime() > Date.now()) getLogger("FlowRunner").info(`Waiting for next scheduled run at ${event.startTime.toISOString()}`);
      if (!(await sleepUntil(event.startTime, signal))) return new Cancelled("The flow's schedule was cancelled.", last?.result ?? new TaskStates(this.#latest));
      last = await this.#runOnce(values, last === null ? options : { ...options, taskStates: undefined }, signal, false, event.startTime);
      if (signal?.aborted) return last;
    }
  }

  /** Runs the flow now, or when the state that it goes on from says. */
  async #goOn(parameters: Readonly<Record<string, unknown>>, options: RunOptions, signal: AbortSignal | undefined): Promise<State<TaskStates>> {
    let from = options.state;
    while (from instanceof MetaState) from = from.state ?? undefined;
    if (from?.isFinished() === true) {
      getLogger("FlowRunner").info("Flow run has already finished.");
      return from as State<TaskStates>;
    }
    if (from instanceof Scheduled && !(from.startTime !== null && from.startTime.getTime() <= Date.now())) {
      if (from.startTime === null || options.wait === false) return from as State<TaskStates>;
      getLogger("FlowRunner").info(`Waiting for the flow run's start at ${from.startTime.toISOString()}`);
      if (!(await sleepUntil(from.startTime, signal))) return new Cancelled("The flow run was cancelled.", new TaskStates(this.#latest));
    }
    const given = from?.result instanceof TaskStates ? from.result : undefined;
    return await this.#runOnce(parameters, { ...options, state: from, taskStates: options.taskStates ?? given }, signal, keepsByDefault());
  }

  #notRun(): State<TaskStates> {
    getLogger("Flow").warning(`flow.run() of flow ${this.name} was called while its file is being loaded: nothing runs. Guard it: if (import.meta.main) await flow.run().`);
    return new Pending("Flow not run: its file is being loaded.", new TaskStates(new Map([...this.tasks].map((task) => [task, new Pending("Task not run.")]))));
  }

  async #runOnce(parameters: Readonly<Record<string, unknown>>, options: RunOptions, signal: AbortSignal | undefined, keepByDefault: boolean, scheduledStartTime?: Date): Promise<State<TaskStates>> {
    const cache = (options.cache ?? this.options.cache ?? keepByDefault) ? this.#resultCache() : null;
    const { stateHandlers = [], onFailure, terminalStateHandler } = this.options;
    const handlers = [...stateHandlers] as StateHandler<FlowGraph>[];
    if (onFailure !== undefined) handlers.push(async (_, __, state) => { if (state.isFailed()) await onFailure(this, state); });
    const selection = selectTasks(this, options, parameters, this.#latest, () => (cache === null ? null : whatIsKnown(this.#planSource(parameters, options))));
    this.#latestParameters = parameters;
    const executor = options.executor ?? this.options.executor ?? defaultExecutor();
    const run = new FlowRun({
      graph: this, parameters, executor, observer: currentRunHost()?.observer, stateHandlers: handlers,
      terminalStateHandler: terminalStateHandler && ((_, state, referenceStates) => terminalStateHandler(this, state, referenceStates)),
      context: { ...options.context, parameters: contextParameters(options.context) }, scheduledStartTime, state: options.state,
      taskContexts: options.taskContexts && new Map(options.taskContexts), taskStateHandlers: options.taskRunnerStateHandlers, ...(cache === null ? {} : { keys: Object.assign(selectedKeys(cache, this.name, selection), { traced: startTracing(executor) }) }), ...selection,
      result: this.options.result ?? currentRunHost()?.result, checkpointing: options.checkpointing, wait: options.wait, approve: options.approve ?? currentRunHost()?.approve ?? terminalApproval(),
      taskStates: options.taskStates === undefined ? selection.taskStates : new Map(options.taskStates),
    });
    const cancel = () => run.cancel("The flow run was cancelled.");
    if (signal?.aborted === true) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    const state = await runFlow(run);
    signal?.removeEventListener("abort", cancel);
    this.#remember(run.taskStates);
    if (cache !== null) runEnded(cache, this.name);
    if (run.raised !== null) throw run.raised.error;
    return state as State<TaskStates>;
  }

  /** Where its runs keep results, if they do. */
  #resultCache(): ResultCache { return currentRunHost()?.cache ?? (this.#cache ??= ownCache()); }

  /** The states that tasks have last; a run that knows all tasks knows them all. */
  #remember(states: ReadonlyMap<Task, State>): void {
    let isComplete = states.size === this.size;
    for (const task of states.keys()) isComplete &&= this.has(task);
    this.#latest = isComplete ? states : new Map([...this.#latest, ...states].filter(([task]) => this.has(task)));
  }

  override toString(): string { return `<Flow: name="${this.name}">`; }
  [Symbol.for("nodejs.util.inspect.custom")](): string { return this.toString(); }
}
