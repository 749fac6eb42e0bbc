/** Starts runs again whose process is gone (prefect_server services.towel.Lazarus). */
import { places } from "../orchestration/sql-text.ts";
import { lockFlowRun } from "../orchestration/flow-run-row.ts";
import { setFlowRunState } from "../orchestration/flow-run-state.ts";
import { scheduleAgain } from "../orchestration/flow-run-actions.ts";
import { UNFINISHED, kindsOf, stateData } from "../orchestration/state-kinds.ts";
import { changeTaskRuns } from "../orchestration/task-run-changes.ts";
import type { Service } from "./service.ts";
import { isSilent, silentRuns } from "./silent-runs.ts";

const EVERY = 600_000;
/** A run is started again so often, then it fails (count). */
const ATTEMPTS = 3;

/** States in which somebody has a run. */
const TAKEN = [...kindsOf("Running").filter((name) => name !== "Cancelling"), "Submitted"] as const;
/** A task that runs is the zombie killer's first, and a paused one waits for somebody. */
const HELD = [...kindsOf("Running"), "Paused"] as const;

export const lazarus: Service = {
  name: "lazarus", every: EVERY, judgesSilence: true,
  async run(core) {
    let changed = 0;
    for (const id of await silentRuns(core.database, TAKEN, "lazarus_enabled", core.now())) {
      changed += await core.change(async (change) => {
        const row = await lockFlowRun(change, id);
        if (!TAKEN.includes(row.state as never) || !isSilent(row, change.at)) return 0;
        const [held] = await change.query<{ id: string }>(`select id from task_runs where flow_run_id = ? and version > 0 and state in (${places(HELD)}) limit 1`, [id, ...HELD]);
        if (held !== undefined) return 0;
        if (row.times_resurrected >= ATTEMPTS) {
          const message = `A Lazarus process attempted to reschedule this run ${ATTEMPTS} times without success. Marking as failed.`;
          await changeTaskRuns(change, row, UNFINISHED, stateData("Failed", message, change.at));
          row.process_id = null;
          await setFlowRunState(change, row, stateData("Failed", message, change.at));
        } else {
          row.times_resurrected++;
          await scheduleAgain(change, row, `Rescheduled by a Lazarus process. This is attempt ${row.times_resurrected}.`);
        }
        return 1;
      });
    }
    return changed;
  },
};
