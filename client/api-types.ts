/** What is sent and answered. Written by scripts/docs/api-client.mjs from the API's document; change server/api/ instead. */

export interface Agent {
  id: string;
  name: string;
  type: string;
  labels: string[];
  hostname: string;
  coreVersion: string;
  createdAt: string;
  lastQueried: string;
  healthy: boolean;
  runningCount: number;
  limit: number | null;
  waitingCount: number;
}

export interface Bundle {
  format: 1;
  code: string;
  sourceMap: string | null;
  external: string[];
}

export interface BundleInput {
  format: 1;
  code: string;
  sourceMap?: string | null;
  external?: string[];
}

export interface Done {
  done: true;
}

export interface ErrorBody {
  error: {
    code: "BAD_REQUEST" | "UNAUTHORIZED" | "FORBIDDEN" | "NOT_FOUND" | "METHOD_NOT_ALLOWED" | "CONFLICT" | "PAYLOAD_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "UNPROCESSABLE" | "TOO_MANY_REQUESTS" | "INTERNAL" | "DATABASE_BUSY" | "DATABASE_FULL";
    /** What was wrong, with which thing, and what to do; for people. */
    message: string;
    /** More for programs. */
    details?: Json;
  };
}

export interface Flow {
  id: string;
  flowGroupId: string;
  projectId: string;
  projectName: string;
  name: string;
  version: number;
  archived: boolean;
  createdAt: string;
  description: string | null;
  labels: string[];
  parameters: FlowParameter[];
  taskCount: number;
  schedule: Schedule | null;
  isScheduleActive: boolean;
  runConfig: RunConfig | null;
  bundleId: string;
  coreVersion: string;
  packages: Record<string, string>;
  source: string | null;
}

export interface FlowDetails {
  id: string;
  flowGroupId: string;
  projectId: string;
  projectName: string;
  name: string;
  version: number;
  archived: boolean;
  createdAt: string;
  description: string | null;
  labels: string[];
  parameters: FlowParameter[];
  taskCount: number;
  schedule: Schedule | null;
  isScheduleActive: boolean;
  runConfig: RunConfig | null;
  bundleId: string;
  coreVersion: string;
  packages: Record<string, string>;
  source: string | null;
  tasks: FlowTask[];
  graph: Record<string, Json>;
}

export interface FlowGroup {
  id: string;
  projectId: string;
  projectName: string;
  name: string;
  description: string | null;
  labels: string[] | null;
  runConfig: RunConfig | null;
  schedule: Schedule | null;
  defaultParameters: Record<string, Json>;
  settings: { heartbeatEnabled: boolean; lazarusEnabled: boolean; versionLockingEnabled: boolean; };
  latestFlowId: string | null;
  latestVersion: number | null;
}

export interface FlowParameter {
  name: string;
  slug: string;
  required: boolean;
  default: Json;
  type: string | null;
}

export interface FlowParameterInput {
  name: string;
  slug: string;
  required: boolean;
  default: Json;
  type?: string | null;
}

export interface FlowRegistration {
  project: string;
  name: string;
  bundle: BundleInput;
  idempotencyKey?: string | null;
  description?: string | null;
  labels?: string[];
  parameters: FlowParameterInput[];
  tasks: FlowTask[];
  graph: Record<string, Json>;
  schedule?: Schedule | null;
  setScheduleActive?: boolean;
  runConfig?: RunConfigInput | null;
  coreVersion: string;
  packages?: Record<string, string>;
  source?: string | null;
}

export interface FlowRun {
  id: string;
  name: string;
  flowId: string;
  flowName: string;
  flowVersion: number;
  flowGroupId: string;
  projectId: string;
  projectName: string;
  state: StateName;
  stateMessage: string | null;
  stateAt: string;
  version: number;
  createdAt: string;
  scheduledStartTime: string;
  startTime: string | null;
  endTime: string | null;
  heartbeat: string | null;
  parameters: Record<string, Json>;
  labels: string[];
  autoScheduled: boolean;
  timesResurrected: number;
  idempotencyKey: string | null;
  agentId: string | null;
  agentName: string | null;
  taskCounts: TaskCounts;
  taskCount: number;
}

export interface FlowRunDetails {
  id: string;
  name: string;
  flowId: string;
  flowName: string;
  flowVersion: number;
  flowGroupId: string;
  projectId: string;
  projectName: string;
  state: StateName;
  stateMessage: string | null;
  stateAt: string;
  version: number;
  createdAt: string;
  scheduledStartTime: string;
  startTime: string | null;
  endTime: string | null;
  heartbeat: string | null;
  parameters: Record<string, Json>;
  labels: string[];
  autoScheduled: boolean;
  timesResurrected: number;
  idempotencyKey: string | null;
  agentId: string | null;
  agentName: string | null;
  taskCounts: TaskCounts;
  taskCount: number;
  context: Record<string, Json>;
  runConfig: RunConfig | null;
  stateHistory: StateEntry[];
}

export interface FlowRunInfo {
  flowRun: FlowRunDetails;
  bundleId: string;
  flowName: string;
  flowVersion: number;
  state: StateData;
  taskRuns: { id: string; slug: string; mapIndex: number; version: number; state: StateData; }[];
}

export interface FlowTask {
  slug: string;
  name: string;
  type: string;
  tags: string[];
  mapped: boolean;
  maxRetries: number;
  retryDelay: number | null;
  timeout: number | null;
  trigger: string;
}

/** Any JSON. */
export type Json = unknown;

export interface LogEntry {
  id: number;
  flowRunId: string;
  taskRunId: string | null;
  taskRunName: string | null;
  at: string;
  level: LogLevel;
  logger: string;
  message: string;
}

export type LogLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";

export interface NewFlowRun {
  flowId?: string;
  flowGroupId?: string;
  flow?: string;
  project?: string;
  name?: string | null;
  parameters?: Record<string, Json>;
  context?: Record<string, Json>;
  labels?: string[] | null;
  runConfig?: RunConfigInput | null;
  scheduledStartTime?: string | null;
  idempotencyKey?: string | null;
}

export interface Overview {
  counts: Partial<Record<StateName, number>>;
  history: { from: string; to: string; counts: Partial<Record<StateName, number>>; }[];
  inProgress: FlowRun[];
  failed: FlowRun[];
  upcoming: FlowRun[];
  late: FlowRun[];
  totals: { inProgress: number; failed: number; upcoming: number; late: number; };
  agents: Agent[];
  flowCount: number;
  projectCount: number;
}

export interface Project {
  id: string;
  name: string;
  description: string | null;
  createdAt: string;
  flowCount: number;
}

export interface RegisteredFlow {
  flow: Flow;
  created: boolean;
}

export interface Report {
  processId: string;
  entries: ReportEntry[];
}

export interface ReportAnswer {
  acknowledged: number;
  refused: { sequence: number; reason: string; state: StateData; }[];
  flowRun: { state: StateName; version: number; superseded: boolean; };
}

export type ReportEntry =
  | { kind: "flowState"; sequence: number; state: StateData; }
  | { kind: "taskState"; sequence: number; slug: string; mapIndex: number; taskName: string; name: string; state: StateData; reason?: string | null; resultPreview?: string | null; }
  | { kind: "log"; sequence: number; at: string; level: LogLevel; logger: string; message: string; slug?: string | null; mapIndex?: number; };

export interface RunConfig {
  env: Record<string, string>;
  workingDir: string | null;
}

export interface RunConfigInput {
  env?: Record<string, string>;
  workingDir?: string | null;
}

/** A schedule as JSON: its clocks, filters and adjustments. */
export type Schedule = Record<string, Json>;

export interface SearchHit {
  kind: "project" | "flow" | "flowRun" | "task" | "agent";
  id: string;
  name: string;
  context: string;
  slug: string | null;
}

export type ServerEvent =
  | { type: "flowRun"; flowRunId: string; flowId: string; flowGroupId: string; projectId: string; state: StateName; version: number; name: string; }
  | { type: "taskRuns"; flowRunId: string; states: Record<string, StateName>; }
  | { type: "logs"; flowRunId: string; last: number; }
  | { type: "flow"; flowId: string; flowGroupId: string; projectId: string; }
  | { type: "project"; projectId: string; }
  | { type: "agent"; agentId: string; }
  | { type: "runsWaiting"; }
  | { type: "reset"; };

export interface ServerStatus {
  version: string;
  startedAt: string;
  database: "sqlite" | "postgres";
  schemaVersion: number;
  authenticated: boolean;
  memory: number;
}

export type StateData = { version: number; type: StateName; message: string | null; at: number; startTime?: string | null; runCount?: number; } & Record<string, unknown>;

export interface StateEntry {
  id: string;
  at: string;
  version: number;
  type: StateName;
  message: string | null;
}

/** Name of a state. */
export type StateName = "State" | "Pending" | "Scheduled" | "Paused" | "Resume" | "Retrying" | "MetaState" | "ClientFailed" | "Submitted" | "Queued" | "Running" | "Cancelling" | "Finished" | "Looped" | "Success" | "Cached" | "Mapped" | "Skipped" | "Failed" | "TimedOut" | "TriggerFailed" | "ValidationFailed" | "Cancelled";

export type TaskCounts = Partial<Record<StateName, number>>;

export interface TaskRun {
  id: string;
  flowRunId: string;
  slug: string;
  taskName: string;
  mapIndex: number;
  name: string;
  state: StateName;
  stateMessage: string | null;
  stateAt: string;
  version: number;
  startTime: string | null;
  endTime: string | null;
  runCount: number;
  reason: string | null;
  children: Partial<Record<StateName, number>> | null;
}

export interface TaskRunDetails {
  id: string;
  flowRunId: string;
  slug: string;
  taskName: string;
  mapIndex: number;
  name: string;
  state: StateName;
  stateMessage: string | null;
  stateAt: string;
  version: number;
  startTime: string | null;
  endTime: string | null;
  runCount: number;
  reason: string | null;
  children: Partial<Record<StateName, number>> | null;
  stateHistory: StateEntry[];
  resultPreview: string | null;
  resultLocation: string | null;
  upstream: string[];
  downstream: string[];
  flowName: string;
  flowId: string;
  flowRunName: string;
}

export interface ListProjectsRequest {
  limit?: number;
  after?: string;
}

export type ListProjectsResponse = { items: Project[]; next: string | null; };

export interface CreateProjectRequest {
  name: string;
  description?: string | null;
  skipIfExists?: boolean;
}

export type CreateProjectResponse = Project;

export interface GetProjectRequest {
  projectId: string;
}

export type GetProjectResponse = Project;

export interface DeleteProjectRequest {
  projectId: string;
}

export type DeleteProjectResponse = Done;

export interface ListFlowsRequest {
  limit?: number;
  after?: string;
  projectId?: string;
  flowGroupId?: string;
  name?: string;
  project?: string;
}

export type ListFlowsResponse = { items: Flow[]; next: string | null; };

export type RegisterFlowRequest = FlowRegistration;

export type RegisterFlowResponse = RegisteredFlow;

export interface GetFlowRequest {
  flowId: string;
}

export type GetFlowResponse = FlowDetails;

export interface DeleteFlowRequest {
  flowId: string;
}

export type DeleteFlowResponse = Done;

export interface ArchiveFlowRequest {
  flowId: string;
}

export type ArchiveFlowResponse = Flow;

export interface UnarchiveFlowRequest {
  flowId: string;
}

export type UnarchiveFlowResponse = Flow;

export interface GetBundleRequest {
  bundleId: string;
}

export type GetBundleResponse = Bundle;

export interface GetFlowGroupRequest {
  flowGroupId: string;
}

export type GetFlowGroupResponse = FlowGroup;

export interface UpdateFlowGroupRequest {
  flowGroupId: string;
  description?: string | null;
  labels?: string[] | null;
  runConfig?: RunConfigInput | null;
  defaultParameters?: Record<string, Json>;
  settings?: { heartbeatEnabled?: boolean; lazarusEnabled?: boolean; versionLockingEnabled?: boolean; };
}

export type UpdateFlowGroupResponse = FlowGroup;

export interface DeleteFlowGroupRequest {
  flowGroupId: string;
}

export type DeleteFlowGroupResponse = Done;

export interface SetScheduleRequest {
  flowGroupId: string;
  schedule: Schedule | null;
}

export type SetScheduleResponse = FlowGroup;

export interface SetScheduleActiveRequest {
  flowId: string;
  active: boolean;
}

export type SetScheduleActiveResponse = Flow;

export interface PreviewScheduleRequest {
  schedule: Schedule;
  count?: number;
}

export type PreviewScheduleResponse = { times: string[]; };

export interface ListFlowRunsRequest {
  limit?: number;
  after?: string;
  flowId?: string;
  flowGroupId?: string;
  projectId?: string;
  agentId?: string;
  /** Names of states, separated by commas; kinds of a named one count too: `Pending` finds Scheduled. */
  states?: string;
  name?: string;
  since?: string;
  until?: string;
  order?: "newest" | "oldest";
}

export type ListFlowRunsResponse = { items: FlowRun[]; next: string | null; };

export type CreateFlowRunRequest = NewFlowRun;

export type CreateFlowRunResponse = FlowRun;

export interface GetFlowRunRequest {
  flowRunId: string;
}

export type GetFlowRunResponse = FlowRunDetails;

export interface RenameFlowRunRequest {
  flowRunId: string;
  name: string;
}

export type RenameFlowRunResponse = FlowRun;

export interface DeleteFlowRunRequest {
  flowRunId: string;
}

export type DeleteFlowRunResponse = Done;

export interface CancelFlowRunRequest {
  flowRunId: string;
}

export type CancelFlowRunResponse = FlowRun;

export interface RestartFlowRunRequest {
  flowRunId: string;
}

export type RestartFlowRunResponse = FlowRun;

export interface StartFlowRunNowRequest {
  flowRunId: string;
}

export type StartFlowRunNowResponse = FlowRun;

export interface MarkFlowRunRequest {
  flowRunId: string;
  state: "Success" | "Failed" | "Cancelled" | "Scheduled" | "Pending" | "Skipped";
  message?: string | null;
  version?: number;
}

export type MarkFlowRunResponse = FlowRun;

export interface ListTaskRunsRequest {
  flowRunId: string;
  limit?: number;
  after?: string;
  /** Names of states, separated by commas; kinds of a named one count too: `Pending` finds Scheduled. */
  states?: string;
  childrenOf?: string;
  name?: string;
}

export type ListTaskRunsResponse = { items: TaskRun[]; next: string | null; };

export interface GetTaskRunRequest {
  taskRunId: string;
}

export type GetTaskRunResponse = TaskRunDetails;

export interface FindTaskRunRequest {
  flowRunId: string;
  slug: string;
  mapIndex: number;
}

export type FindTaskRunResponse = TaskRunDetails;

export interface MarkTaskRunRequest {
  taskRunId: string;
  state: "Success" | "Failed" | "Cancelled" | "Skipped" | "Pending" | "Resume";
  message?: string | null;
  version?: number;
}

export type MarkTaskRunResponse = TaskRun;

export interface ListTaskRunStatesRequest {
  taskRunId: string;
  limit?: number;
  after?: string;
}

export type ListTaskRunStatesResponse = { items: StateEntry[]; next: string | null; };

export interface ListLogsRequest {
  flowRunId: string;
  limit?: number;
  /** Only records with a higher id. */
  after?: number;
  level?: LogLevel;
  taskRunId?: string;
  search?: string;
}

export type ListLogsResponse = { items: LogEntry[]; next: number | null; };

export interface WriteRunLogsRequest {
  flowRunId: string;
  entries: { at: string; level: LogLevel; logger: string; message: string; }[];
}

export type WriteRunLogsResponse = Done;

export type ListAgentsResponse = { items: Agent[]; };

export interface RegisterAgentRequest {
  id?: string | null;
  name: string;
  type: string;
  labels: string[];
  hostname: string;
  coreVersion: string;
  limit?: number | null;
}

export type RegisterAgentResponse = Agent;

export interface GetAgentRequest {
  agentId: string;
}

export type GetAgentResponse = Agent;

export interface DeleteAgentRequest {
  agentId: string;
}

export type DeleteAgentResponse = Done;

export interface SendAgentHeartbeatRequest {
  agentId: string;
  running?: string[];
}

export type SendAgentHeartbeatResponse = Done;

export interface GetRunsInQueueRequest {
  agentId: string;
  limit?: number;
  before?: string;
  exclude?: string[];
}

export type GetRunsInQueueResponse = { items: FlowRun[]; };

export interface SubmitFlowRunRequest {
  agentId: string;
  flowRunId: string;
  version: number;
}

export type SubmitFlowRunResponse = FlowRunInfo;

export interface FailFlowRunRequest {
  agentId: string;
  flowRunId: string;
  processId?: string | null;
  message: string;
}

export type FailFlowRunResponse = FlowRun;

export interface BeginFlowRunRequest {
  flowRunId: string;
  processId: string;
  agentId?: string | null;
}

export type BeginFlowRunResponse = FlowRunInfo;

export type ReportFlowRunRequest = {
  flowRunId: string;
} & Report;

export type ReportFlowRunResponse = ReportAnswer;

export type GetStatusResponse = ServerStatus;

export interface GetOverviewRequest {
  projectId?: string;
  since?: string;
  until?: string;
  spans?: number;
}

export type GetOverviewResponse = Overview;

export interface SearchRequest {
  text: string;
  limit?: number;
}

export type SearchResponse = { items: SearchHit[]; };

export interface LoginRequest {
  token: string;
}

export type LoginResponse = Done;

export type LogoutResponse = Done;
