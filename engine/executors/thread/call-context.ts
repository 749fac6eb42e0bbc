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

/** The entries of a flow run in a thread: to read what could not be sent is an error. */
export function makeRunEntries({ entries, missing, missingParameters }: RunEntries): object {
  entries.config = configFromData(entries.config as ConfigData);
  refuse(entries, missing, "context");
  refuse(entries.parameters as object, missingParameters, "context.parameters");
  return entries;
}

/** The context of one call in a thread. @param signal made when it is first asked for */
export function makeCallContext(runEntries: object, values: TaskEntries, loopResult: unknown, signal: () => AbortSignal): object {
  const store = Object.create(runEntries) as Record<string, unknown>;
  TASK_ENTRIES.forEach((key, i) => { store[key] = values[i]; });
  if (loopResult !== undefined) store.taskLoopResult = loopResult;
  const own = values[TASK_ENTRIES.length] as OwnEntries | undefined;
  if (own !== undefined) refuse(defineEntries(store, own.entries), own.missing, "context");
  let logger: Logger | undefined;
  return Object.defineProperties(store, {
    signal: { enumerable: true, get: signal },
    logger: {
      enumerable: true,
      get: () => (logger ??= new Logger(`flowlet.${String(store.taskFullName)}`, { context: store })),
    },
  });
}
