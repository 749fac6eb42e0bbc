/** Makes the next runs of every flow whose schedule is on (prefect_server services.towel.Scheduler). */
import { scheduleRuns } from "../orchestration/auto-scheduled-runs.ts";
import { shownFlow } from "../orchestration/flow-row.ts";
import { OrchestrationError } from "../orchestration/orchestration-error.ts";
import type { Service } from "./service.ts";

/** The shortest interval of a schedule is a minute, and ten runs wait: so they never run out. */
const EVERY = 150_000;

export const scheduler: Service = {
  name: "scheduler", every: EVERY,
  async run(core) {
    const flows = await core.database.query<{ id: string; flow_group_id: string }>(
      "select f.id, f.flow_group_id from flows f join flow_groups g on g.id = f.flow_group_id where f.archived = 0 and f.is_schedule_active = 1 and (f.schedule is not null or g.schedule is not null) order by f.id");
    let made = 0;
    for (const flow of flows) {
      try {
        made += await core.change(async (change) => {
          // Who changes the schedule meanwhile waits, or has it changed: then this sees the new one.
          await change.lock("select id from flow_groups where id = ?", [flow.flow_group_id]);
          return await scheduleRuns(change, await shownFlow(change, flow.id));
        });
      } catch (error) {
        // Deleted meanwhile, or a schedule that this version can not read: the others have theirs.
        if (!(error instanceof OrchestrationError)) throw error;
      }
    }
    return made;
  },
};
