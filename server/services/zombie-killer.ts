/** Gives up task runs whose process is gone (prefect_server services.towel.ZombieKiller). */
import type { FlowTask } from "../api/schemas/flow.ts";
import type { Change } from "../orchestration/core.ts";
import { lockFlowRun, saveFlowRun, type FlowRunRow } from "../orchestration/flow-run-row.ts";
import { setFlowRunState } from "../orchestration/flow-run-state.ts";
import { UNFINISHED, kindsOf, stateData } from "../orchestration/state-kinds.ts";
import { changeTaskRuns } from "../orchestration/task-run-changes.ts";
import type { Service } from "./service.ts";
import { isSilent, silentRuns } from "./silent-runs.ts";

const EVERY = 120_000;
const NO_HEARTBEAT = "No heartbeat detected from the remote task;";
const RUNNING = kindsOf("Running");

export const zombieKiller: Service = {
  name: "zombie killer", every: EVERY, judgesSilence: true,
  async run(core) {
    let changed = 0;
    for (const id of await silentRuns(core.database, RUNNING, "heartbeat_enabled", core.now())) {
      changed += await core.change(async (change) => {
        const row = await lockFlowRun(change, id);
        if (!RUNNING.includes(row.state) || !isSilent(row, change.at)) return 0;
        if (row.state !== "Cancelling") return await giveUpTasks(change, row);
        const message = "No heartbeat detected from the flow run while it was being cancelled; marking the run as failed.";
        await changeTaskRuns(change, row, UNFINISHED, stateData("Cancelled", message, change.at));
        row.process_id = null;
        await setFlowRunState(change, row, stateData("Failed", message, change.at));
        return 1;
      });
    }
    return changed;
  },
};

/** Tasks that run have another attempt where they have one left; the run itself is lazarus's. @returns how many (count) */
async function giveUpTasks(change: Change, row: FlowRunRow): Promise<number> {
  const running = await change.query<{ slug: string; run_count: number }>("select slug, max(run_count) as run_count from task_runs where flow_run_id = ? and version > 0 and state = 'Running' group by slug", [row.id]);
  if (running.length === 0) return 0;
  const [picture] = await change.query<{ tasks: string }>("select tasks from flow_pictures where flow_id = ?", [row.flow_id]);
  const retries = new Map((JSON.parse(picture?.tasks ?? "[]") as FlowTask[]).map(({ slug, maxRetries }) => [slug, maxRetries]));
  const hasRetry = running.filter(({ slug, run_count }) => run_count <= (retries.get(slug) ?? 0)).map(({ slug }) => slug);
  let changed = 0;
  if (hasRetry.length > 0) changed += await changeTaskRuns(change, row, ["Running"], stateData("Retrying", `${NO_HEARTBEAT} the run has retries left and will be retried.`, change.at), hasRetry);
  changed += await changeTaskRuns(change, row, ["Running"], stateData("Failed", `${NO_HEARTBEAT} marking the run as failed.`, change.at));
  await saveFlowRun(change, row, { progressOnly: true });
  return changed;
}
