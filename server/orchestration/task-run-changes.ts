/** Changes of many task runs of a flow run at once, by whoever is not its process: cancelled, given up, to be run again. */
import { isStateKind } from "../../protocol/states.ts";
import type { StateName } from "../../protocol/states.ts";
import type { StateData } from "../api/schemas/state.ts";
import type { Change } from "./core.ts";
import type { FlowRunRow, StateCounts } from "./flow-run-row.ts";
import { places, storableOrNull } from "./sql-text.ts";
import { taskRunKey } from "./task-run-row.ts";

/** More changes than this are not told one by one (count). */
const TOLD = 2000;

/**
 * Brings all task runs of a locked flow run that are in one of `from` into a state. Changes the row's counts, but does not save it.
 * @param slugs of these tasks only. Default: of all
 * @returns how many have changed (count)
 */
export async function changeTaskRuns(change: Change, run: FlowRunRow, from: readonly StateName[], state: StateData, slugs?: readonly string[]): Promise<number> {
  const which = `flow_run_id = ? and state in (${places(from)}) and version > 0${slugs === undefined ? "" : ` and slug in (${places(slugs)})`}`, values = [run.id, ...from, ...(slugs ?? [])];
  const changed = await change.query<{ slug: string; map_index: number }>(`select slug, map_index from task_runs where ${which}`, values);
  if (changed.length === 0) return 0;
  const message = storableOrNull(state.message);
  await change.execute(
    `insert into task_run_states (task_run_id, version, at, type, message) select id, version + 1, cast(? as bigint), cast(? as text), cast(? as text) from task_runs where ${which}`,
    [state.at, state.type, message, ...values]);
  const finished = isStateKind(state.type, "Finished");
  await change.execute(
    `update task_runs set state = ?, state_message = ?, state_at = ?, state_data = ?, version = version + 1, end_time = ?, ${finished ? "" : "start_time = null, reason = null, result_preview = null,"} search_name = search_name where ${which}`,
    [state.type, message, state.at, JSON.stringify(state), finished ? state.at : null, ...values]);
  await countAgain(change, run);
  if (changed.length > TOLD) change.tell({ type: "reset" });
  else change.tell({ type: "taskRuns", flowRunId: run.id, states: Object.fromEntries(changed.map(({ slug, map_index }) => [taskRunKey(slug, map_index), state.type])) });
  return changed.length;
}

/** The counts of a flow run and of its mapped tasks, from their rows. */
export async function countAgain(change: Change, run: FlowRunRow): Promise<void> {
  const all = await change.query<{ state: StateName; n: number }>(
    "select state, count(*) as n from task_runs where flow_run_id = ? and version > 0 and (map_index >= 0 or (children is null and state <> 'Mapped')) group by state", [run.id]);
  run.task_counts = JSON.stringify(Object.fromEntries(all.map(({ state, n }) => [state, n])));
  const children = await change.query<{ slug: string; state: StateName; n: number }>("select slug, state, count(*) as n from task_runs where flow_run_id = ? and map_index >= 0 group by slug, state", [run.id]);
  const bySlug = new Map<string, StateCounts>();
  for (const { slug, state, n } of children) {
    const counts = bySlug.get(slug) ?? {};
    counts[state] = n;
    bySlug.set(slug, counts);
  }
  for (const [slug, counts] of bySlug) await change.execute("update task_runs set children = ? where flow_run_id = ? and slug = ? and map_index = -1", [JSON.stringify(counts), run.id, slug]);
}
