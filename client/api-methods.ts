/** A method for each operation. Written by scripts/docs/api-client.mjs from the API's document; change server/api/ instead. */
import type { ApiOperationId } from "./api-operations.ts";
import type {
  ArchiveFlowRequest, ArchiveFlowResponse, BeginFlowRunRequest, BeginFlowRunResponse, CancelFlowRunRequest, CancelFlowRunResponse, CreateFlowRunRequest,
  CreateFlowRunResponse, CreateProjectRequest, CreateProjectResponse, DeleteAgentRequest, DeleteAgentResponse, DeleteFlowGroupRequest, DeleteFlowGroupResponse,
  DeleteFlowRequest, DeleteFlowResponse, DeleteFlowRunRequest, DeleteFlowRunResponse, DeleteProjectRequest, DeleteProjectResponse, FailFlowRunRequest,
  FailFlowRunResponse, FindTaskRunRequest, FindTaskRunResponse, GetAgentRequest, GetAgentResponse, GetBundleRequest, GetBundleResponse, GetFlowGroupRequest,
  GetFlowGroupResponse, GetFlowRequest, GetFlowResponse, GetFlowRunRequest, GetFlowRunResponse, GetOverviewRequest, GetOverviewResponse, GetProjectRequest,
  GetProjectResponse, GetRunsInQueueRequest, GetRunsInQueueResponse, GetStatusResponse, GetTaskRunRequest, GetTaskRunResponse, ListAgentsResponse,
  ListFlowRunsRequest, ListFlowRunsResponse, ListFlowsRequest, ListFlowsResponse, ListLogsRequest, ListLogsResponse, ListProjectsRequest, ListProjectsResponse,
  ListTaskRunStatesRequest, ListTaskRunStatesResponse, ListTaskRunsRequest, ListTaskRunsResponse, LoginRequest, LoginResponse, LogoutResponse, MarkFlowRunRequest,
  MarkFlowRunResponse, MarkTaskRunRequest, MarkTaskRunResponse, PreviewScheduleRequest, PreviewScheduleResponse, RegisterAgentRequest, RegisterAgentResponse,
  RegisterFlowRequest, RegisterFlowResponse, RenameFlowRunRequest, RenameFlowRunResponse, ReportFlowRunRequest, ReportFlowRunResponse, RestartFlowRunRequest,
  RestartFlowRunResponse, SearchRequest, SearchResponse, SendAgentHeartbeatRequest, SendAgentHeartbeatResponse, SetScheduleActiveRequest,
  SetScheduleActiveResponse, SetScheduleRequest, SetScheduleResponse, StartFlowRunNowRequest, StartFlowRunNowResponse, SubmitFlowRunRequest,
  SubmitFlowRunResponse, UnarchiveFlowRequest, UnarchiveFlowResponse, UpdateFlowGroupRequest, UpdateFlowGroupResponse, WriteRunLogsRequest, WriteRunLogsResponse,
} from "./api-types.ts";

/** How one call is made. */
export interface CallOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal | undefined;
}

/** The API as methods, each with one flat input. */
export abstract class ApiMethods {
  /** Sends the request of an operation. */
  protected abstract call<Answer>(id: ApiOperationId, input: object, options?: CallOptions): Promise<Answer>;

  /** The projects, by name. */
  listProjects(input: ListProjectsRequest = {}, options?: CallOptions): Promise<ListProjectsResponse> { return this.call("listProjects", input, options); }

  /** Makes a project. */
  createProject(input: CreateProjectRequest, options?: CallOptions): Promise<CreateProjectResponse> { return this.call("createProject", input, options); }

  /** One project. */
  getProject(input: GetProjectRequest, options?: CallOptions): Promise<GetProjectResponse> { return this.call("getProject", input, options); }

  /** Deletes a project with its flows and their runs. */
  deleteProject(input: DeleteProjectRequest, options?: CallOptions): Promise<DeleteProjectResponse> { return this.call("deleteProject", input, options); }

  /** Flows: of each group its newest version, or all versions of one group, newest first. */
  listFlows(input: ListFlowsRequest = {}, options?: CallOptions): Promise<ListFlowsResponse> { return this.call("listFlows", input, options); }

  /** Registers a flow: a new version, unless it is the same as the newest one. The project is made where there is none of that name. */
  registerFlow(input: RegisterFlowRequest, options?: CallOptions): Promise<RegisterFlowResponse> { return this.call("registerFlow", input, options); }

  /** One version of a flow, with its tasks and its picture. The id of a flow group is that of its newest version. */
  getFlow(input: GetFlowRequest, options?: CallOptions): Promise<GetFlowResponse> { return this.call("getFlow", input, options); }

  /** Deletes a version and its runs. */
  deleteFlow(input: DeleteFlowRequest, options?: CallOptions): Promise<DeleteFlowResponse> { return this.call("deleteFlow", input, options); }

  /** Archives a version: no new runs by the newest version's rule, and none by schedule. */
  archiveFlow(input: ArchiveFlowRequest, options?: CallOptions): Promise<ArchiveFlowResponse> { return this.call("archiveFlow", input, options); }

  /** Takes a version out of the archive. */
  unarchiveFlow(input: UnarchiveFlowRequest, options?: CallOptions): Promise<UnarchiveFlowResponse> { return this.call("unarchiveFlow", input, options); }

  /** Stored code of a flow. */
  getBundle(input: GetBundleRequest, options?: CallOptions): Promise<GetBundleResponse> { return this.call("getBundle", input, options); }

  /** What all versions of a flow share. */
  getFlowGroup(input: GetFlowGroupRequest, options?: CallOptions): Promise<GetFlowGroupResponse> { return this.call("getFlowGroup", input, options); }

  /** Changes what all versions of a flow share; what is absent stays. */
  updateFlowGroup(input: UpdateFlowGroupRequest, options?: CallOptions): Promise<UpdateFlowGroupResponse> { return this.call("updateFlowGroup", input, options); }

  /** Deletes a flow with all its versions and runs. */
  deleteFlowGroup(input: DeleteFlowGroupRequest, options?: CallOptions): Promise<DeleteFlowGroupResponse> { return this.call("deleteFlowGroup", input, options); }

  /** Gives a flow another schedule; null: that of its version counts again. Runs that the former one has made and that have not begun are deleted. */
  setSchedule(input: SetScheduleRequest, options?: CallOptions): Promise<SetScheduleResponse> { return this.call("setSchedule", input, options); }

  /** Turns a flow's schedule on or off. Off: runs that it has made and that have not begun are deleted. */
  setScheduleActive(input: SetScheduleActiveRequest, options?: CallOptions): Promise<SetScheduleActiveResponse> { return this.call("setScheduleActive", input, options); }

  /** The next times of a schedule, without storing it. */
  previewSchedule(input: PreviewScheduleRequest, options?: CallOptions): Promise<PreviewScheduleResponse> { return this.call("previewSchedule", input, options); }

  /** Runs, newest first by their scheduled time. */
  listFlowRuns(input: ListFlowRunsRequest = {}, options?: CallOptions): Promise<ListFlowRunsResponse> { return this.call("listFlowRuns", input, options); }

  /** Makes a run, for an agent to take. */
  createFlowRun(input: CreateFlowRunRequest = {}, options?: CallOptions): Promise<CreateFlowRunResponse> { return this.call("createFlowRun", input, options); }

  /** One run, with the history of its states. */
  getFlowRun(input: GetFlowRunRequest, options?: CallOptions): Promise<GetFlowRunResponse> { return this.call("getFlowRun", input, options); }

  /** Gives a run another name. */
  renameFlowRun(input: RenameFlowRunRequest, options?: CallOptions): Promise<RenameFlowRunResponse> { return this.call("renameFlowRun", input, options); }

  /** Deletes a run; one that is going is not. */
  deleteFlowRun(input: DeleteFlowRunRequest, options?: CallOptions): Promise<DeleteFlowRunResponse> { return this.call("deleteFlowRun", input, options); }

  /** Cancels a run: one that is going becomes Cancelling until its process has ended, another one is Cancelled at once. */
  cancelFlowRun(input: CancelFlowRunRequest, options?: CallOptions): Promise<CancelFlowRunResponse> { return this.call("cancelFlowRun", input, options); }

  /** Runs a failed or cancelled run again from where it failed: what succeeded is not run again. */
  restartFlowRun(input: RestartFlowRunRequest, options?: CallOptions): Promise<RestartFlowRunResponse> { return this.call("restartFlowRun", input, options); }

  /** A run that waits for its time does not wait longer. */
  startFlowRunNow(input: StartFlowRunNowRequest, options?: CallOptions): Promise<StartFlowRunNowResponse> { return this.call("startFlowRunNow", input, options); }

  /** Sets a run's state by hand. */
  markFlowRun(input: MarkFlowRunRequest, options?: CallOptions): Promise<MarkFlowRunResponse> { return this.call("markFlowRun", input, options); }

  /** Task runs of a run, in the order they began; of mapped tasks the parents, or the children of one. */
  listTaskRuns(input: ListTaskRunsRequest, options?: CallOptions): Promise<ListTaskRunsResponse> { return this.call("listTaskRuns", input, options); }

  /** One task's run. */
  getTaskRun(input: GetTaskRunRequest, options?: CallOptions): Promise<GetTaskRunResponse> { return this.call("getTaskRun", input, options); }

  /** One task's run, by the task. */
  findTaskRun(input: FindTaskRunRequest, options?: CallOptions): Promise<FindTaskRunResponse> { return this.call("findTaskRun", input, options); }

  /** Sets the state of a task's run by hand, of a run that has ended or waits. */
  markTaskRun(input: MarkTaskRunRequest, options?: CallOptions): Promise<MarkTaskRunResponse> { return this.call("markTaskRun", input, options); }

  /** History of the states of a task's run, oldest first. */
  listTaskRunStates(input: ListTaskRunStatesRequest, options?: CallOptions): Promise<ListTaskRunStatesResponse> { return this.call("listTaskRunStates", input, options); }

  /** Log records of a run, oldest first. */
  listLogs(input: ListLogsRequest, options?: CallOptions): Promise<ListLogsResponse> { return this.call("listLogs", input, options); }

  /** Log records of an agent about a run. */
  writeRunLogs(input: WriteRunLogsRequest, options?: CallOptions): Promise<WriteRunLogsResponse> { return this.call("writeRunLogs", input, options); }

  /** The agents, by name. */
  listAgents(options?: CallOptions): Promise<ListAgentsResponse> { return this.call("listAgents", {}, options); }

  /** Registers an agent that starts; one that comes back under its id is the same. */
  registerAgent(input: RegisterAgentRequest, options?: CallOptions): Promise<RegisterAgentResponse> { return this.call("registerAgent", input, options); }

  /** One agent. */
  getAgent(input: GetAgentRequest, options?: CallOptions): Promise<GetAgentResponse> { return this.call("getAgent", input, options); }

  /** Forgets an agent. */
  deleteAgent(input: DeleteAgentRequest, options?: CallOptions): Promise<DeleteAgentResponse> { return this.call("deleteAgent", input, options); }

  /** Says that an agent is there. */
  sendAgentHeartbeat(input: SendAgentHeartbeatRequest, options?: CallOptions): Promise<SendAgentHeartbeatResponse> { return this.call("sendAgentHeartbeat", input, options); }

  /** Runs that this agent may take, by its labels, the oldest first; counts as a sign of life. */
  getRunsInQueue(input: GetRunsInQueueRequest, options?: CallOptions): Promise<GetRunsInQueueResponse> { return this.call("getRunsInQueue", input, options); }

  /** Takes a run: it is Submitted, and no other agent gets it for 30 seconds. Refused where another one was faster. */
  submitFlowRun(input: SubmitFlowRunRequest, options?: CallOptions): Promise<SubmitFlowRunResponse> { return this.call("submitFlowRun", input, options); }

  /** A run that could not be started, or whose process ended before it said how. */
  failFlowRun(input: FailFlowRunRequest, options?: CallOptions): Promise<FailFlowRunResponse> { return this.call("failFlowRun", input, options); }

  /** The process of a run is there: from now on it alone speaks for the run. Answers with what it has to know. */
  beginFlowRun(input: BeginFlowRunRequest, options?: CallOptions): Promise<BeginFlowRunResponse> { return this.call("beginFlowRun", input, options); }

  /** States and logs of a run, in one transaction; also a heartbeat. Sent again it changes nothing. */
  reportFlowRun(input: ReportFlowRunRequest, options?: CallOptions): Promise<ReportFlowRunResponse> { return this.call("reportFlowRun", input, options); }

  /** The server itself. */
  getStatus(options?: CallOptions): Promise<GetStatusResponse> { return this.call("getStatus", {}, options); }

  /** What the dashboard shows. */
  getOverview(input: GetOverviewRequest = {}, options?: CallOptions): Promise<GetOverviewResponse> { return this.call("getOverview", input, options); }

  /** Projects, flows, runs, tasks and agents whose name contains a text, the closest first. */
  search(input: SearchRequest, options?: CallOptions): Promise<SearchResponse> { return this.call("search", input, options); }

  /** Exchanges the API token for a cookie, for browsers. */
  login(input: LoginRequest, options?: CallOptions): Promise<LoginResponse> { return this.call("login", input, options); }

  /** Takes the cookie back. */
  logout(options?: CallOptions): Promise<LogoutResponse> { return this.call("logout", {}, options); }
}
