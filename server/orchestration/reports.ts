/** What the process of a run reports, in one transaction; sent again it changes nothing. */
import type { ReportAnswer, ReportEntry } from "../api/schemas/report.ts";
import type { Core } from "./core.ts";
import { lockFlowRun, saveFlowRun } from "./flow-run-row.ts";
import { FLOW_RUN_STATES, tellState } from "./flow-run-state.ts";
import { LOGS } from "./logs.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { ReportedBatch } from "./reported-batch.ts";
import { TASK_RUNS, TASK_RUN_CONFLICT, TASK_RUN_KEYS, TASK_RUN_STATES, taskRunValues, type TaskRunRow } from "./task-run-row.ts";

export function reportMethods(core: Core): Pick<OrchestrationMethods, "reportFlowRun"> {
  return {
    reportFlowRun: ({ flowRunId, processId, entries }) => core.change(async (change): Promise<ReportAnswer> => {
      const run = await lockFlowRun(change, flowRunId);
      const [process] = await change.query<{ flow_run_id: string; acknowledged: number }>("select flow_run_id, acknowledged from processes where id = ?", [processId]);
      if (process?.flow_run_id !== flowRunId) throw new OrchestrationError("CONFLICT", `Process ${processId} has not begun flow run ${JSON.stringify(run.name)} (${flowRunId}): only a process that has may report.`);
      const superseded = run.process_id !== processId;
      const fresh = following(entries, process.acknowledged);
      const acknowledged = process.acknowledged + fresh.length;
      const batch = new ReportedBatch(run, superseded, change.at, change.newId);
      batch.load(await change.rowsByKey<TaskRunRow>(TASK_RUN_KEYS, batch.keysOf(fresh)));
      for (const entry of fresh) batch.take(entry);

      const { flowStates, taskStates, changed, logs } = batch.finish();
      if (changed.length > 0) await change.insert(TASK_RUNS, changed.map(taskRunValues), TASK_RUN_CONFLICT);
      if (taskStates.length > 0) await change.insert(TASK_RUN_STATES, taskStates);
      if (logs.length > 0) await change.insert(LOGS, logs);
      if (flowStates.length > 0) await change.insert(FLOW_RUN_STATES, flowStates);
      if (!superseded) run.heartbeat = change.at;
      if (!superseded || logs.length > 0) await saveFlowRun(change, run, { progressOnly: flowStates.length === 0 });
      if (fresh.length > 0) await change.execute("update processes set acknowledged = ? where id = ?", [acknowledged, processId]);

      if (batch.taskEvents !== null) change.tell({ type: "taskRuns", flowRunId, states: batch.taskEvents });
      if (logs.length > 0) change.tell({ type: "logs", flowRunId, last: run.log_count });
      if (flowStates.length > 0) tellState(change, run);
      return { acknowledged, refused: batch.refused, flowRun: { state: run.state, version: run.version, superseded } };
    }),
  };
}

/** Entries that follow what is stored, without a gap: what comes after one is not taken, and has to be sent again with what is missing. */
function following(entries: readonly ReportEntry[], acknowledged: number): ReportEntry[] {
  const fresh: ReportEntry[] = [];
  for (const entry of entries) {
    if (entry.sequence <= acknowledged + fresh.length) continue;
    if (entry.sequence !== acknowledged + fresh.length + 1) break;
    fresh.push(entry);
  }
  return fresh;
}
