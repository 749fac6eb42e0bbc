/** What people do with a run: cancel it, run it again, do not let it wait, set its state. */
import { isStateKind } from "../../protocol/states.ts";
import type { FlowRun } from "../api/schemas/flow-run.ts";
import type { Change, Core } from "./core.ts";
import { flowRunOf, lockFlowRun, shownFlowRun, type FlowRunRow } from "./flow-run-row.ts";
import { setFlowRunState } from "./flow-run-state.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { UNFINISHED, kindsOf, stateData } from "./state-kinds.ts";
import { changeTaskRuns } from "./task-run-changes.ts";

export function flowRunActions(core: Core): Pick<OrchestrationMethods, "cancelFlowRun" | "restartFlowRun" | "startFlowRunNow" | "markFlowRun"> {
  const act = async (flowRunId: string, body: (change: Change, row: FlowRunRow) => Promise<void>): Promise<FlowRun> => {
    await core.change(async (change) => body(change, await lockFlowRun(change, flowRunId)));
    return flowRunOf(await shownFlowRun(core.database, flowRunId));
  };
  return {
    cancelFlowRun: ({ flowRunId }) => act(flowRunId, async (change, row) => {
      if (row.state === "Cancelling") return;
      if (isStateKind(row.state, "Finished")) throw refused(row, "can not be cancelled: it has ended");
      if (isStateKind(row.state, "Running") || hasProcess(row)) return setFlowRunState(change, row, stateData("Cancelling", "Flow run is being cancelled", change.at));
      await changeTaskRuns(change, row, UNFINISHED, stateData("Cancelled", "Flow run is cancelled", change.at));
      await setFlowRunState(change, row, stateData("Cancelled", "Flow run is cancelled", change.at));
    }),
    restartFlowRun: ({ flowRunId }) => act(flowRunId, async (change, row) => {
      if (!isStateKind(row.state, "Failed") && !isStateKind(row.state, "Cancelled")) throw refused(row, "can not be restarted: only a failed or cancelled run can");
      await scheduleAgain(change, row, "Flow run was restarted.");
    }),
    startFlowRunNow: ({ flowRunId }) => act(flowRunId, async (change, row) => {
      if (!isStateKind(row.state, "Scheduled")) throw refused(row, "does not wait for its time");
      row.scheduled_start_time = change.at;
      await setFlowRunState(change, row, stateData("Scheduled", "Flow run was started by hand.", change.at));
    }),
    markFlowRun: ({ flowRunId, state, message, version }) => act(flowRunId, async (change, row) => {
      if (version !== undefined && version !== row.version) throw refused(row, `has version ${row.version}, not ${version}: it has changed meanwhile`);
      const told = message ?? `Flow run was marked ${state} by hand.`;
      // A process that has it may not report any more, and ends when it hears so.
      row.process_id = null;
      if (state === "Scheduled") return scheduleAgain(change, row, told);
      const now = stateData(state, told, change.at);
      if (isStateKind(state, "Finished")) await changeTaskRuns(change, row, [...kindsOf("Running"), "Submitted", "Retrying"], stateData("Cancelled", told, change.at));
      else row.agent_id = null;
      await setFlowRunState(change, row, now);
    }),
  };
}

/** A run of which a process has begun, but has not said that it runs. */
function hasProcess(row: FlowRunRow): boolean {
  return row.state === "Submitted" && row.process_id !== null;
}

/** Into the queue again; what has succeeded is kept, everything else is to be run. @param at default: at once (milliseconds since 1970) */
export async function scheduleAgain(change: Change, row: FlowRunRow, message: string, at: number = change.at): Promise<void> {
  row.agent_id = null;
  row.process_id = null;
  row.scheduled_start_time = at;
  const again = [...kindsOf("Failed"), ...kindsOf("Cancelled"), ...UNFINISHED].filter((state) => state !== "Pending" && state !== "Resume");
  await changeTaskRuns(change, row, again, stateData("Pending", message, change.at));
  await setFlowRunState(change, row, stateData("Scheduled", message, change.at, { startTime: at }));
}

function refused(row: FlowRunRow, why: string): OrchestrationError {
  return new OrchestrationError("CONFLICT", `Flow run ${JSON.stringify(row.name)} ${why}. It is ${row.state}.`, { state: row.state, version: row.version });
}
