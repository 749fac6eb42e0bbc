/** Runs that a schedule makes ahead of their time (prefect_server schedule_flow_runs). */
import { createHash } from "node:crypto";
import type { ClockEvent, Schedule } from "../../engine/index.ts";
import type { NewFlowRun } from "../api/schemas/flow-run.ts";
import type { Change } from "./core.ts";
import { addFlowRun } from "./create-flow-run.ts";
import type { ShownFlowRow } from "./flow-row.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import { readSchedule } from "./read-schedule.ts";

/** Runs that wait for each schedule that is on (count). */
export const AHEAD = 10;

/** The next times of a schedule, from now on. */
export function nextEvents(schedule: Schedule, count: number, now: number): ClockEvent[] {
  return schedule.next(count, new Date(now));
}

/**
 * Makes the runs of the next times that are not there yet. A version that is archived, or whose schedule is off or absent, gets none; nor does one whose required parameters
 * neither the schedule nor the flow's settings give: a run of it could not begin.
 * @returns how many it has made (count)
 */
export async function scheduleRuns(change: Change, flow: ShownFlowRow): Promise<number> {
  const json = flow.group_schedule ?? flow.schedule;
  if (json === null || flow.is_schedule_active !== 1 || flow.archived === 1) return 0;
  let made = 0;
  for (const event of nextEvents(readSchedule(JSON.parse(json), `The schedule of flow ${JSON.stringify(flow.name)}`), AHEAD, change.at)) {
    const idempotencyKey = keyOf(event);
    const [there] = await change.query<{ id: string }>("select id from flow_runs where flow_id = ? and idempotency_key = ?", [flow.id, idempotencyKey]);
    if (there !== undefined) continue;
    try {
      await addFlowRun(change, flow, {
        name: null, parameters: event.parameterDefaults as NewFlowRun["parameters"], context: {}, labels: event.labels === null ? null : [...event.labels], runConfig: null,
        scheduledStartTime: event.startTime.toISOString(), idempotencyKey, autoScheduled: true,
      });
      made++;
    } catch (error) {
      if (!(error instanceof OrchestrationError)) throw error;
      return made;
    }
  }
  return made;
}

/** One run for each time; with other parameters or labels another one. */
function keyOf({ startTime, parameterDefaults, labels }: ClockEvent): string {
  const differs = Object.keys(parameterDefaults).length > 0 || labels !== null;
  const more = differs ? `:${createHash("md5").update(JSON.stringify([parameterDefaults, labels])).digest("hex")}` : "";
  return `auto-scheduled:${startTime.toISOString()}${more}`;
}
