/** A plan as a MIME bundle: the flow's picture with what the next run would do, and a table. */
import { FLOW_MIME, packFlow, type FlowSnapshot } from "../../protocol/flow-snapshot.ts";
import type { NodePlan, SavedPlan } from "../../protocol/verdict.ts";
import { drawSvg } from "../../layout/draw-svg.ts";
import { xmlText } from "../../layout/xml-text.ts";
import { listedTasks, planRow, planSummary } from "../../engine/embedding.ts";
import type { FlowPlan, TaskPlan } from "../../engine/index.ts";

/** What a plan says of one task, without what can not leave the process. */
export function nodePlan({ verdict, reason, expected, saves, keptAt, children }: TaskPlan): NodePlan {
  return {
    verdict, reason, ...(expected !== null && { expected: Math.round(expected) }), ...(saves !== null && { saves: Math.round(saves) }),
    ...(keptAt !== null && { keptAt: keptAt.getTime() }), ...(children !== undefined && { children }),
  };
}

/** All that an output should hold. @param snapshot of the flow that is planned */
export function planBundle(snapshot: FlowSnapshot, plan: FlowPlan): { readonly [mimeType: string]: unknown } {
  const listed = listedTasks(plan);
  const more = plan.tasks.length - listed.length;
  const saved: SavedPlan = { summary: planSummary(plan), tasks: listed.map((task) => ({ id: task.slug, ...nodePlan(task) })), ...(more > 0 && { more }) };
  return { [FLOW_MIME]: packFlow({ ...snapshot, plan: saved }), "image/svg+xml": drawSvg(snapshot), "text/html": htmlTable(saved.summary, listed, more), "text/plain": plan.toString() };
}

/** For who shows outputs without our extension, e.g. nbconvert. @param more tasks that are not listed (count) */
function htmlTable(summary: string, listed: readonly TaskPlan[], more: number): string {
  const row = (tag: string, cells: readonly string[]) => `<tr>${cells.map((cell) => `<${tag}>${xmlText(cell)}</${tag}>`).join("")}</tr>`;
  const rows = listed.map((task) => row("td", planRow(task)));
  if (more > 0) rows.push(row("td", [`… ${more} more`, "", "", ""]));
  return `<table><caption>${xmlText(summary)}</caption><thead>${row("th", ["task", "verdict", "time", "why"])}</thead><tbody>${rows.join("")}</tbody></table>`;
}
