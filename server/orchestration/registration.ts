/** Registering a flow: a new version, unless it is the same as the newest one (prefect_server create_flow). */
import { createHash } from "node:crypto";
import type { FlowRegistration } from "../api/schemas/flow.ts";
import { scheduleRuns } from "./auto-scheduled-runs.ts";
import type { Change, Core } from "./core.ts";
import { deleteScheduledRuns } from "./deletion.ts";
import { flowOf, labelSet, shownFlow, type FlowGroupRow, type FlowRow } from "./flow-row.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { makeProject } from "./project-row.ts";
import { readSchedule } from "./read-schedule.ts";
import { searchText, storable, storableOrNull } from "./sql-text.ts";

export function registrationMethods(core: Core): Pick<OrchestrationMethods, "registerFlow"> {
  return {
    async registerFlow(registration) {
      check(registration);
      const bundleId = sha256(registration.bundle.code);
      const { id, created } = await core.change(async (change) => {
        const project = await makeProject(change, registration.project, null);
        if (project.made) change.tell({ type: "project", projectId: project.row.id });
        const group = await makeGroup(change, project.row.id, registration.name);
        const [newest] = await change.query<FlowRow>("select * from flows where flow_group_id = ? and archived = 0 order by version desc limit 1", [group.id]);
        const key = registration.idempotencyKey ?? contentKey(registration, bundleId);
        if (newest?.idempotency_key === key) return { id: newest.id, created: false };
        return { id: await addVersion(change, group, registration, bundleId, key), created: true };
      });
      return { flow: flowOf(await shownFlow(core.database, id)), created };
    },
  };
}

/** @throws OrchestrationError UNPROCESSABLE */
function check({ name, parameters, tasks, schedule }: FlowRegistration): void {
  for (const [what, names] of [["parameters", parameters.map((one) => one.name)], ["tasks", tasks.map((one) => one.slug)]] as const) {
    const seen = new Set<string>();
    for (const one of names) {
      if (seen.has(one)) throw new OrchestrationError("UNPROCESSABLE", `Flow ${JSON.stringify(name)}: two ${what} are called ${JSON.stringify(one)}.`);
      seen.add(one);
    }
  }
  if (schedule !== null) readSchedule(schedule, `The schedule of flow ${JSON.stringify(name)}`);
}

/** The group of that project and name, held until the transaction ends: versions are counted one after the other. */
async function makeGroup(change: Change, projectId: string, name: string): Promise<FlowGroupRow> {
  await change.execute(
    `insert into flow_groups (id, project_id, name, search_name, default_parameters, heartbeat_enabled, lazarus_enabled, version_locking_enabled, created_at)
     values (?, ?, ?, ?, '{}', 1, 1, 1, ?) on conflict (project_id, name) do nothing`, [change.newId(), projectId, storable(name), searchText(name), change.at]);
  return (await change.lock<FlowGroupRow>("select * from flow_groups where project_id = ? and name = ?", [projectId, storable(name)]))[0]!;
}

async function addVersion(change: Change, group: FlowGroupRow, registration: FlowRegistration, bundleId: string, key: string): Promise<string> {
  const id = change.newId();
  const { bundle } = registration;
  const [last] = await change.query<{ version: number }>("select version from flows where flow_group_id = ? order by version desc limit 1", [group.id]);
  // Written also where it is there: who deletes flows waits for this one.
  await change.execute("insert into bundles (id, code, source_map, external, created_at) values (?, ?, ?, ?, ?) on conflict (id) do update set created_at = excluded.created_at",
    [bundleId, bundle.code, bundle.sourceMap, JSON.stringify(bundle.external), change.at]);
  await change.execute(
    `insert into flows (id, flow_group_id, project_id, version, archived, created_at, description, labels, parameters, task_count, schedule, is_schedule_active, run_config, bundle_id, core_version, packages, source, idempotency_key)
     values (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [id, group.id, group.project_id, (last?.version ?? 0) + 1, change.at, storableOrNull(registration.description), labelSet(registration.labels.map(storable)), JSON.stringify(registration.parameters), registration.tasks.length,
      registration.schedule === null ? null : JSON.stringify(registration.schedule), registration.setScheduleActive ? 1 : 0, registration.runConfig === null ? null : JSON.stringify(registration.runConfig),
      bundleId, storable(registration.coreVersion), JSON.stringify(registration.packages), storableOrNull(registration.source), storable(key)]);
  await change.execute("insert into flow_pictures (flow_id, tasks, graph) values (?, ?, ?)", [id, JSON.stringify(registration.tasks), JSON.stringify(registration.graph)]);
  const older = await change.query<{ id: string }>("select id from flows where flow_group_id = ? and archived = 0 and id <> ?", [group.id, id]);
  for (const flow of older) await archiveVersion(change, flow.id);
  await scheduleRuns(change, await shownFlow(change, id));
  change.tell({ type: "flow", flowId: id, flowGroupId: group.id, projectId: group.project_id });
  return id;
}

/** No new runs of it by schedule: those that wait are deleted. */
export async function archiveVersion(change: Change, flowId: string): Promise<void> {
  await change.execute("update flows set archived = 1 where id = ?", [flowId]);
  await deleteScheduledRuns(change, "flow_id", flowId);
}

/** The same for the same flow: what register would send again. The picture's id is of the process that registers. */
function contentKey({ bundle, description, labels, parameters, tasks, schedule, runConfig, coreVersion, packages }: FlowRegistration, bundleId: string): string {
  return sha256(JSON.stringify([bundleId, bundle.external, description, labelSet(labels), parameters, tasks, schedule, runConfig, coreVersion, packages]));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
