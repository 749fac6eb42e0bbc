/**
 * The port to what keeps flows and starts their runs: a server. The engine knows nothing of it; a host gives one, e.g. a notebook kernel, else that of `flowlet/client`
 * is loaded when it is first needed.
 */
import { randomUUID } from "node:crypto";
import { context } from "./context.ts";
import { FlowletError, describeValue, listNames } from "./errors.ts";
import { checkParameterNames } from "./flow-parameters.ts";
import type { FlowGraph } from "./graph/flow-graph.ts";
import { getLogger } from "./logging/logger.ts";
import { A_BOOLEAN, A_RECORD, checkOptions, isFunction, isRecordLike, isText, type OptionCheck } from "./option-checks.ts";
import { LABELS, type UniversalRun } from "./run-config.ts";
import type { SerializedFlow } from "./saved-flows/serialize-flow.ts";
import type { Schedule } from "./schedules/schedule.ts";
import { Pending, type State } from "./state.ts";

/** What a backend needs of a flow. */
export interface BackendFlow extends FlowGraph {
  readonly options: { readonly schedule?: Schedule; readonly runConfig?: UniversalRun; readonly labels?: Iterable<string> };
  /** Path of the file whose evaluation makes the flow; null for a notebook's. */
  readonly sourceFile: string | null;
  readonly isBeingBuilt: boolean;
  serialize(): SerializedFlow;
  serializedHash(): string;
}

/** All optional. */
export interface RegisterOptions {
  /** Name of the project; it is made where there is none of that name. Default: `"default"`. */
  readonly project?: string;
  /** Only agents that have all these labels, those of the flow and those of its run config take the runs. */
  readonly labels?: Iterable<string>;
  /** What the flow is for; shown in the UI. */
  readonly description?: string;
  /** Registering again with the same key makes no new version. Default: a hash of code, structure, schedule, parameters, labels and run config. */
  readonly idempotencyKey?: string;
  /** Bundle the code. Default true; false: the code of the newest version stays, for a change of schedule, labels or run config only. */
  readonly build?: boolean;
  /** The schedule counts at once. Default true. */
  readonly setScheduleActive?: boolean;
  /** Default: the flow's. */
  readonly runConfig?: UniversalRun;
  /** Print nothing. Default false. */
  readonly quiet?: boolean;
}

/** A version of a flow that a server has. */
export interface RegisteredFlow {
  /** Of this version. */
  readonly id: string;
  /** Of all versions together. */
  readonly flowGroupId: string;
  readonly name: string;
  readonly project: string;
  /** From 1. */
  readonly version: number;
  /** False: the newest version is the same as what was registered. */
  readonly created: boolean;
  /** Its page. */
  readonly url: string;
  /** What works on this machine only, or not at all: one sentence each. */
  readonly limits: readonly string[];
}

/** All optional. */
export interface ScheduleRunOptions {
  /** Name of the run. Default: two words. */
  readonly runName?: string;
  /** Project of the flow, where it was not registered by this program and several have its name. */
  readonly project?: string;
  /** When the run is due. Default: now. */
  readonly startTime?: Date;
  /** Default: those of the flow. */
  readonly labels?: Iterable<string>;
  /** Entries for the run's context. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Default: the flow's. */
  readonly runConfig?: UniversalRun;
  /** A second call with the same key gets the same run. */
  readonly idempotencyKey?: string;
}

/** Something that happened to a watched run. */
export interface RunUpdate {
  /** `state`: the run entered one; `log`: a record of the run; `notice`: about the run, e.g. that no agent takes it. */
  readonly kind: "state" | "log" | "notice";
  readonly at: Date;
  readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
  /** `Entered state <Running>: Running flow.` */
  readonly message: string;
  /** Of a record: its logger, and the name of the task's run. */
  readonly logger?: string;
  readonly taskRunName?: string;
  /** Of a state. */
  readonly state?: State;
}

/** How one waits; all optional. */
export interface WaitOptions {
  /** Longest time to wait (milliseconds). Default: without end. */
  readonly timeout?: number;
  /** Aborting it ends the waiting, not the run. */
  readonly signal?: AbortSignal;
}

/** A run that an agent does. */
export interface ScheduledRun {
  readonly id: string;
  readonly name: string;
  /** Its page. */
  readonly url: string;
  /** The state that it has now. */
  state(): Promise<State>;
  /** Waits until the run has ended. @returns its final state @throws FlowletError RUN_NOT_FINISHED after `timeout` */
  wait(options?: WaitOptions): Promise<State>;
  /** What happens to it from its beginning on, until it has ended: states and log records. */
  watch(options?: WaitOptions): AsyncIterable<RunUpdate>;
  /** Cancels it: one that is going becomes Cancelling until its process has ended. */
  cancel(): Promise<State>;
}

/** Who keeps flows and starts their runs. */
export interface FlowBackend {
  register(flow: BackendFlow, options: RegisterOptions): Promise<RegisteredFlow>;
  /** @param registered of the flow, where this program has registered it */
  schedule(flow: BackendFlow, parameters: Readonly<Record<string, unknown>>, options: ScheduleRunOptions, registered: RegisteredFlow | null): Promise<ScheduledRun>;
}

const A_TEXT: OptionCheck = ["a text", isText];
const A_RUN_CONFIG: OptionCheck = ["a LocalRun or UniversalRun", (value) => isRecordLike(value) && isFunction((value as UniversalRun).serialize)];

const REGISTER_OPTIONS: { readonly [Option in keyof Required<RegisterOptions>]: OptionCheck } = {
  project: A_TEXT, labels: LABELS, description: A_TEXT, idempotencyKey: A_TEXT, build: A_BOOLEAN, setScheduleActive: A_BOOLEAN, runConfig: A_RUN_CONFIG, quiet: A_BOOLEAN,
};
const SCHEDULE_OPTIONS: { readonly [Option in keyof Required<ScheduleRunOptions>]: OptionCheck } = {
  runName: A_TEXT, project: A_TEXT, startTime: ["a Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())], labels: LABELS, context: A_RECORD, runConfig: A_RUN_CONFIG, idempotencyKey: A_TEXT,
};

/** @throws FlowletError FLOW_RUN_IN_BUILD, BAD_OPTION, UNKNOWN_OPTION, MISSING_PARAMETERS for a schedule that can not run */
export async function registerFlow(flow: BackendFlow, options: RegisterOptions, given: FlowBackend | undefined): Promise<RegisteredFlow> {
  if (flow.isBeingBuilt) throw new FlowletError("FLOW_RUN_IN_BUILD", { method: "register", flow: flow.name });
  checkOptions(`flow.register of ${flow.name}`, options, REGISTER_OPTIONS);
  checkScheduledParameters(flow);
  if (context.loadingFlow === true) return notRegistered(flow, options);
  flow.validate();
  const registered = await (given ?? await defaultBackend()).register(flow, options);
  if (options.quiet !== true) {
    console.log(`Flow: ${registered.url}`);
    for (const limit of registered.limits) getLogger("Flow").warning(limit);
  }
  return registered;
}

/** @throws FlowletError FLOW_RUN_IN_BUILD, BAD_OPTION, UNKNOWN_OPTION, UNEXPECTED_PARAMETERS */
export async function scheduleFlow(flow: BackendFlow, parameters: Readonly<Record<string, unknown>>, options: ScheduleRunOptions, registered: RegisteredFlow | null, given: FlowBackend | undefined): Promise<ScheduledRun> {
  if (flow.isBeingBuilt) throw new FlowletError("FLOW_RUN_IN_BUILD", { method: "schedule", flow: flow.name });
  checkParameterNames(flow, parameters);
  checkOptions(`flow.schedule of ${flow.name}`, options, SCHEDULE_OPTIONS);
  if (context.loadingFlow === true) return notScheduled(flow, options);
  return await (given ?? await defaultBackend()).schedule(flow, parameters, options, registered === null || registered.id === "" ? null : registered);
}

/** Better now than in the night when the clock's turn comes. */
function checkScheduledParameters(flow: BackendFlow): void {
  const { schedule } = flow.options;
  if (schedule === undefined) return;
  const required = [...flow.parameters()].filter((parameter) => parameter.required).map((parameter) => parameter.name);
  for (const { parameterDefaults = {} } of schedule.clocks) {
    const missing = required.filter((name) => !Object.hasOwn(parameterDefaults, name));
    if (missing.length > 0) throw new FlowletError("MISSING_SCHEDULED_PARAMETERS", { names: listNames(missing), flow: flow.name });
  }
}

/** The public package name: a program that only uses the engine must not load what bundles and sends. */
async function defaultBackend(): Promise<FlowBackend> {
  const name = "flowlet/client";
  const module = (await import(name)) as { readonly flowBackend?: FlowBackend };
  if (module.flowBackend === undefined) throw new TypeError(`${name} has no backend: got ${describeValue(module)}`);
  return module.flowBackend;
}

function warnLoading(flow: BackendFlow, method: string, what: string): void {
  getLogger("Flow").warning(`${method} of flow ${flow.name} was called while its file is being loaded: ${what}. Guard it: if (import.meta.main) await ${method}.`);
}

/** A value, so that a file that looks at it does not break. */
function notRegistered(flow: BackendFlow, { project = "default" }: RegisterOptions): RegisteredFlow {
  warnLoading(flow, "flow.register()", "nothing is registered");
  return { id: "", flowGroupId: "", name: flow.name, project, version: 0, created: false, url: "", limits: [] };
}

function notScheduled(flow: BackendFlow, { runName = flow.name }: ScheduleRunOptions): ScheduledRun {
  warnLoading(flow, "flow.schedule()", "nothing is scheduled");
  const state = async (): Promise<State> => new Pending("Flow not run: its file is being loaded.");
  return { id: randomUUID(), name: runName, url: "", state, wait: state, cancel: state, async *watch() {} };
}
