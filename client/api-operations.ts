/** How each operation is asked. Written by scripts/docs/api-client.mjs from the API's document; change server/api/ instead. */

/** One operation. What of an input is in neither list is the body. */
export interface ApiOperation {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With `{names}` of its parameters. */
  readonly path: string;
  readonly pathNames: readonly string[];
  readonly queryNames: readonly string[];
  readonly hasBody: boolean;
}

export const API_OPERATIONS = {
  listProjects: { method: "GET", path: "/api/projects", pathNames: [], queryNames: ["limit", "after"], hasBody: false },
  createProject: { method: "POST", path: "/api/projects", pathNames: [], queryNames: [], hasBody: true },
  getProject: { method: "GET", path: "/api/projects/{projectId}", pathNames: ["projectId"], queryNames: [], hasBody: false },
  deleteProject: { method: "DELETE", path: "/api/projects/{projectId}", pathNames: ["projectId"], queryNames: [], hasBody: false },
  listFlows: { method: "GET", path: "/api/flows", pathNames: [], queryNames: ["limit", "after", "projectId", "flowGroupId", "name", "project"], hasBody: false },
  registerFlow: { method: "POST", path: "/api/flows", pathNames: [], queryNames: [], hasBody: true },
  getFlow: { method: "GET", path: "/api/flows/{flowId}", pathNames: ["flowId"], queryNames: [], hasBody: false },
  deleteFlow: { method: "DELETE", path: "/api/flows/{flowId}", pathNames: ["flowId"], queryNames: [], hasBody: false },
  archiveFlow: { method: "POST", path: "/api/flows/{flowId}/archive", pathNames: ["flowId"], queryNames: [], hasBody: false },
  unarchiveFlow: { method: "POST", path: "/api/flows/{flowId}/unarchive", pathNames: ["flowId"], queryNames: [], hasBody: false },
  getBundle: { method: "GET", path: "/api/bundles/{bundleId}", pathNames: ["bundleId"], queryNames: [], hasBody: false },
  getFlowGroup: { method: "GET", path: "/api/flow-groups/{flowGroupId}", pathNames: ["flowGroupId"], queryNames: [], hasBody: false },
  updateFlowGroup: { method: "PATCH", path: "/api/flow-groups/{flowGroupId}", pathNames: ["flowGroupId"], queryNames: [], hasBody: true },
  deleteFlowGroup: { method: "DELETE", path: "/api/flow-groups/{flowGroupId}", pathNames: ["flowGroupId"], queryNames: [], hasBody: false },
  setSchedule: { method: "POST", path: "/api/flow-groups/{flowGroupId}/schedule", pathNames: ["flowGroupId"], queryNames: [], hasBody: true },
  setScheduleActive: { method: "POST", path: "/api/flows/{flowId}/schedule", pathNames: ["flowId"], queryNames: [], hasBody: true },
  previewSchedule: { method: "POST", path: "/api/schedules/preview", pathNames: [], queryNames: [], hasBody: true },
  listFlowRuns: { method: "GET", path: "/api/flow-runs", pathNames: [], queryNames: ["limit", "after", "flowId", "flowGroupId", "projectId", "agentId", "states", "name", "since", "until", "order"], hasBody: false },
  createFlowRun: { method: "POST", path: "/api/flow-runs", pathNames: [], queryNames: [], hasBody: true },
  getFlowRun: { method: "GET", path: "/api/flow-runs/{flowRunId}", pathNames: ["flowRunId"], queryNames: [], hasBody: false },
  renameFlowRun: { method: "PATCH", path: "/api/flow-runs/{flowRunId}", pathNames: ["flowRunId"], queryNames: [], hasBody: true },
  deleteFlowRun: { method: "DELETE", path: "/api/flow-runs/{flowRunId}", pathNames: ["flowRunId"], queryNames: [], hasBody: false },
  cancelFlowRun: { method: "POST", path: "/api/flow-runs/{flowRunId}/cancel", pathNames: ["flowRunId"], queryNames: [], hasBody: false },
  restartFlowRun: { method: "POST", path: "/api/flow-runs/{flowRunId}/restart", pathNames: ["flowRunId"], queryNames: [], hasBody: false },
  startFlowRunNow: { method: "POST", path: "/api/flow-runs/{flowRunId}/start", pathNames: ["flowRunId"], queryNames: [], hasBody: false },
  markFlowRun: { method: "POST", path: "/api/flow-runs/{flowRunId}/mark", pathNames: ["flowRunId"], queryNames: [], hasBody: true },
  listTaskRuns: { method: "GET", path: "/api/flow-runs/{flowRunId}/task-runs", pathNames: ["flowRunId"], queryNames: ["limit", "after", "states", "childrenOf", "name"], hasBody: false },
  getTaskRun: { method: "GET", path: "/api/task-runs/{taskRunId}", pathNames: ["taskRunId"], queryNames: [], hasBody: false },
  findTaskRun: { method: "GET", path: "/api/flow-runs/{flowRunId}/task-runs/{slug}/{mapIndex}", pathNames: ["flowRunId", "slug", "mapIndex"], queryNames: [], hasBody: false },
  markTaskRun: { method: "POST", path: "/api/task-runs/{taskRunId}/mark", pathNames: ["taskRunId"], queryNames: [], hasBody: true },
  listTaskRunStates: { method: "GET", path: "/api/task-runs/{taskRunId}/states", pathNames: ["taskRunId"], queryNames: ["limit", "after"], hasBody: false },
  listLogs: { method: "GET", path: "/api/flow-runs/{flowRunId}/logs", pathNames: ["flowRunId"], queryNames: ["limit", "after", "level", "taskRunId", "search"], hasBody: false },
  writeRunLogs: { method: "POST", path: "/api/flow-runs/{flowRunId}/logs", pathNames: ["flowRunId"], queryNames: [], hasBody: true },
  listAgents: { method: "GET", path: "/api/agents", pathNames: [], queryNames: [], hasBody: false },
  registerAgent: { method: "POST", path: "/api/agents", pathNames: [], queryNames: [], hasBody: true },
  getAgent: { method: "GET", path: "/api/agents/{agentId}", pathNames: ["agentId"], queryNames: [], hasBody: false },
  deleteAgent: { method: "DELETE", path: "/api/agents/{agentId}", pathNames: ["agentId"], queryNames: [], hasBody: false },
  sendAgentHeartbeat: { method: "POST", path: "/api/agents/{agentId}/heartbeat", pathNames: ["agentId"], queryNames: [], hasBody: true },
  getRunsInQueue: { method: "POST", path: "/api/agents/{agentId}/queue", pathNames: ["agentId"], queryNames: [], hasBody: true },
  submitFlowRun: { method: "POST", path: "/api/agents/{agentId}/submit", pathNames: ["agentId"], queryNames: [], hasBody: true },
  failFlowRun: { method: "POST", path: "/api/agents/{agentId}/fail", pathNames: ["agentId"], queryNames: [], hasBody: true },
  beginFlowRun: { method: "POST", path: "/api/flow-runs/{flowRunId}/begin", pathNames: ["flowRunId"], queryNames: [], hasBody: true },
  reportFlowRun: { method: "POST", path: "/api/flow-runs/{flowRunId}/report", pathNames: ["flowRunId"], queryNames: [], hasBody: true },
  getStatus: { method: "GET", path: "/api/status", pathNames: [], queryNames: [], hasBody: false },
  getOverview: { method: "GET", path: "/api/overview", pathNames: [], queryNames: ["projectId", "since", "until", "spans"], hasBody: false },
  search: { method: "GET", path: "/api/search", pathNames: [], queryNames: ["text", "limit"], hasBody: false },
  login: { method: "POST", path: "/api/login", pathNames: [], queryNames: [], hasBody: true },
  logout: { method: "POST", path: "/api/logout", pathNames: [], queryNames: [], hasBody: false },
} as const satisfies Record<string, ApiOperation>;

export type ApiOperationId = keyof typeof API_OPERATIONS;
