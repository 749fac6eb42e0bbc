/** A run's change to another state: its row, its history, its place in the queue, its event. */
import { isStateKind } from "../../protocol/states.ts";
import type { StateData } from "../api/schemas/state.ts";
import type { TableColumns } from "../database/database.ts";
import type { Change } from "./core.ts";
import { saveFlowRun, type FlowRunRow } from "./flow-run-row.ts";
import { storableOrNull } from "./sql-text.ts";

/** No other agent may take a run for so long after one has (milliseconds). */
export const SUBMIT_LOCK = 30_000;
/** The last instant that a Date can hold (milliseconds since 1970). */
const LAST_TIME = 8.64e15;
/** Agents look so far ahead (milliseconds). */
export const PREFETCH = 10_000;

export const FLOW_RUN_STATES: TableColumns = { table: "flow_run_states", columns: { flow_run_id: "text", version: "bigint", at: "bigint", type: "text", message: "text" } };

/** A row of a run's history. */
export type StateRow = [id: string, version: number, at: number, type: string, message: string | null];

/** Changes the row only. @returns the row of its history */
export function enterState(row: FlowRunRow, state: StateData, now: number): StateRow {
  const has = (kind: Parameters<typeof isStateKind>[1]) => isStateKind(state.type, kind);
  row.state = state.type;
  row.state_message = storableOrNull(state.message);
  row.state_at = timeOf(state, now);
  row.state_data = JSON.stringify(state);
  row.version++;
  if (has("Running")) row.start_time ??= row.state_at;
  row.end_time = has("Finished") ? row.state_at : null;
  row.queue_at = queueTime(state, now);
  return [row.id, row.version, row.state_at, row.state, row.state_message];
}

/** When a state was made, by the clock of who made it. */
export function timeOf(state: StateData, now: number): number {
  return state.at >= 0 && state.at <= LAST_TIME ? Math.trunc(state.at) : now;
}

/** When an agent may take a run in this state: a Paused one never by itself. */
function queueTime(state: StateData, now: number): number | null {
  if (state.type === "Submitted") return now + SUBMIT_LOCK;
  if (!isStateKind(state.type, "Scheduled") || state.startTime === null) return null;
  const time = state.startTime === undefined ? now : Date.parse(state.startTime);
  return Number.isNaN(time) ? now : time;
}

/** Tells what a row is now. */
export function tellFlowRun(change: Change, row: FlowRunRow): void {
  change.tell({ type: "flowRun", flowRunId: row.id, flowId: row.flow_id, flowGroupId: row.flow_group_id, projectId: row.project_id, state: row.state, version: row.version, name: row.name });
}

/** Tells the state that a row has entered, and agents that it waits for one. */
export function tellState(change: Change, row: FlowRunRow): void {
  tellFlowRun(change, row);
  if (row.state !== "Submitted" && row.queue_at !== null && row.queue_at <= change.at + PREFETCH) change.tell({ type: "runsWaiting" });
}

/** Brings a locked run into a state, whole. */
export async function setFlowRunState(change: Change, row: FlowRunRow, state: StateData): Promise<void> {
  const entry = enterState(row, state, change.at);
  await change.insert(FLOW_RUN_STATES, [entry]);
  await saveFlowRun(change, row);
  tellState(change, row);
}
