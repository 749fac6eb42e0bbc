/** The run context on its way to a thread. */
import type { Config } from "../../config/config-keys.ts";
import { configFromData, configToData, type ConfigData } from "../../config/load-config.ts";
import { context } from "../../context.ts";
import { defineEntries } from "../../context-store.ts";
import { FlowletError, describeValue } from "../../errors.ts";
import { Logger } from "../../logging/logger.ts";
import { isPlainData } from "../../portable/plain-data.ts";

/** Entries of one task run. */
const TASK_ENTRIES = ["taskName", "taskFullName", "taskSlug", "taskId", "taskTags", "taskRunName", "taskRunId", "taskRunCount", "taskLoopCount", "taskLoopResult", "mapIndex", "resume"] as const;

/** Their values, in this order. */
export type TaskEntries = readonly unknown[];

/** What each call has of its own, whatever its flow run has. */
const OWN_ENTRIES: ReadonlySet<string> = new Set([...TASK_ENTRIES, "signal", "logger"]);

/** Where in the list the result of the last iteration is. */
const LOOP_RESULT = TASK_ENTRIES.indexOf("taskLoopResult");
const FULL_NAME = TASK_ENTRIES.indexOf("taskFullName");

/** Entries that a single task was given, after those of the list; absent where there are none. */
type OwnEntries = Pick<RunEntries, "entries" | "missing">;

/** Entries of a task run, for the message. @returns the last iteration's result apart, where it is not plain data */
export function readTaskEntries(context: object): { readonly entries: TaskEntries; readonly loopResult: unknown } {
  const entries = TASK_ENTRIES.map((key) => (context as Record<string, unknown>)[key]);
  const loopResult = entries[LOOP_RESULT];
  // What the caller of the flow run wants in this task's context.
  const own = Object.keys(context);
  if (own.length > 0) {
    const found: Record<string, unknown> = {}, missing: Record<string, string> = {};
    for (const key of own) readEntry(context, key, found, missing);
    entries.push({ entries: found, missing } satisfies OwnEntries);
  }
  if (isPlainData(loopResult)) return { entries, loopResult: undefined };
  entries[LOOP_RESULT] = undefined;
  return { entries, loopResult };
}

/** What a flow run's entries are for the message. */
export interface RunEntries {
  /** Plain data. */
  readonly entries: Record<string, unknown>;
  /** Of the others, what they are. */
  readonly missing: Record<string, string>;
  readonly missingParameters: Record<string, string>;
}

/** Reads the entries that the tasks of a flow run share. */
export function readRunEntries(flowContext: object): RunEntries {
  const entries: Record<string, unknown> = {}, parameters: Record<string, unknown> = {};
  const missing: Record<string, string> = {}, missingParameters: Record<string, string> = {};
  for (const key in flowContext) {
    // They may be large, and are the session's: what runs in a thread is one task.
    if (key === "caches") missing[key] = "the cached results of the session";
    else if (key === "config") entries.config = configToData(flowContext[key as never] as Config).filter(([, value]) => isPlainData(value));
    else if (key !== "parameters") readEntry(flowContext, key, entries, missing);
    else for (const name in (flowContext as { parameters: object }).parameters) readEntry((flowContext as { parameters: object }).parameters, name, parameters, missingParameters);
  }
  return { entries: { ...entries, parameters }, missing, missingParameters };
}

/** Entries may be accessors, and of any kind. */
function readEntry(source: object, key: string, found: Record<string, unknown>, missing: Record<string, string>): void {
  try {
    const value = (source as Record<string, unknown>)[key];
    if (isPlainData(value)) found[key] = value;
    else missing[key] = describeValue(value);
  } catch (error) {
    missing[key] = `it can not be read: ${String(error)}`;
  }
}

function refuse(target: object, absent: Readonly<Record<string, string>>, place: string): void {
  for (const [key, what] of Object.entries(absent)) {
    if (OWN_ENTRIES.has(key)) continue;
    Object.defineProperty(target, key, { enumerable: true, get: () => { throw new FlowletError("NOT_PORTABLE", { task: context.taskName, place: `${place}.${key}`, what }); } });
  }
}

/** What the context of a call in a thread asks for. */
export interface ContextCall {
  readonly number: number;
  readonly values: TaskEntries;
  /** Of the last iteration, where it is not among the values. */
  readonly loopResult: unknown;
  /** Made when it is first asked for. */
  readonly signal: AbortSignal;
  logger: Logger | null;
}

/** Key under which a call's context holds the call. */
export const CALL = Symbol("call");

/** Contexts of a flow run's calls. */
export type CallContextClass = new (call: ContextCall) => { readonly [CALL]: ContextCall };

/**
 * The contexts of a flow run's calls in a thread: getters over the run's entries. To read what could not be sent is an error. One class
 * for all calls: accessors of each context's own would cost more than what most tasks do.
 */
export function callContextClass({ entries, missing, missingParameters }: RunEntries): CallContextClass {
  entries.config = configFromData(entries.config as ConfigData);
  refuse(entries, missing, "context");
  refuse(entries.parameters as object, missingParameters, "context.parameters");
  const made = class { declare readonly [CALL]: ContextCall; constructor(call: ContextCall) { this[CALL] = call; } };
  Object.setPrototypeOf(made.prototype, entries);
  const define = (key: string, read: (call: ContextCall, context: object) => unknown) =>
    Object.defineProperty(made.prototype, key, { enumerable: true, get(this: { [CALL]: ContextCall }) { return read(this[CALL], this); } });
  TASK_ENTRIES.forEach((key, i) => define(key, i === LOOP_RESULT ? ({ values, loopResult }) => loopResult ?? values[i] : ({ values }) => values[i]));
  define("signal", (call) => call.signal);
  define("logger", (call, context) => (call.logger ??= new Logger(`flowlet.${String(call.values[FULL_NAME])}`, { context })));
  delete (made.prototype as { constructor?: unknown }).constructor;
  return made;
}

/** Puts the entries that a single task was given into its call's context. */
export function addOwnEntries(context: object, values: TaskEntries): void {
  const own = values[TASK_ENTRIES.length] as OwnEntries | undefined;
  if (own !== undefined) refuse(defineEntries(context, own.entries), own.missing, "context");
}
