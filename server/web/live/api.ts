/** What the pages ask of the server: the client's methods by name, with what they take and answer. */
import type { FlowletClient } from "../../../client/browser.ts";

export type {
  Agent, Flow, FlowDetails, FlowGroup, FlowParameter, FlowRun, FlowRunDetails, FlowTask, LogEntry, LogLevel, Overview, Project, Schedule, SearchHit, ServerEvent, ServerStatus, StateEntry, TaskRun, TaskRunDetails,
} from "../../../client/api-types.ts";

/** The client of the API. */
export type Client = FlowletClient;
/** Name of a method that asks for or does something. */
export type OperationId = { [Id in keyof FlowletClient]: FlowletClient[Id] extends (...values: never[]) => Promise<unknown> ? Id : never }[keyof FlowletClient];
export type Input<Id extends OperationId> = Parameters<FlowletClient[Id]> extends readonly [(infer I)?, ...unknown[]] ? I : never;
export type Output<Id extends OperationId> = Awaited<ReturnType<FlowletClient[Id]>>;
