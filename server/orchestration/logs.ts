/** Log records of runs: numbered within their run. */
import type { LogEntry } from "../api/schemas/log.ts";
import type { SqlValue, TableColumns } from "../database/database.ts";
import type { Core } from "./core.ts";
import { instantOf, lockFlowRun, noFlowRun, saveFlowRun, type FlowRunRow } from "./flow-run-row.ts";
import type { OrchestrationMethods } from "./orchestration.ts";
import { containingAscii, storable } from "./sql-text.ts";

type LogLevel = LogEntry["level"];

/** As the standard of Python has them. */
const LEVELS: Readonly<Record<LogLevel, number>> = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 };
const LEVEL_NAMES = new Map(Object.entries(LEVELS).map(([name, level]) => [level, name as LogLevel]));

export const LOGS: TableColumns = { table: "logs", columns: { flow_run_id: "text", id: "bigint", task_run_id: "text", at: "bigint", level: "bigint", logger: "text", message: "text" } };

export type LogRow = [flowRunId: string, id: number, taskRunId: string | null, at: number, level: number, logger: string, message: string];

/** Gives a record the next number of a locked run. */
export function logRow(run: FlowRunRow, taskRunId: string | null, { at, level, logger, message }: Pick<LogEntry, "at" | "level" | "logger" | "message">): LogRow {
  return [run.id, ++run.log_count, taskRunId, Date.parse(at), LEVELS[level], storable(logger), storable(message)];
}

export function logMethods(core: Core): Pick<OrchestrationMethods, "listLogs" | "writeRunLogs"> {
  const { database } = core;
  return {
    async listLogs({ flowRunId, limit, after = 0, level, taskRunId, search }) {
      const wheres = ["l.flow_run_id = ?", "l.id > ?"], values: SqlValue[] = [flowRunId, after];
      const add = (where: string, value: SqlValue) => { wheres.push(where); values.push(value); };
      if (level !== undefined) add("l.level >= ?", LEVELS[level]);
      if (taskRunId !== undefined) add("l.task_run_id = ?", taskRunId);
      if (search !== undefined) add("lower(l.message) like ? escape '\\'", containingAscii(search));
      const rows = await database.query<{ id: number; task_run_id: string | null; task_run_name: string | null; at: number; level: number; logger: string; message: string }>(
        `select l.id, l.task_run_id, t.name as task_run_name, l.at, l.level, l.logger, l.message from logs l left join task_runs t on t.id = l.task_run_id where ${wheres.join(" and ")} order by l.id limit ?`, [...values, limit + 1]);
      if (rows.length === 0 && (await database.query("select 1 from flow_runs where id = ?", [flowRunId])).length === 0) throw noFlowRun(flowRunId);
      const items = rows.slice(0, limit).map((row): LogEntry => ({
        id: row.id, flowRunId, taskRunId: row.task_run_id, taskRunName: row.task_run_name, at: instantOf(row.at), level: LEVEL_NAMES.get(row.level) ?? "INFO", logger: row.logger, message: row.message,
      }));
      return { items, next: rows.length > limit ? items.at(-1)!.id : null };
    },
    async writeRunLogs({ flowRunId, entries }) {
      await core.change(async (change) => {
        const run = await lockFlowRun(change, flowRunId);
        await change.insert(LOGS, entries.map((entry) => logRow(run, null, entry)));
        await saveFlowRun(change, run, { progressOnly: true });
        change.tell({ type: "logs", flowRunId, last: run.log_count });
      });
      return { done: true };
    },
  };
}
