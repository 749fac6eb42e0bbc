/** `flowlet/client`: what Node programs use of the API. */
export { ApiError, isPassing } from "./api-error.ts";
export type { ClientOptions } from "./flowlet-client.ts";
export { ConfiguredClient as FlowletClient } from "./configured-client.ts";
export type { CallOptions } from "./api-methods.ts";
export type { EventsOptions, ReceivedEvent } from "./events.ts";
export type {
  Agent, Bundle, Flow, FlowDetails, FlowGroup, FlowParameter, FlowRegistration, FlowRun, FlowRunDetails, FlowRunInfo, FlowTask, LogEntry, LogLevel, NewFlowRun, Overview, Project, RegisteredFlow,
  Report, ReportAnswer, ReportEntry, RunConfig, Schedule, SearchHit, ServerEvent, ServerStatus, StateData, StateEntry, StateName, TaskRun, TaskRunDetails,
} from "./api-types.ts";
export { flowBackend } from "./flow-backend.ts";
export { bundleFile, bundleSource, type SourceOptions } from "./register/bundle-file.ts";
export type { BundledCode } from "./register/bundled-code.ts";
export { loadBundle, loadBundledFlow, type LoadableBundle, type LoadBundleOptions, type LoadedBundle } from "./register/load-bundle.ts";
export { registerFlow, type RegisterHost } from "./register/register-flow.ts";
export { registerFiles, watchFiles, type RegisterFilesOptions, type RegisterProgress, type RegisterSummary, type WatchFilesOptions } from "./register/register-files.ts";
export { FlowRunView } from "./runs/flow-run-view.ts";
export { watchFlowRun, type WatchOptions } from "./runs/watch-flow-run.ts";
export { cancelFlowRun, createFlowRun, getTaskRunResult, renameFlowRun, waitForFlowRun, type CreateFlowRunInput, type WaitForFlowRunOptions } from "./runs/flow-run-tasks.ts";
