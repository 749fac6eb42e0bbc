/** Rows of flows and of their groups, and what the API shows of them. */
import type { Flow, FlowGroup, FlowParameter } from "../api/schemas/flow.ts";
import type { Reader } from "../database/database.ts";
import { instantOf } from "./flow-run-row.ts";
import { OrchestrationError } from "./orchestration-error.ts";

/** A row of the table `flows`: one version. */
export interface FlowRow {
  readonly id: string;
  readonly flow_group_id: string;
  readonly project_id: string;
  readonly version: number;
  readonly archived: number;
  readonly created_at: number;
  readonly description: string | null;
  readonly labels: string;
  readonly parameters: string;
  readonly task_count: number;
  readonly schedule: string | null;
  readonly is_schedule_active: number;
  readonly run_config: string | null;
  readonly bundle_id: string;
  readonly core_version: string;
  readonly packages: string;
  readonly source: string | null;
  readonly idempotency_key: string;
}

/** With what its group and its project say. */
export interface ShownFlowRow extends FlowRow {
  readonly name: string;
  readonly search_name: string;
  readonly project_name: string;
  readonly group_schedule: string | null;
  readonly group_labels: string | null;
  readonly group_run_config: string | null;
  readonly default_parameters: string;
}

/** A row of the table `flow_groups`. */
export interface FlowGroupRow {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly search_name: string;
  readonly description: string | null;
  readonly labels: string | null;
  readonly run_config: string | null;
  readonly schedule: string | null;
  readonly default_parameters: string;
  readonly heartbeat_enabled: number;
  readonly lazarus_enabled: number;
  readonly version_locking_enabled: number;
}

const COLUMNS = "select f.*, g.name, g.search_name, p.name as project_name, g.schedule as group_schedule, g.labels as group_labels, g.run_config as group_run_config, g.default_parameters";

/** Begin of a question for {@link ShownFlowRow}; `f` is the flow, `g` its group, `p` its project. */
export const SELECT_FLOWS = `
  ${COLUMNS} from flows f join flow_groups g on g.id = f.flow_group_id join projects p on p.id = f.project_id`;

/** The same, of each group one version: the newest that is not archived, else the newest. */
export const SELECT_NEWEST_FLOWS = `
  ${COLUMNS} from flow_groups g join flows f on f.id = (select n.id from flows n where n.flow_group_id = g.id order by n.archived, n.version desc limit 1) join projects p on p.id = g.project_id`;

/** JSON that may be absent. */
export function jsonOrNull<T>(text: string | null): T | null {
  return text === null ? null : JSON.parse(text) as T;
}

export function flowOf(row: ShownFlowRow): Flow {
  return {
    id: row.id, flowGroupId: row.flow_group_id, projectId: row.project_id, projectName: row.project_name, name: row.name,
    version: row.version, archived: row.archived === 1, createdAt: instantOf(row.created_at), description: row.description,
    labels: JSON.parse(row.labels) as string[], parameters: JSON.parse(row.parameters) as FlowParameter[], taskCount: row.task_count,
    schedule: jsonOrNull(row.group_schedule ?? row.schedule), isScheduleActive: row.is_schedule_active === 1, runConfig: jsonOrNull(row.run_config),
    bundleId: row.bundle_id, coreVersion: row.core_version, packages: JSON.parse(row.packages) as Flow["packages"], source: row.source,
  };
}

/**
 * A flow by its id, or by that of its group: then its newest version.
 * @throws OrchestrationError NOT_FOUND
 */
export async function shownFlow(reader: Reader, id: string): Promise<ShownFlowRow> {
  const [row] = await reader.query<ShownFlowRow>(`${SELECT_FLOWS} where f.id = ?`, [id]);
  if (row !== undefined) return row;
  const [newest] = await reader.query<ShownFlowRow>(`${SELECT_NEWEST_FLOWS} where g.id = ?`, [id]);
  if (newest === undefined) throw new OrchestrationError("NOT_FOUND", `There is no flow ${id}.`);
  return newest;
}

/** @throws OrchestrationError NOT_FOUND */
export async function shownFlowGroup(reader: Reader, id: string): Promise<FlowGroup> {
  const [row] = await reader.query<FlowGroupRow & { project_name: string }>("select g.*, p.name as project_name from flow_groups g join projects p on p.id = g.project_id where g.id = ?", [id]);
  if (row === undefined) throw noFlowGroup(id);
  const [latest] = await reader.query<{ id: string; version: number }>("select id, version from flows where flow_group_id = ? and archived = 0 order by version desc limit 1", [id]);
  return {
    id: row.id, projectId: row.project_id, projectName: row.project_name, name: row.name, description: row.description,
    labels: jsonOrNull(row.labels), runConfig: jsonOrNull(row.run_config), schedule: jsonOrNull(row.schedule), defaultParameters: JSON.parse(row.default_parameters) as FlowGroup["defaultParameters"],
    settings: { heartbeatEnabled: row.heartbeat_enabled === 1, lazarusEnabled: row.lazarus_enabled === 1, versionLockingEnabled: row.version_locking_enabled === 1 },
    latestFlowId: latest?.id ?? null, latestVersion: latest?.version ?? null,
  };
}

export function noFlowGroup(id: string): OrchestrationError {
  return new OrchestrationError("NOT_FOUND", `There is no flow group ${id}.`);
}

/** Sorted and without repetitions: equal sets are equal texts. */
export function labelSet(labels: readonly string[]): string {
  return JSON.stringify([...new Set(labels)].sort());
}
