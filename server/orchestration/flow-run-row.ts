/** Rows of flow runs, and what the API shows of them. */
import type { StateName } from "../../protocol/states.ts";
import type { FlowRun, FlowRunDetails } from "../api/schemas/flow-run.ts";
import type { RunConfig } from "../api/schemas/run-config.ts";
import type { StateData, StateEntry } from "../api/schemas/state.ts";
import type { Reader, SqlValue, Transaction } from "../database/database.ts";
import { entryId } from "./new-id.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import { places } from "./sql-text.ts";

/** How many task runs are in which state. */
export type StateCounts = { [Name in StateName]?: number };

/** A row of the table `flow_runs`; JSON is text, booleans are 0 and 1, instants milliseconds. */
export interface FlowRunRow {
  readonly id: string;
  readonly flow_id: string;
  readonly flow_group_id: string;
  readonly project_id: string;
  name: string;
  search_name: string;
  state: StateName;
  state_message: string | null;
  state_at: number;
  state_data: string;
  version: number;
  readonly created_at: number;
  scheduled_start_time: number;
  start_time: number | null;
  end_time: number | null;
  heartbeat: number | null;
  /** Sorted, so that equal ones are equal texts. */
  readonly labels: string;
  readonly auto_scheduled: number;
  times_resurrected: number;
  readonly idempotency_key: string | null;
  agent_id: string | null;
  /** Who alone may report; null: nobody. */
  process_id: string | null;
  /** From when on an agent may take it; null: never. Of a Submitted one: the end of its lock. */
  queue_at: number | null;
  task_counts: string;
  task_total: number;
  log_count: number;
}

/** With what other tables know of it. */
export interface ShownFlowRunRow extends FlowRunRow {
  readonly parameters: string;
  readonly context: string;
  readonly run_config: string | null;
  readonly flow_version: number;
  readonly bundle_id: string;
  readonly flow_name: string;
  readonly project_name: string;
  readonly agent_name: string | null;
}

/** Begin of a question for {@link ShownFlowRunRow}; `r` is the run. */
export const SELECT_FLOW_RUNS = `
  select r.*, i.parameters, i.context, i.run_config, f.version as flow_version, f.bundle_id, g.name as flow_name, p.name as project_name, a.name as agent_name
  from flow_runs r join flow_run_inputs i on i.flow_run_id = r.id join flows f on f.id = r.flow_id join flow_groups g on g.id = r.flow_group_id
  join projects p on p.id = r.project_id left join agents a on a.id = r.agent_id`;

export function instantOf(time: number): string {
  return new Date(time).toISOString();
}

export function instantOrNull(time: number | null): string | null {
  return time === null ? null : instantOf(time);
}

export function flowRunOf(row: ShownFlowRunRow): FlowRun {
  return {
    id: row.id, name: row.name, flowId: row.flow_id, flowName: row.flow_name, flowVersion: row.flow_version, flowGroupId: row.flow_group_id, projectId: row.project_id, projectName: row.project_name,
    state: row.state, stateMessage: row.state_message, stateAt: instantOf(row.state_at), version: row.version,
    createdAt: instantOf(row.created_at), scheduledStartTime: instantOf(row.scheduled_start_time),
    startTime: instantOrNull(row.start_time), endTime: instantOrNull(row.end_time), heartbeat: instantOrNull(row.heartbeat),
    parameters: JSON.parse(row.parameters) as FlowRun["parameters"], labels: JSON.parse(row.labels) as string[], autoScheduled: row.auto_scheduled === 1, timesResurrected: row.times_resurrected,
    idempotencyKey: row.idempotency_key, agentId: row.agent_id, agentName: row.agent_name,
    taskCounts: JSON.parse(row.task_counts) as StateCounts, taskCount: row.task_total,
  };
}

/** Runs by their ids, in that order; those that are gone are left out. */
export async function flowRunsById(reader: Reader, ids: readonly string[]): Promise<FlowRun[]> {
  if (ids.length === 0) return [];
  const rows = await reader.query<ShownFlowRunRow>(`${SELECT_FLOW_RUNS} where r.id in (${places(ids)})`, ids);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.has(id) ? [flowRunOf(byId.get(id)!)] : []);
}

/** @throws OrchestrationError NOT_FOUND */
export async function shownFlowRun(reader: Reader, id: string): Promise<ShownFlowRunRow> {
  const [row] = await reader.query<ShownFlowRunRow>(`${SELECT_FLOW_RUNS} where r.id = ?`, [id]);
  if (row === undefined) throw noFlowRun(id);
  return row;
}

export async function flowRunDetails(reader: Reader, row: ShownFlowRunRow): Promise<FlowRunDetails> {
  const history = await reader.query<{ version: number; at: number; type: StateName; message: string | null }>("select version, at, type, message from flow_run_states where flow_run_id = ? order by version", [row.id]);
  const stateHistory: StateEntry[] = history.map(({ version, at, type, message }) => ({ id: entryId(row.id, version), at: instantOf(at), version, type, message }));
  return { ...flowRunOf(row), context: JSON.parse(row.context) as FlowRunDetails["context"], runConfig: row.run_config === null ? null : JSON.parse(row.run_config) as RunConfig, stateHistory };
}

/**
 * The row of a run that nobody else changes until the end of the transaction.
 * @throws OrchestrationError NOT_FOUND
 */
export async function lockFlowRun(transaction: Transaction, id: string): Promise<FlowRunRow> {
  const [row] = await transaction.lock<FlowRunRow>("select * from flow_runs where id = ?", [id]);
  if (row === undefined) throw noFlowRun(id);
  return row;
}

export function noFlowRun(id: string): OrchestrationError {
  return new OrchestrationError("NOT_FOUND", `There is no flow run ${id}.`);
}

/** The whole state of a run. */
export function stateOf(row: FlowRunRow): StateData {
  return JSON.parse(row.state_data) as StateData;
}

const STATE_COLUMNS = ["state", "state_message", "state_at", "state_data", "version", "scheduled_start_time", "start_time", "end_time", "times_resurrected", "agent_id", "process_id", "queue_at"] as const satisfies readonly (keyof FlowRunRow)[];
const PROGRESS_COLUMNS = ["heartbeat", "task_counts", "task_total", "log_count"] as const satisfies readonly (keyof FlowRunRow)[];

/** Writes what a locked row has become. @param progressOnly its state and who has it are as they were: spares the indexes */
export async function saveFlowRun(transaction: Transaction, row: FlowRunRow, { progressOnly = false } = {}): Promise<void> {
  const columns = progressOnly ? PROGRESS_COLUMNS : [...STATE_COLUMNS, ...PROGRESS_COLUMNS];
  const values: SqlValue[] = columns.map((column) => row[column]);
  await transaction.execute(`update flow_runs set ${columns.map((column) => `${column} = ?`).join(", ")} where id = ?`, [...values, row.id]);
}
