/** Joins the tracing of undeclared dependencies to the task runs: whose use of a file is it, and what does it mean for the result. */
import { TRACED_SOURCES } from "../cache/global-names.ts";
import type { KeptResult } from "../cache/kept-result.ts";
import { currentConfig } from "../config/config.ts";
import { loadConfig } from "../config/load-config.ts";
import { currentContext } from "../context-store.ts";
import type { Executor, TaskCall } from "../executors/executor.ts";
import { installTracing } from "../tracing/install.ts";
import { TRACE, Trace } from "../tracing/trace.ts";
import { TASK_RUN, currentTaskRun, type TaskRun } from "./task-run.ts";

/** Puts tracing in place, unless the configuration says otherwise (`cache.trace`). For hosts: before any code of the user's is loaded. */
export function prepareTracing(): void {
  // Read apart: what is wrong with the configuration is told where it is used first.
  if (loadConfig().config.cache.trace) installTracing(currentTrace);
}

/** A run that keeps results begins. @returns whether what its tasks use is noticed */
export function startTracing(executor: Executor): boolean {
  if (executor.traces !== undefined && currentConfig().cache.trace) {
    installTracing(currentTrace);
    return true;
  }
  currentTrace()?.bringIn("tasks that run elsewhere");
  return false;
}

/** The trace of the running task; null where nobody wants to know. */
export function currentTrace(): Trace | null {
  const run = currentTaskRun();
  if (run === undefined) return callTrace(currentContext());
  // A handler's files are no part of the result.
  return run.executing ? traceOf(run) : traceAround(run);
}

function traceOf(run: TaskRun): Trace | null {
  // What a task still does after its end is no part of its result.
  if (run.keyParts === null || run.flowRun.keys?.traced !== true) return traceAround(run);
  return (run.trace ??= new Trace(traceAround(run)));
}

/** Of the task that runs this task's flow, if one does. */
function traceAround({ flowRun }: TaskRun): Trace | null {
  const around = (flowRun.context as { readonly [TASK_RUN]?: TaskRun })[TASK_RUN];
  return around === undefined ? callTrace(flowRun.context) : traceOf(around);
}

/** In a worker thread: of the call that is being made. */
function callTrace(context: object | undefined): Trace | null {
  return (context as { readonly [TRACE]?: Trace } | undefined)?.[TRACE] ?? null;
}

/** Takes what was noticed while a task's function ran in another thread; undefined where nobody wants to know. */
export function noticedElsewhere(run: TaskRun): TaskCall["noticed"] {
  const wanted = (run.keyParts !== null && run.flowRun.keys?.traced === true) || traceAround(run) !== null;
  return wanted ? (seen) => traceOf(run)?.add(seen) : undefined;
}

/** A kept result is used: a task around depends on what it depends on. */
export function keptResultUsed(run: TaskRun, { dependencies, outside }: KeptResult): void {
  if (dependencies.length > 0 || outside.length > 0) traceAround(run)?.used(dependencies, outside);
}

/** What makes a result `outside`: what the code says, but for what is noticed while it runs, and what was noticed. */
export function outsideOf({ outside, trace, flowRun }: TaskRun): readonly string[] {
  if (flowRun.keys?.traced !== true || (outside.length === 0 && trace === null)) return outside;
  const noticed = trace === null ? [] : [...trace.outside];
  const says = outside.filter((source) => !TRACED_SOURCES.has(source) && !noticed.some((what) => what.startsWith(`${NOTICED_AS[source] ?? source} `)));
  return [...says, ...noticed];
}

/** The trace names what was asked; the code only by which module. */
const NOTICED_AS: Readonly<Record<string, string>> = {
  "node:child_process": "child process", "node:dns": "dns", "node:dns/promises": "dns", "node:http": "http", "node:http2": "http", "node:https": "http", "node:net": "socket", "node:tls": "socket",
};
