/** A plan as text. */
import type { VerdictCounts } from "../../protocol/verdict.ts";
import { formatDuration } from "../cache/format-time.ts";
import type { TaskPlan } from "./task-plan.ts";

/** What of a plan is told; a FlowPlan is one. */
export interface ToldPlan {
  readonly flowName: string;
  readonly tasks: readonly TaskPlan[];
  readonly counts: VerdictCounts;
  readonly expected: number | null;
  readonly untimed: number;
  readonly saves: number;
  readonly running: readonly TaskPlan[];
}

/** Longest list of tasks; of a longer one those that run come first, and the rest is counted (count). */
const MAX_ROWS = 100;

/** "3 of 40 tasks run (about 12 s), 35 are fresh (saves 41 s), 2 from outside" */
export function planSummary({ tasks, counts, expected, untimed, saves }: Omit<ToldPlan, "flowName" | "running">): string {
  const runs = counts.stale + counts.unknown;
  const count = `${tasks.length} ${tasks.length === 1 ? "task" : "tasks"}`;
  const time = expected === null ? "" : ` (about ${formatDuration(expected)}${untimed === 0 ? "" : `, and ${untimed} of unknown length`})`;
  const parts = [runs === 0 ? `nothing to do for ${count}` : `${runs} of ${count} ${runs === 1 ? "runs" : "run"}${time}`];
  if (counts.fresh > 0) parts.push(`${counts.fresh} fresh`);
  if (counts.outside > 0) parts.push(`${counts.outside} kept from outside`);
  return `${parts.join(", ")}${saves >= 1 ? `; saves ${formatDuration(saves)}` : ""}`;
}

/** The tasks that a table lists. */
export function listedTasks({ tasks, running }: Pick<ToldPlan, "tasks" | "running">): readonly TaskPlan[] {
  return tasks.length <= MAX_ROWS ? tasks : running.slice(0, MAX_ROWS);
}

/** A task's row: slug, verdict, time, reason. */
export function planRow(task: TaskPlan): readonly [slug: string, verdict: string, time: string, reason: string] {
  return [task.slug, task.verdict, timeOf(task), task.reason];
}

/** Summary and table. */
export function planTable(plan: ToldPlan): string {
  const shown = listedTasks(plan);
  const rows = shown.map(planRow);
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column]) : cell)).join("  ")}`);
  if (shown.length < plan.tasks.length) lines.push(`  … ${plan.tasks.length - shown.length} more`);
  return [`Plan of flow "${plan.flowName}": ${planSummary(plan)}`, ...lines].join("\n");
}

function timeOf({ verdict, expected, saves }: TaskPlan): string {
  if (verdict === "fresh" || verdict === "outside") return saves === null || saves < 1 ? "" : `saves ${formatDuration(saves)}`;
  return expected === null ? "" : formatDuration(expected);
}
