/** Operations on task runs. */
import { isStateKind } from "../../protocol/states.ts";
import type { StateName } from "../../protocol/states.ts";
import type { StateData } from "../api/schemas/state.ts";
import type { TaskRunDetails } from "../api/schemas/task-run.ts";
import type { Reader, SqlValue } from "../database/database.ts";
import type { Core } from "./core.ts";
import { flowEdges } from "./flow-edges.ts";
import { instantOf, lockFlowRun, noFlowRun, saveFlowRun, shownFlowRun } from "./flow-run-row.ts";
import { setFlowRunState } from "./flow-run-state.ts";
import { isGoing } from "./flow-runs.ts";
import { entryId } from "./new-id.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { pageOf, readCursor } from "./page-cursor.ts";
import { resultLocation } from "./result-location.ts";
import { containing, places, storable, storableOrNull } from "./sql-text.ts";
import { readStates, stateData } from "./state-kinds.ts";
import { countAgain } from "./task-run-changes.ts";
import { TASK_RUN_STATES, taskRunKey, taskRunOf, type TaskRunRow } from "./task-run-row.ts";

type Methods = Pick<OrchestrationMethods, "listTaskRuns" | "getTaskRun" | "findTaskRun" | "markTaskRun" | "listTaskRunStates">;

export function taskRunMethods(core: Core): Methods {
  const { database } = core;
  return {
    async listTaskRuns({ flowRunId, limit, after, states, childrenOf, name }) {
      const children = childrenOf !== undefined;
      const wheres = ["flow_run_id = ?", children ? "slug = ? and map_index >= 0" : "map_index = -1"], values: SqlValue[] = children ? [flowRunId, storable(childrenOf)] : [flowRunId];
      const add = (where: string, ...more: SqlValue[]) => { wheres.push(where); values.push(...more); };
      const wanted = readStates(states);
      if (wanted !== undefined) add(`state in (${places(wanted)})`, ...wanted);
      if (name !== undefined) add("search_name like ? escape '\\'", containing(name));
      if (after !== undefined) add(`${children ? "map_index" : "id"} > ?`, ...readCursor(after, children ? "number" : "string"));
      const rows = await database.query<TaskRunRow>(`select * from task_runs where ${wheres.join(" and ")} order by ${children ? "map_index" : "id"} limit ?`, [...values, limit + 1]);
      if (rows.length === 0 && (await database.query("select 1 from flow_runs where id = ?", [flowRunId])).length === 0) throw noFlowRun(flowRunId);
      return pageOf(rows, limit, taskRunOf, (row) => [children ? row.map_index : row.id]);
    },
    async getTaskRun({ taskRunId }) {
      return details(database, await taskRunById(database, taskRunId));
    },
    async findTaskRun({ flowRunId, slug, mapIndex }) {
      const [row] = await database.query<TaskRunRow>("select * from task_runs where flow_run_id = ? and slug = ? and map_index = ?", [flowRunId, storable(slug), mapIndex]);
      if (row === undefined) throw new OrchestrationError("NOT_FOUND", `Flow run ${flowRunId} has no run of a task ${JSON.stringify(taskRunKey(slug, mapIndex))} (yet).`);
      return details(database, row);
    },
    async markTaskRun({ taskRunId, state, message, version }) {
      const { flow_run_id: flowRunId } = await taskRunById(database, taskRunId);
      const changed = await core.change(async (change) => {
        const run = await lockFlowRun(change, flowRunId);
        const row = await taskRunById(change, taskRunId);
        const refuse = (why: string) => new OrchestrationError("CONFLICT", `Task run ${JSON.stringify(row.name)} ${why}.`, { state: row.state, version: row.version });
        if (isGoing(run.state)) throw refuse(`can not be marked: its flow run is ${run.state}. Cancel it first, or wait until it has ended`);
        if (version !== undefined && version !== row.version) throw refuse(`has version ${row.version}, not ${version}: it has changed meanwhile`);
        const data = stateData(state, message ?? `Task run was marked ${state} by hand.`, change.at);
        const now = { ...row, state, state_message: storableOrNull(data.message), state_at: data.at, state_data: JSON.stringify(data), version: row.version + 1, end_time: isStateKind(state, "Finished") ? data.at : null };
        await change.execute("update task_runs set state = ?, state_message = ?, state_at = ?, state_data = ?, version = ?, end_time = ? where id = ?", [now.state, now.state_message, now.state_at, now.state_data, now.version, now.end_time, taskRunId]);
        await change.insert(TASK_RUN_STATES, [[taskRunId, now.version, now.state_at, state, now.state_message]]);
        // What its process may still have to tell does not change what was set by hand.
        run.process_id = null;
        await countAgain(change, run);
        // A run that waits for an approval goes on when it has it.
        const waits = isStateKind(run.state, "Pending") && run.queue_at === null;
        if (state === "Resume" && waits) await setFlowRunState(change, run, stateData("Scheduled", "A task run was resumed.", change.at));
        else await saveFlowRun(change, run);
        change.tell({ type: "taskRuns", flowRunId, states: { [taskRunKey(row.slug, row.map_index)]: state } });
        return taskRunById(change, taskRunId);
      });
      return taskRunOf(changed);
    },
    async listTaskRunStates({ taskRunId, limit, after }) {
      await taskRunById(database, taskRunId);
      const [from] = after === undefined ? [0] : readCursor(after, "number");
      return pageOf(await history(database, taskRunId, Number(from), limit + 1), limit, (entry) => entry, (entry) => [entry.version]);
    },
  };
}

/** @throws OrchestrationError NOT_FOUND */
async function taskRunById(reader: Reader, id: string): Promise<TaskRunRow> {
  const [row] = await reader.query<TaskRunRow>("select * from task_runs where id = ?", [id]);
  if (row === undefined) throw new OrchestrationError("NOT_FOUND", `There is no task run ${id}.`);
  return row;
}

async function history(reader: Reader, taskRunId: string, after: number, limit: number): Promise<TaskRunDetails["stateHistory"]> {
  const rows = await reader.query<{ version: number; at: number; type: StateName; message: string | null }>("select version, at, type, message from task_run_states where task_run_id = ? and version > ? order by version limit ?", [taskRunId, after, limit]);
  return rows.map(({ version, at, type, message }) => ({ id: entryId(taskRunId, version), at: instantOf(at), version, type, message }));
}

/** States of a history that the details hold; listTaskRunStates has all (count). */
const SHOWN_STATES = 200;

async function details(reader: Reader, row: TaskRunRow): Promise<TaskRunDetails> {
  const run = await shownFlowRun(reader, row.flow_run_id);
  const [picture] = await reader.query<{ graph: string }>("select graph from flow_pictures where flow_id = ?", [run.flow_id]);
  const state = row.state_data === null ? null : JSON.parse(row.state_data) as StateData;
  return {
    ...taskRunOf(row), ...flowEdges(picture?.graph ?? "{}", row.slug), stateHistory: await history(reader, row.id, 0, SHOWN_STATES), resultPreview: row.result_preview, resultLocation: resultLocation(state),
    flowId: run.flow_id, flowName: run.flow_name, flowRunName: run.name,
  };
}
