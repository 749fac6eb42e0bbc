/** For programs that embed the engine (kernel, agent): the names beside those of a flow's author. */
export { withHost, currentHost, type Host } from "./host.ts";
export type { ThreadSetup, ThreadSupport } from "./executors/thread/thread-host.ts";
export type { ModuleReference } from "./portable/portable-graph.ts";
export type { RunHost } from "./runners/run-host.ts";
export type { ObservedFlowRun, ObservedTaskRun, RunObserver } from "./runners/run-observer.ts";
export { recordTaskDisplay, recordTaskLog, recordTaskOutput } from "./runners/task-run.ts";
export { prepareTracing } from "./runners/task-tracing.ts";
export { ResultCache, type ResultCacheOptions } from "./cache/result-cache.ts";
export { knownValue } from "./cache/known-values.ts";
export { loadFile, type LoadedFile } from "./saved-flows/load-flow.ts";
export { constantId, flowSnapshot, type SnapshotOptions } from "./graph/snapshot.ts";
export type { GraphNode } from "./graph/graph-node.ts";
export type { LogRecord } from "./logging/log-record.ts";
export { formatLogRecord } from "./logging/log-settings.ts";
export { formatDuration } from "./cache/format-time.ts";
export { replayedText } from "./runners/replay.ts";
export { planSummary } from "./plan/plan-table.ts";
export { constantName } from "./task/constant.ts";
