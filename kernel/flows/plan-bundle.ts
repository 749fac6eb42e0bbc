/** A plan as a MIME bundle: the flow's picture with what the next run would do, and a table. */
import { FLOW_MIME, packFlow, type FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import type { NodePlan, SavedPlan } from "../../protocol/verdict.ts";
import { drawSvg } from "../../layout/draw-svg.ts";
import { formatDuration, planSummary } from "../../engine/embedding.ts";
import type { FlowPlan, TaskPlan } from "../../engine/index.ts";

/** Of a plan with more tasks those are listed that run, so many at most (count). */
const MAX_ROWS = 100;

/** What a plan says of one task, without what can not leave the process. */
export function nodePlan({ verdict, reason, expected, saves, keptAt, children }: TaskPlan): NodePlan {
  return {
    verdict, reason, ...(expected !== null && { expected: Math.round(expected) }), ...(saves !== null && { saves: Math.round(saves) }),
    ...(keptAt !== null && { keptAt: keptAt.getTime() }), ...(children !== undefined && { children }),
  };
}

/** All that an output should hold. @param snapshot of the flow that is planned */
export function planBundle(snapshot: FlowSnapshot, plan: FlowPlan): { readonly [mimeType: string]: unknown } {
  const shown = plan.tasks.length <= MAX_ROWS ? plan.tasks : plan.running.slice(0, MAX_ROWS);
  const more = plan.tasks.length - shown.length;
  const saved: SavedPlan = { summary: planSummary(plan), tasks: shown.map((task) => ({ id: task.slug, ...nodePlan(task) })), ...(more > 0 && { more }) };
  return { [FLOW_MIME]: packFlow({ ...snapshot, plan: saved }), "image/svg+xml": drawSvg(snapshot), "text/html": planTable(saved), "text/plain": plan.toString() };
}

/** For who shows outputs without our extension, e.g. nbconvert. */
function planTable({ summary, tasks, more = 0 }: SavedPlan): string {
  const time = ({ verdict, expected, saves }: NodePlan) => (verdict === "fresh" || verdict === "outside" ? (saves === undefined ? "" : `saves ${formatDuration(saves)}`) : expected === undefined ? "" : formatDuration(expected));
  const row = (tag: string, cells: readonly string[]) => `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const rows = tasks.map((task) => row("td", [task.id, task.verdict, time(task), task.reason]));
  if (more > 0) rows.push(row("td", [`… ${more} more`, "", "", ""]));
  return `<table><caption>${escapeHtml(summary)}</caption><thead>${row("th", ["task", "verdict", "time", "why"])}</thead><tbody>${rows.join("")}</tbody></table>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
