/** A flow of a notebook as one module: the entry of the bundle that is registered. Loaded when the first flow is registered: it brings the parser along. */
import { FlowletError, type Flow } from "../../engine/index.ts";
import type { CellHistory } from "./cell-history.ts";
import { entryText } from "./entry-text.ts";
import type { Stop } from "./notebook-timeline.ts";
import { sliceCells } from "./slice-cells.ts";

/** What a flow needs of its notebook. */
export interface FlowSlice {
  /** Text of the module, JavaScript. */
  readonly code: string;
  /** What the user should know, a sentence each. */
  readonly notes: readonly string[];
  /** The cells it was taken from, as the user wrote them. */
  readonly cells: readonly string[];
}

/**
 * @param stop the statement that asks, where a cell does
 * @throws FlowletError NOT_IN_CELLS where something that the flow needs can not be taken along
 */
export function sliceFlow(flow: Flow, history: CellHistory, stop: Stop | null): FlowSlice {
  const slice = sliceCells(flow, history, stop);
  if (slice.problems.length > 0) throw new FlowletError("NOT_IN_CELLS", { flow: flow.name, what: list(slice.problems) });
  const notes = slice.statements.filter(({ uses, imports }) => uses.awaits && imports === null).map(({ declares, execution, text }) => {
    const what = declares.length === 0 ? `\`${text.replace(/\s+/g, " ").slice(0, 60)}\`` : declares.join(", ");
    return `${what} (cell [${execution.label}]) is made anew on the agent, whenever the flow is loaded: \`${text.replace(/\s+/g, " ").slice(0, 80)}\`.`;
  });
  return { code: entryText(slice), notes, cells: [...new Set(slice.statements.map(({ execution }) => execution.code))] };
}

function list(problems: readonly string[]): string {
  const shown = problems.slice(0, 10);
  if (problems.length > shown.length) shown.push(`${problems.length - shown.length} more`);
  return shown.length === 1 ? shown[0]! : shown.map((problem) => `\n  - ${problem}`).join("");
}
