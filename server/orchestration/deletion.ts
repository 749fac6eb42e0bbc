/** Deleting runs, and flows with their runs: many rows, in portions, so that others get their turn. */
import type { Transaction } from "../database/database.ts";
import type { Change, Core } from "./core.ts";
import { kindsOf } from "./state-kinds.ts";
import { places } from "./sql-text.ts";

/** Runs that one transaction deletes (count). */
const PORTION = 20;

/** All that belongs to these runs, and they. */
export async function deleteFlowRuns(transaction: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const these = places(ids);
  await transaction.execute(`delete from logs where flow_run_id in (${these})`, ids);
  await transaction.execute(`delete from task_run_states where task_run_id in (select id from task_runs where flow_run_id in (${these}))`, ids);
  for (const table of ["task_runs", "processes", "flow_run_states", "flow_run_inputs"]) await transaction.execute(`delete from ${table} where flow_run_id in (${these})`, ids);
  await transaction.execute(`delete from flow_runs where id in (${these})`, ids);
}

/** Runs that a schedule has made and that have not begun. @param column whose runs */
export async function deleteScheduledRuns(change: Change, column: "flow_id" | "flow_group_id", id: string): Promise<void> {
  const waiting = kindsOf("Scheduled");
  const rows = await change.lock<{ id: string; flow_id: string; flow_group_id: string; project_id: string }>(
    `select id from flow_runs where ${column} = ? and state in (${places(waiting)}) and auto_scheduled = 1 and start_time is null`, [id, ...waiting]);
  await deleteFlowRuns(change, rows.map((row) => row.id));
}

/**
 * Deletes flows, all their runs, and code that no other flow has.
 * @param finish what else belongs to the last transaction
 */
async function deleteFlows(core: Core, column: "id" | "flow_group_id" | "project_id", id: string, finish: (change: Change) => Promise<void>): Promise<void> {
  const runColumn = column === "id" ? "flow_id" : column;
  const portion = async (change: Change) => {
    const rows = await change.query<{ id: string }>(`select id from flow_runs where ${runColumn} = ? limit ${PORTION}`, [id]);
    await deleteFlowRuns(change, rows.map((row) => row.id));
    return rows.length;
  };
  while (await core.change(portion) === PORTION);
  await core.change(async (change) => {
    while (await portion(change) > 0);
    const flows = await change.lock<{ id: string; flow_group_id: string; project_id: string; bundle_id: string }>(`select id, flow_group_id, project_id, bundle_id from flows where ${column} = ?`, [id]);
    await change.execute(`delete from flow_pictures where flow_id in (select id from flows where ${column} = ?)`, [id]);
    await change.execute(`delete from flows where ${column} = ?`, [id]);
    for (const bundle of new Set(flows.map((flow) => flow.bundle_id))) {
      // A registration that wants it holds it until its flow is there.
      await change.lock("select id from bundles where id = ?", [bundle]);
      await change.execute("delete from bundles where id = ? and not exists (select 1 from flows where bundle_id = bundles.id)", [bundle]);
    }
    for (const flow of flows) change.tell({ type: "flow", flowId: flow.id, flowGroupId: flow.flow_group_id, projectId: flow.project_id });
    await finish(change);
  });
}

/** One version. A flow without versions is none. */
export async function deleteFlowVersion(core: Core, flowId: string): Promise<void> {
  const [group] = await core.database.query<{ flow_group_id: string }>("select flow_group_id from flows where id = ?", [flowId]);
  await deleteFlows(core, "id", flowId, async (change) => {
    if (group !== undefined) await change.execute("delete from flow_groups where id = ? and not exists (select 1 from flows where flow_group_id = flow_groups.id)", [group.flow_group_id]);
  });
}

/** Flows with all their versions. @param column whose */
export async function deleteFlowGroups(core: Core, column: "id" | "project_id", id: string, finish: (change: Change) => Promise<void> = async () => {}): Promise<void> {
  await deleteFlows(core, column === "id" ? "flow_group_id" : "project_id", id, async (change) => {
    await change.execute(`delete from flow_groups where ${column} = ?`, [id]);
    await finish(change);
  });
}
