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
