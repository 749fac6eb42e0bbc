/** Operations on runs of flows that look, rename and delete. */
import { isStateKind } from "../../protocol/states.ts";
import type { OperationInput } from "../api/operation.ts";
import type { Operations } from "../api/operations.ts";
import type { SqlValue } from "../database/database.ts";
import type { Core } from "./core.ts";
import { deleteFlowRuns } from "./deletion.ts";
import { flowRunDetails, flowRunOf, flowRunsById, lockFlowRun, shownFlowRun } from "./flow-run-row.ts";
import { tellFlowRun } from "./flow-run-state.ts";
import { OrchestrationError } from "./orchestration-error.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { cursorOf, readCursor } from "./page-cursor.ts";
import { containing, searchText, storable } from "./sql-text.ts";
import { readStates } from "./state-kinds.ts";

export function flowRunMethods(core: Core): Pick<OrchestrationMethods, "listFlowRuns" | "getFlowRun" | "renameFlowRun" | "deleteFlowRun"> {
  const { database } = core;
  return {
    async listFlowRuns(input) {
      const { sql, values } = pageQuery(input);
      const rows = await database.query<{ id: string; t: number }>(sql, values);
      const shown = rows.slice(0, input.limit), last = shown.at(-1);
      return { items: await flowRunsById(database, shown.map(({ id }) => id)), next: rows.length > input.limit ? cursorOf([last!.t, last!.id]) : null };
    },
    async getFlowRun({ flowRunId }) {
      return flowRunDetails(database, await shownFlowRun(database, flowRunId));
    },
    async renameFlowRun({ flowRunId, name }) {
      await core.change(async (change) => {
        const row = await lockFlowRun(change, flowRunId);
        row.name = storable(name);
        await change.execute("update flow_runs set name = ?, search_name = ? where id = ?", [row.name, searchText(name), flowRunId]);
        tellFlowRun(change, row);
      });
      return flowRunOf(await shownFlowRun(database, flowRunId));
    },
    async deleteFlowRun({ flowRunId }) {
      await core.change(async (change) => {
        const row = await lockFlowRun(change, flowRunId);
        if (isGoing(row.state)) throw new OrchestrationError("CONFLICT", `Flow run ${JSON.stringify(row.name)} is ${row.state}. Cancel it, then delete it.`);
        await deleteFlowRuns(change, [flowRunId]);
        change.tell({ type: "flow", flowId: row.flow_id, flowGroupId: row.flow_group_id, projectId: row.project_id });
      });
      return { done: true };
    },
  };
}

/** A process has it, or will in a moment. */
export function isGoing(state: string): boolean {
  return isStateKind(state, "Running") || state === "Submitted";
}

/** The ids of a page and one more. A walk along one index, or one for each state, put together: none has to sort what it does not show. */
export function pageQuery(input: OperationInput<Operations["listFlowRuns"]>): { sql: string; values: SqlValue[] } {
  const { limit, after, order, since, until, name } = input;
  const newest = order === "newest";
  const wheres: string[] = [], values: SqlValue[] = [];
  const add = (where: string, ...more: SqlValue[]) => { wheres.push(where); values.push(...more); };
  for (const [column, value] of [["flow_id", input.flowId], ["flow_group_id", input.flowGroupId], ["project_id", input.projectId], ["agent_id", input.agentId]] as const) {
    if (value !== undefined) add(`${column} = ?`, value);
  }
  if (since !== undefined) add("scheduled_start_time >= ?", Date.parse(since));
  if (until !== undefined) add("scheduled_start_time < ?", Date.parse(until));
  if (after !== undefined) add(`(scheduled_start_time, id) ${newest ? "<" : ">"} (?, ?)`, ...readCursor(after, "number", "string"));
  if (name !== undefined) add("search_name like ? escape '\\'", containing(name));
  const direction = newest ? "desc" : "asc";
  const ordered = (where: readonly string[]) => `select id, scheduled_start_time as t from flow_runs ${where.length === 0 ? "" : `where ${where.join(" and ")}`} order by scheduled_start_time ${direction}, id ${direction} limit ?`;
  const states = readStates(input.states);
  if (states === undefined) return { sql: ordered(wheres), values: [...values, limit + 1] };
  const walks = states.map(() => `select * from (${ordered(["state = ?", ...wheres])}) walk`);
  return { sql: `select id, t from (${walks.join(" union all ")}) walks order by t ${direction}, id ${direction} limit ?`, values: [...states.flatMap((state) => [state, ...values, limit + 1]), limit + 1] };
}
