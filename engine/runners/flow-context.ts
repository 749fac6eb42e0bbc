/** The context that the code of a flow run sees (prefect.engine.flow_runner, initialize_run). */
import { randomUUID } from "node:crypto";
import { sessionCaches, type SessionCaches } from "../cache/session-caches.ts";
import { currentConfig } from "../config/config.ts";
import type { Config } from "../config/config-keys.ts";
import { mergedEntries, type ContextEntries } from "../context.ts";
import { contextDates, parseContextDate } from "../context-dates.ts";
import { currentContext, extendContext, type ContextStore } from "../context-store.ts";
import { FlowletError, describeValue } from "../errors.ts";
import type { FlowGraph } from "../graph/flow-graph.ts";

/** What a context is made from. */
export interface FlowContextSource {
  readonly graph: FlowGraph;
  /** Values that the run was given. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly context?: ContextEntries;
  readonly scheduledStartTime?: Date;
  /** Of the run itself; goes before the context and the configuration. */
  readonly checkpointing?: boolean;
}

/** The context, and of its entries those that the run itself needs. */
export interface FlowContext {
  readonly entries: ContextStore;
  readonly flowRunId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly scheduledStartTime: Date;
  readonly caches: SessionCaches;
  /** Something that was given is not used, in words; null: nothing. */
  readonly warning: string | null;
}

/** Marks the context of a run: what runs inside of it is a run within a run. */
const IN_RUN = Symbol("in a flow run");

/** Entries of the task around a run within a run; they are not the inner run's. */
const TASK_ENTRIES = ["taskName", "taskFullName", "taskSlug", "taskId", "taskTags", "taskRunId", "taskRunName", "taskRunCount", "taskLoopCount", "taskLoopResult", "mapIndex", "resume"];

/**
 * Entries that surround the call of `flow.run` are there too, and those of the configuration. What a run may be told (its id, its
 * date, parameters) counts from both, but not what an outer run was told.
 * @throws FlowletError BAD_OPTION, BAD_CONFIG
 */
export function flowContext({ graph, parameters: values, context: more = {}, scheduledStartTime, checkpointing }: FlowContextSource): FlowContext {
  const around = currentContext() ?? null;
  const nested = around !== null && IN_RUN in around;
  const merged = mergedEntries(more);
  const config = (merged.config as Config | undefined) ?? currentConfig();
  const given = (name: string): unknown => {
    if (merged[name] !== undefined || nested) return merged[name];
    return around?.[name] ?? (Object.hasOwn(config.context, name) ? config.context[name] : undefined);
  };
  const text = (name: string): string | undefined => {
    const value = given(name);
    if (value === undefined || (typeof value === "string" && value !== "")) return value;
    throw new FlowletError("BAD_OPTION", { owner: `Flow ${graph.name}`, option: `context.${name}`, expected: "a text", got: describeValue(value) });
  };
  const start = scheduledStartTime ?? parseContextDate(given("scheduledStartTime"))?.date ?? new Date();
  const date = parseContextDate(given("date"));
  const dates = date === null ? contextDates(given("date") === undefined ? start : new Date()) : contextDates(date.date, date.day);
  const flowRunId = text("flowRunId") ?? randomUUID();
  const defaults = [...graph.parameters()].filter((parameter) => !parameter.required).map((parameter) => [parameter.name, parameter.default as unknown]);
  const parameters = { ...Object.fromEntries(defaults), ...(given("parameters") as object | undefined), ...values };
  const caches = sessionCaches(given("caches"));
  const entries = extendContext(around, {
    ...Object.fromEntries(Object.entries(config.context).filter(([name]) => around === null || !(name in around))),
    ...(nested && Object.fromEntries(TASK_ENTRIES.map((name) => [name, undefined]))),
    ...Object.fromEntries(Object.entries(dates).map(([name, made]) => [name, name === "date" ? made : (given(name) ?? made)])),
    flowId: text("flowId") ?? graph.name, flowRunName: text("flowRunName") ?? flowRunId,
    ...merged,
    // A run within a run that writes its results writes its own too.
    checkpointing: checkpointing ?? ((given("checkpointing") ?? (around?.checkpointing || config.flows.checkpointing)) === true),
    date: dates.date, scheduledStartTime: start, config, caches, flowName: graph.name, flowRunId, parameters,
  });
  Object.defineProperty(entries, IN_RUN, { value: true });
  const warning = given("date") === undefined || date !== null ? null : `The date given in the context, ${describeValue(given("date"))}, is neither a Date nor a text like 2026-01-31: \`today\` and its neighbours are those of the current time.`;
  return { entries, flowRunId, parameters, scheduledStartTime: start, caches, warning };
}
