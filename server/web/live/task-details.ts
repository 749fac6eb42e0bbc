/** What the panel beside a run's picture shows of a task. */
import type { NodeStatus, TaskDetails } from "../../../protocol/comm-messages.ts";
import { readFlowSnapshot } from "../../../protocol/flow-snapshot.ts";
import { ApiError } from "../../../client/browser.ts";
import { pathTo } from "../router/routes.ts";
import type { Client, TaskRun } from "./api.ts";

/** Log records of the panel (count); its page has all. */
const LOGS = 200;

/** Of one task's run, as the picture knows states. */
export function nodeStatus({ state, stateMessage, stateAt, startTime, endTime, runCount, reason, children }: TaskRun): NodeStatus {
  return {
    state, at: Date.parse(stateAt), attempts: runCount,
    ...(stateMessage !== null && { message: stateMessage }), ...(reason !== null && { reason }), ...(children !== null && { children }),
    ...(startTime !== null && endTime !== null && { duration: Date.parse(endTime) - Date.parse(startTime) }),
  };
}

/** @throws Error with a sentence: the task has not begun */
export async function taskDetails(client: Client, flowRunId: string, slug: string, graph: unknown): Promise<TaskDetails> {
  const run = await client.findTaskRun({ flowRunId, slug, mapIndex: -1 }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === "NOT_FOUND") throw new Error("It has not begun in this run.");
    throw error;
  });
  const { items } = await client.listLogs({ flowRunId, taskRunId: run.id, limit: LOGS });
  return {
    nodeId: slug, name: run.taskName, kind: "task", signature: run.taskName, page: pathTo.taskRun(run.id), status: nodeStatus(run),
    history: run.stateHistory.map(({ type, message, at }) => ({ state: type, at: Date.parse(at), ...(message !== null && { message }) })),
    ...(run.resultPreview !== null && { result: run.resultPreview }),
    logs: items.map(({ at, level, message }) => ({ at: Date.parse(at), source: "log" as const, level, text: message })),
    inputs: inputsOf(slug, graph),
  };
}

/** What feeds each input of a task. */
export function inputsOf(slug: string, graph: unknown): { key: string; from: string }[] {
  const flow = readFlowSnapshot(graph);
  if (typeof flow === "string") return [];
  const index = flow.nodes.findIndex(({ id }) => id === slug);
  return flow.edges.flatMap(([from, to, key]) => (to === index && key !== undefined && key !== null ? [{ key, from: flow.nodes[from]?.name ?? "" }] : []));
}
