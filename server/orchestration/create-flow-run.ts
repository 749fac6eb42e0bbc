/** Making a run of a flow: which version, with which parameters, labels and settings (prefect_server create_flow_run). */
import type { FlowParameter } from "../api/schemas/flow.ts";
import type { NewFlowRun } from "../api/schemas/flow-run.ts";
import type { Reader } from "../database/database.ts";
import type { Change, Core } from "./core.ts";
import { SELECT_FLOWS, SELECT_NEWEST_FLOWS, labelSet, shownFlow, type ShownFlowRow } from "./flow-row.ts";
import { flowRunOf, shownFlowRun, type FlowRunRow } from "./flow-run-row.ts";
import { FLOW_RUN_STATES, enterState, tellState } from "./flow-run-state.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { checkParameterNames } from "./parameter-names.ts";
import { runName } from "../../protocol/run-name.ts";
import { searchText, storable } from "./sql-text.ts";
import { stateData } from "./state-kinds.ts";

export function createFlowRunMethods(core: Core): Pick<OrchestrationMethods, "createFlowRun"> {
  return {
    async createFlowRun(wanted) {
      const id = await core.change(async (change) => {
        const flow = await flowOfNewRun(change, wanted);
        return addFlowRun(change, flow, wanted);
      });
      return flowRunOf(await shownFlowRun(core.database, id));
    },
  };
}

/** What the scheduler adds. */
export interface NewRunOptions extends Omit<NewFlowRun, "flowId" | "flowGroupId" | "flow" | "project"> {
  /** By a schedule. Default false. */
  readonly autoScheduled?: boolean;
}

/**
 * Adds a Scheduled run of a version.
 * @returns its id; of the run with the same idempotency key where there is one
 * @throws OrchestrationError UNPROCESSABLE
 */
export async function addFlowRun(change: Change, flow: ShownFlowRow, wanted: NewRunOptions): Promise<string> {
  const key = wanted.idempotencyKey === null ? null : storable(wanted.idempotencyKey);
  if (key !== null) {
    const [same] = await change.query<{ id: string }>("select id from flow_runs where flow_id = ? and idempotency_key = ?", [flow.id, key]);
    if (same !== undefined) return same.id;
  }
  const parameters = parametersOf(flow, wanted.parameters);
  const labels = labelSet((wanted.labels ?? JSON.parse(flow.group_labels ?? flow.labels) as string[]).map(storable));
  const runConfig = wanted.runConfig === null ? flow.group_run_config ?? flow.run_config : JSON.stringify(wanted.runConfig);
  const start = wanted.scheduledStartTime === null ? change.at : Date.parse(wanted.scheduledStartTime);
  const name = wanted.name ?? runName();
  const row: FlowRunRow = {
    id: change.newId(), flow_id: flow.id, flow_group_id: flow.flow_group_id, project_id: flow.project_id, name: storable(name), search_name: searchText(name),
    state: "Scheduled", state_message: null, state_at: change.at, state_data: "", version: 0, created_at: change.at, scheduled_start_time: start, start_time: null, end_time: null, heartbeat: null,
    labels, auto_scheduled: wanted.autoScheduled === true ? 1 : 0, times_resurrected: 0, idempotency_key: key, agent_id: null, process_id: null, queue_at: null,
    task_counts: "{}", task_total: flow.task_count, log_count: 0,
  };
  const entry = enterState(row, stateData("Scheduled", "Flow run scheduled.", change.at, { startTime: start }), change.at);
  const columns = Object.keys(row);
  const added = await change.execute(`insert into flow_runs (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")}) on conflict (flow_id, idempotency_key) do nothing`, Object.values(row) as (string | number | null)[]);
  // Another server was faster by a moment.
  if (added === 0) return (await change.query<{ id: string }>("select id from flow_runs where flow_id = ? and idempotency_key = ?", [flow.id, key]))[0]!.id;
  await change.execute("insert into flow_run_inputs (flow_run_id, parameters, context, run_config) values (?, ?, ?, ?)", [row.id, JSON.stringify(parameters), JSON.stringify(wanted.context), runConfig]);
  await change.execute("insert into label_sets (labels) values (?) on conflict (labels) do nothing", [labels]);
  await change.insert(FLOW_RUN_STATES, [entry]);
  tellState(change, row);
  return row.id;
}

/** Those of the run over those of the group; the flow adds its own defaults, as it has them. */
function parametersOf(flow: ShownFlowRow, given: NewFlowRun["parameters"]): NewFlowRun["parameters"] {
  checkParameterNames(flow.name, Object.keys(given), flow.parameters);
  const known = JSON.parse(flow.parameters) as FlowParameter[];
  const defaults = Object.entries(JSON.parse(flow.default_parameters) as NewFlowRun["parameters"]).filter(([name]) => known.some((one) => one.name === name));
  const parameters = { ...Object.fromEntries(defaults), ...given };
  const missing = known.filter(({ name, required }) => required && !Object.hasOwn(parameters, name)).map(({ name }) => name);
  if (missing.length > 0) throw new OrchestrationError("UNPROCESSABLE", `Flow ${JSON.stringify(flow.name)}: required parameters were not supplied: ${missing.map((name) => JSON.stringify(name)).join(", ")}.`, { missing });
  return parameters;
}

/** @throws OrchestrationError NOT_FOUND, UNPROCESSABLE */
async function flowOfNewRun(reader: Reader, { flowId, flowGroupId, flow, project }: NewFlowRun): Promise<ShownFlowRow> {
  if ([flowId, flowGroupId, flow].filter((one) => one !== undefined).length !== 1) throw new OrchestrationError("UNPROCESSABLE", "A new run needs one of flowId, flowGroupId and flow (the name).");
  if (flowId !== undefined) {
    const [row] = await reader.query<ShownFlowRow>(`${SELECT_FLOWS} where f.id = ?`, [flowId]);
    return row ?? latestVersion(await shownFlow(reader, flowId));
  }
  if (flowGroupId !== undefined) {
    const row = await newestOf(reader, "g.id = ?", [flowGroupId]);
    if (row.length === 0) throw new OrchestrationError("NOT_FOUND", `There is no flow group ${flowGroupId}.`);
    return latestVersion(row[0]!);
  }
  const named = project === undefined ? await newestOf(reader, "g.name = ?", [storable(flow!)]) : await newestOf(reader, "g.name = ? and p.name = ?", [storable(flow!), storable(project)]);
  if (named.length === 0) throw new OrchestrationError("NOT_FOUND", `There is no flow ${JSON.stringify(flow)}${project === undefined ? "" : ` in project ${JSON.stringify(project)}`}.`);
  if (named.length > 1) throw new OrchestrationError("UNPROCESSABLE", `Several projects have a flow ${JSON.stringify(flow)}: ${named.map((row) => JSON.stringify(row.project_name)).join(", ")}. Name one: project.`);
  return latestVersion(named[0]!);
}

function newestOf(reader: Reader, where: string, values: string[]): Promise<ShownFlowRow[]> {
  return reader.query<ShownFlowRow>(`${SELECT_NEWEST_FLOWS} where ${where} order by p.name`, values);
}

function latestVersion(row: ShownFlowRow): ShownFlowRow {
  if (row.archived === 1) throw new OrchestrationError("UNPROCESSABLE", `All versions of flow ${JSON.stringify(row.name)} are archived. Register it again, take one out of the archive, or name a version by its id.`);
  return row;
}
