/** Rows of task runs, and what the API shows of them. */
import type { StateName } from "../../protocol/states.ts";
import type { TaskRun } from "../api/schemas/task-run.ts";
import type { TableColumns } from "../database/database.ts";
import { instantOf, instantOrNull, type StateCounts } from "./flow-run-row.ts";

/** A row of the table `task_runs`. */
export interface TaskRunRow {
  readonly id: string;
  readonly flow_run_id: string;
  readonly slug: string;
  readonly map_index: number;
  task_name: string;
  name: string;
  search_name: string;
  state: StateName;
  state_message: string | null;
  state_at: number;
  /** Null: no state of it was told, only of its children. */
  state_data: string | null;
  version: number;
  start_time: number | null;
  end_time: number | null;
  run_count: number;
  reason: string | null;
  result_preview: string | null;
  /** Of a mapped parent: its children by state, as JSON. */
  children: string | null;
  /** Of a mapped parent: how many children it has (count). */
  map_size: number;
}

/** In the order of {@link taskRunValues}. */
export const TASK_RUNS: TableColumns = {
  table: "task_runs",
  columns: {
    id: "text", flow_run_id: "text", slug: "text", map_index: "bigint", task_name: "text", name: "text", search_name: "text", state: "text", state_message: "text", state_at: "bigint", state_data: "text",
    version: "bigint", start_time: "bigint", end_time: "bigint", run_count: "bigint", reason: "text", result_preview: "text", children: "text", map_size: "bigint",
  },
};

const KEYS = new Set(["id", "flow_run_id", "slug", "map_index"]);
/** Writes over a row that is there. */
export const TASK_RUN_CONFLICT = `on conflict (flow_run_id, slug, map_index) do update set ${Object.keys(TASK_RUNS.columns).filter((column) => !KEYS.has(column)).map((column) => `${column} = excluded.${column}`).join(", ")}`;

export const TASK_RUN_KEYS: TableColumns = { table: "task_runs", columns: { flow_run_id: "text", slug: "text", map_index: "bigint" } };
export const TASK_RUN_STATES: TableColumns = { table: "task_run_states", columns: { task_run_id: "text", version: "bigint", at: "bigint", type: "text", message: "text" } };

export function taskRunValues(row: TaskRunRow): (string | number | null)[] {
  return Object.keys(TASK_RUNS.columns).map((column) => row[column as keyof TaskRunRow]);
}

/** Mapped parents stand for their children: they are not counted. */
export function isCounted({ map_index, state, children }: Pick<TaskRunRow, "map_index" | "state" | "children">): boolean {
  return map_index >= 0 || (state !== "Mapped" && children === null);
}

export function taskRunOf(row: TaskRunRow): TaskRun {
  return {
    id: row.id, flowRunId: row.flow_run_id, slug: row.slug, taskName: row.task_name, mapIndex: row.map_index, name: row.name,
    state: row.state, stateMessage: row.state_message, stateAt: instantOf(row.state_at), version: row.version,
    startTime: instantOrNull(row.start_time), endTime: instantOrNull(row.end_time), runCount: row.run_count, reason: row.reason,
    children: row.children === null ? null : JSON.parse(row.children) as StateCounts,
  };
}

/** Name of a task run within its flow run: `slug`, or `slug/index` of a mapped child. */
export function taskRunKey(slug: string, mapIndex: number): string {
  return mapIndex < 0 ? slug : `${slug}/${mapIndex}`;
}
