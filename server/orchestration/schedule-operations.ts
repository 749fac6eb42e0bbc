/** Operations on schedules. */
import { nextEvents, scheduleRuns } from "./auto-scheduled-runs.ts";
import type { Core } from "./core.ts";
import { deleteScheduledRuns } from "./deletion.ts";
import { SELECT_NEWEST_FLOWS, flowOf, noFlowGroup, shownFlow, shownFlowGroup, type FlowGroupRow, type ShownFlowRow } from "./flow-row.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { readSchedule } from "./read-schedule.ts";

export function scheduleMethods(core: Core): Pick<OrchestrationMethods, "previewSchedule" | "setSchedule" | "setScheduleActive"> {
  const { database, now } = core;
  return {
    async previewSchedule({ schedule, count }) {
      return { times: nextEvents(readSchedule(schedule, "The schedule"), count, now()).map(({ startTime }) => startTime.toISOString()) };
    },
    async setSchedule({ flowGroupId, schedule }) {
      if (schedule !== null) readSchedule(schedule, "The schedule");
      await core.change(async (change) => {
        const [group] = await change.lock<FlowGroupRow>("select * from flow_groups where id = ?", [flowGroupId]);
        if (group === undefined) throw noFlowGroup(flowGroupId);
        await deleteScheduledRuns(change, "flow_group_id", flowGroupId);
        await change.execute("update flow_groups set schedule = ? where id = ?", [schedule === null ? null : JSON.stringify(schedule), flowGroupId]);
        const [newest] = await change.query<ShownFlowRow>(`${SELECT_NEWEST_FLOWS} where g.id = ?`, [flowGroupId]);
        if (newest === undefined) return;
        await scheduleRuns(change, newest);
        change.tell({ type: "flow", flowId: newest.id, flowGroupId, projectId: group.project_id });
      });
      return shownFlowGroup(database, flowGroupId);
    },
    async setScheduleActive({ flowId, active }) {
      const id = (await shownFlow(database, flowId)).id;
      await core.change(async (change) => {
        await change.lock("select * from flow_groups where id = (select flow_group_id from flows where id = ?)", [id]);
        const flow = await shownFlow(change, id);
        if (active && (flow.group_schedule ?? flow.schedule) === null) throw new OrchestrationError("UNPROCESSABLE", `Flow ${JSON.stringify(flow.name)} has no schedule to turn on. Give it one first.`);
        if (active && flow.archived === 1) throw new OrchestrationError("UNPROCESSABLE", `Version ${flow.version} of flow ${JSON.stringify(flow.name)} is archived: its schedule can not be turned on.`);
        await change.execute("update flows set is_schedule_active = ? where id = ?", [active ? 1 : 0, id]);
        if (active) await scheduleRuns(change, { ...flow, is_schedule_active: 1 });
        else await deleteScheduledRuns(change, "flow_id", id);
        change.tell({ type: "flow", flowId: id, flowGroupId: flow.flow_group_id, projectId: flow.project_id });
      });
      return flowOf(await shownFlow(database, id));
    },
  };
}
