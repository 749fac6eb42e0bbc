/** What agents and the processes of runs ask and tell. */
import { z } from "zod";
import { operation } from "../operation.ts";
import { agent } from "../schemas/agent.ts";
import { flowRun, flowRunInfo } from "../schemas/flow-run.ts";
import { logLevel } from "../schemas/log.ts";
import { report, reportAnswer } from "../schemas/report.ts";
import { done, id, instant, labels, name } from "../schemas/values.ts";

const agentId = z.object({ agentId: id });
const flowRunId = z.object({ flowRunId: id });

export const agentOperations = {
  listAgents: operation("GET /agents", { tag: "agents", summary: "The agents, by name.", response: z.object({ items: z.array(agent) }) }),
  getAgent: operation("GET /agents/{agentId}", { tag: "agents", summary: "One agent.", params: agentId, response: agent, errors: ["NOT_FOUND"] }),
  registerAgent: operation("POST /agents", {
    tag: "agents", summary: "Registers an agent that starts; one that comes back under its id is the same.",
    body: z.object({ id: id.nullable().default(null), name, type: z.string().min(1).max(50), labels, hostname: z.string().max(300), coreVersion: z.string().max(50), limit: z.int().min(1).nullable().default(null) }),
    response: agent,
  }),
  sendAgentHeartbeat: operation("POST /agents/{agentId}/heartbeat", { tag: "agents", summary: "Says that an agent is there.", params: agentId, body: z.object({ running: z.array(id).max(10_000).default([]) }), response: done, errors: ["NOT_FOUND"] }),
  deleteAgent: operation("DELETE /agents/{agentId}", { tag: "agents", summary: "Forgets an agent.", params: agentId, response: done, errors: ["NOT_FOUND"] }),
  getRunsInQueue: operation("POST /agents/{agentId}/queue", {
    tag: "agents", summary: "Runs that this agent may take, by its labels, the oldest first; counts as a sign of life.", params: agentId,
    body: z.object({ limit: z.int().min(1).max(100).default(25), /** Runs that are due by then. Absent: in 10 seconds. */ before: instant.optional(), exclude: z.array(id).max(1000).default([]) }),
    response: z.object({ items: z.array(flowRun) }), errors: ["NOT_FOUND"],
  }),
  submitFlowRun: operation("POST /agents/{agentId}/submit", {
    tag: "agents", summary: "Takes a run: it is Submitted, and no other agent gets it for 30 seconds. Refused where another one was faster.", params: agentId,
    body: z.object({ flowRunId: id, version: z.int() }), response: flowRunInfo, errors: ["NOT_FOUND", "CONFLICT"],
  }),
  failFlowRun: operation("POST /agents/{agentId}/fail", {
    tag: "agents", summary: "A run that could not be started, or whose process ended before it said how.", params: agentId,
    body: z.object({ flowRunId: id, /** Of the process; null: there was none. */ processId: id.nullable().default(null), message: z.string().max(10_000) }), response: flowRun, errors: ["NOT_FOUND", "CONFLICT"],
  }),
  writeRunLogs: operation("POST /flow-runs/{flowRunId}/logs", {
    tag: "logs", summary: "Log records of an agent about a run.", params: flowRunId,
    body: z.object({ entries: z.array(z.object({ at: instant, level: logLevel, logger: z.string().max(500), message: z.string().max(100_000) })).min(1).max(1000) }), response: done, errors: ["NOT_FOUND"],
  }),
  beginFlowRun: operation("POST /flow-runs/{flowRunId}/begin", {
    tag: "agents", summary: "The process of a run is there: from now on it alone speaks for the run. Answers with what it has to know.", params: flowRunId,
    body: z.object({ processId: id, agentId: id.nullable().default(null) }), response: flowRunInfo, errors: ["NOT_FOUND", "CONFLICT"],
  }),
  reportFlowRun: operation("POST /flow-runs/{flowRunId}/report", {
    tag: "agents", summary: "States and logs of a run, in one transaction; also a heartbeat. Sent again it changes nothing.", params: flowRunId, body: report, response: reportAnswer, errors: ["NOT_FOUND", "CONFLICT"],
  }),
};
