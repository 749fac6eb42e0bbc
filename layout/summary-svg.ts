/** Static drawing of a flow that is too large to draw: how many tasks are in which state. */
import type { FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { STATES } from "../protocol/states.ts";
import { shownName, textWidth } from "./node-size.ts";
import { countStates } from "./state-counts.ts";
import { badge, GREY, svgDocument } from "./svg-document.ts";
import { xmlText } from "./xml-text.ts";

const BAR_WIDTH = 420;
const LINE_HEIGHT = 24;

const STYLE = `.flowlet .h{fill:${GREY};font-size:12px}.flowlet .f{font-weight:600;font-size:13px}`;

/** @returns an SVG document of constant size: title, a bar in the states' colours, one line a state */
export function drawSummarySvg(flow: FlowSnapshot): string {
  const counts = countStates(flow.nodes);
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const name = shownName(flow.name, 60);
  const title = `${total.toLocaleString("en")} tasks, ${flow.edges.length.toLocaleString("en")} dependencies: too many to draw here, open the notebook to see them`;
  let body = `<text class='h' x='12' y='22'><tspan class='f'>${xmlText(name)}</tspan></text><text class='h' x='12' y='42'>${xmlText(title)}</text>`;
  let x = 12;
  let y = 82;
  for (const [state, count] of counts) {
    const width = Math.max(2, Math.round((count / total) * BAR_WIDTH));
    body += `<rect x='${x}' y='54' width='${width}' height='10' fill='${STATES[state].color}'/>`;
    x += width;
    body += `${badge(state, 21, y)}<text class='h' x='36' y='${y + 4}'>${count.toLocaleString("en")} ${state}</text>`;
    y += LINE_HEIGHT;
  }
  return svgDocument(flow, Math.max(BAR_WIDTH + 48, textWidth(title, 12) + 24, textWidth(name, 14) + 24), y, STYLE, body);
}
