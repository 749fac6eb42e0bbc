/** Operations on runs of flows, and on the task runs and logs in them. */
import { z } from "zod";
import { STATES } from "../../../protocol/states.ts";
import { operation } from "../operation.ts";
import { flowRun, flowRunDetails, newFlowRun } from "../schemas/flow-run.ts";
import { logEntry, logLevel } from "../schemas/log.ts";
import { taskRun, taskRunDetails } from "../schemas/task-run.ts";
import { stateEntry } from "../schemas/state.ts";
import { done, id, instant, name, page, pageOf } from "../schemas/values.ts";

const flowRunId = z.object({ flowRunId: id });
const taskRunId = z.object({ taskRunId: id });
const STATE_NAMES = Object.keys(STATES).join("|");
/** One or several, separated by commas. */
const states = z.string().max(500).regex(new RegExp(`^ *(((${STATE_NAMES}) *, *)*(${STATE_NAMES}))? *$`), { error: `names of states, separated by commas (${Object.keys(STATES).join(", ")})` }).optional().meta({ description: "Names of states, separated by commas; kinds of a named one count too: `Pending` finds Scheduled." });

export const flowRunOperations = {
  listFlowRuns: operation("GET /flow-runs", {
    tag: "flow runs", summary: "Runs, newest first by their scheduled time.",
    query: z.object({
      ...page, flowId: id.optional(), flowGroupId: id.optional(), projectId: id.optional(), agentId: id.optional(), states,
      /** Part of the name, in any case. */
      name: z.string().max(200).optional(),
      /** Scheduled not before, and before. */
      since: instant.optional(), until: instant.optional(),
      order: z.enum(["newest", "oldest"]).default("newest"),
    }),
    response: pageOf(flowRun), errors: ["UNPROCESSABLE"],
  }),
  getFlowRun: operation("GET /flow-runs/{flowRunId}", { tag: "flow runs", summary: "One run, with the history of its states.", params: flowRunId, response: flowRunDetails, errors: ["NOT_FOUND"] }),
  createFlowRun: operation("POST /flow-runs", { tag: "flow runs", summary: "Makes a run, for an agent to take.", body: newFlowRun, response: flowRun, errors: ["NOT_FOUND", "UNPROCESSABLE", "CONFLICT"] }),
  renameFlowRun: operation("PATCH /flow-runs/{flowRunId}", { tag: "flow runs", summary: "Gives a run another name.", params: flowRunId, body: z.object({ name }), response: flowRun, errors: ["NOT_FOUND"] }),
  deleteFlowRun: operation("DELETE /flow-runs/{flowRunId}", { tag: "flow runs", summary: "Deletes a run; one that is going is not.", params: flowRunId, response: done, errors: ["NOT_FOUND", "CONFLICT"] }),
  cancelFlowRun: operation("POST /flow-runs/{flowRunId}/cancel", { tag: "flow runs", summary: "Cancels a run: one that is going becomes Cancelling until its process has ended, another one is Cancelled at once.", params: flowRunId, response: flowRun, errors: ["NOT_FOUND", "CONFLICT"] }),
  restartFlowRun: operation("POST /flow-runs/{flowRunId}/restart", { tag: "flow runs", summary: "Runs a failed or cancelled run again from where it failed: what succeeded is not run again.", params: flowRunId, response: flowRun, errors: ["NOT_FOUND", "CONFLICT"] }),
  startFlowRunNow: operation("POST /flow-runs/{flowRunId}/start", { tag: "flow runs", summary: "A run that waits for its time does not wait longer.", params: flowRunId, response: flowRun, errors: ["NOT_FOUND", "CONFLICT"] }),
  markFlowRun: operation("POST /flow-runs/{flowRunId}/mark", {
    tag: "flow runs", summary: "Sets a run's state by hand.", params: flowRunId,
    body: z.object({ state: z.enum(["Success", "Failed", "Cancelled", "Scheduled", "Pending", "Skipped"]), message: z.string().max(10_000).nullable().default(null), /** Refused where the run has another. */ version: z.int().optional() }),
    response: flowRun, errors: ["NOT_FOUND", "CONFLICT"],
  }),
  listTaskRuns: operation("GET /flow-runs/{flowRunId}/task-runs", {
    tag: "task runs", summary: "Task runs of a run, in the order they began; of mapped tasks the parents, or the children of one.", params: flowRunId,
    query: z.object({ ...page, states, /** Children of this mapped task, by index. */ childrenOf: z.string().max(500).optional(), name: z.string().max(200).optional() }),
    response: pageOf(taskRun), errors: ["NOT_FOUND", "UNPROCESSABLE"],
  }),
  getTaskRun: operation("GET /task-runs/{taskRunId}", { tag: "task runs", summary: "One task's run.", params: taskRunId, response: taskRunDetails, errors: ["NOT_FOUND"] }),
  findTaskRun: operation("GET /flow-runs/{flowRunId}/task-runs/{slug}/{mapIndex}", {
    tag: "task runs", summary: "One task's run, by the task.", params: flowRunId.extend({ slug: z.string().max(500), mapIndex: z.int().min(-1) }), response: taskRunDetails, errors: ["NOT_FOUND"],
  }),
  markTaskRun: operation("POST /task-runs/{taskRunId}/mark", {
    tag: "task runs", summary: "Sets the state of a task's run by hand, of a run that has ended or waits.", params: taskRunId,
    body: z.object({ state: z.enum(["Success", "Failed", "Cancelled", "Skipped", "Pending", "Resume"]), message: z.string().max(10_000).nullable().default(null), version: z.int().optional() }),
    response: taskRun, errors: ["NOT_FOUND", "CONFLICT"],
  }),
  listTaskRunStates: operation("GET /task-runs/{taskRunId}/states", { tag: "task runs", summary: "History of the states of a task's run, oldest first.", params: taskRunId, query: z.object(page), response: pageOf(stateEntry), errors: ["NOT_FOUND", "UNPROCESSABLE"] }),
  listLogs: operation("GET /flow-runs/{flowRunId}/logs", {
    tag: "logs", summary: "Log records of a run, oldest first.", params: flowRunId,
    query: z.object({
      limit: z.int().min(1).max(5000).default(1000), after: z.int().min(0).optional().meta({ description: "Only records with a higher id." }),
      /** This level and those above it. */
      level: logLevel.optional(), taskRunId: id.optional(), search: z.string().max(200).optional(),
    }),
    response: z.object({ items: z.array(logEntry), next: z.int().nullable() }), errors: ["NOT_FOUND"],
  }),
};
