/**
 * Static drawing of a flow of some hundred tasks, as short as it can be said: about 50 characters a task with its edges.
 *
 * Columns are groups on a ground of their own, so that a task needs one coordinate; all edges into a column are one path.
 * A legend names the icons, because a state's name at every task would double the size.
 */
import type { FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { isStateName, STATES, type StateName } from "../protocol/states.ts";
import type { LayoutInput } from "./flow-layout.ts";
import { layeredLayout } from "./layered-layout.ts";
import { shownName, textWidth } from "./node-size.ts";
import { countStates, nodeState } from "./state-counts.ts";
import { GREY, HEADER_HEIGHT, svgDocument } from "./svg-document.ts";
import { xmlText } from "./xml-text.ts";

const BOX_HEIGHT = 18;

const STYLE =
  `.flowlet .d{font-size:11px;text-anchor:middle}.flowlet .d text{fill:#1b1f24}.flowlet .d rect{fill:#e9ecef}` +
  `.flowlet .d path{fill:none;stroke:${GREY};opacity:.6}.flowlet .h{fill:${GREY};font-size:11px}.flowlet .f{font-weight:600;font-size:13px}`;

/** @returns an SVG document; constants are expected to be left out */
export function drawDenseSvg(flow: FlowSnapshot): string {
  const texts = flow.nodes.map((node) => `${STATES[nodeState(node)].icon} ${shownName(node.name, 24)}`);
  const input: LayoutInput = {
    sizes: texts.map((text) => [textWidth(text, 11) + BOX_HEIGHT, BOX_HEIGHT]),
    edges: flow.edges.map(([from, to]) => [from, to] as const),
    labelWidths: [],
  };
  const { centers } = layeredLayout(input);
  let left = Infinity;
  let top = Infinity;
  let bottom = 0;
  const columns = new Map<number, number[]>();
  centers.forEach(([x, y], node) => {
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
    const column = columns.get(x);
    if (column === undefined) columns.set(x, [node]);
    else column.push(node);
  });
  const halves = new Map<number, number>();
  for (const [x, column] of columns) {
    const half = Math.round(Math.max(...column.map((node) => input.sizes[node]![0])) / 2);
    halves.set(x, half);
    left = Math.min(left, x - half);
  }
  const y = centers.map((center) => Math.round(center[1] - top) + HEADER_HEIGHT + BOX_HEIGHT);
  const arriving: number[][] = flow.nodes.map(() => []);
  for (const [from, to] of flow.edges) arriving[to]!.push(from);
  const height = Math.round(bottom - top) + HEADER_HEIGHT + 2 * BOX_HEIGHT + 12;
  let body = "";
  let right = 0;
  for (const [x, column] of [...columns].sort((a, b) => a[0] - b[0])) {
    const half = halves.get(x)!;
    const middle = Math.round(x - left) + 12;
    right = Math.max(right, middle + half);
    let lines = "";
    let names = "";
    for (const node of column) {
      for (const source of arriving[node]!) {
        const dx = Math.round(centers[source]![0] - x) + halves.get(centers[source]![0])! + half;
        lines += `M-${half} ${y[node]}l${dx} ${y[source]! - y[node]!}`;
      }
      names += `<text y='${y[node]! + 4}'>${xmlText(texts[node]!)}</text>`;
    }
    const lane = `<rect x='-${half}' y='${HEADER_HEIGHT}' width='${2 * half}' height='${height - HEADER_HEIGHT - 12}' rx='6'/>`;
    body += `<g transform='translate(${middle})'>${lane}<path d='${lines}'/>${names}</g>`;
  }
  const status = legend(flow);
  const name = shownName(flow.name, 60);
  const header = `<text class='h' x='12' y='20'><tspan class='f'>${xmlText(name)}</tspan><tspan dx='10'>${xmlText(status)}</tspan></text>`;
  const width = Math.max(right + 12, 34 + textWidth(name, 14) + textWidth(status, 11));
  return svgDocument(flow, width, height, STYLE, `${header}<g class='d'>${body}</g>`);
}

function legend(flow: FlowSnapshot): string {
  const counts = countStates(flow.nodes).map(([state, count]: [StateName, number]) => `${STATES[state].icon} ${state} ${count}`);
  return `${flow.state !== undefined && isStateName(flow.state) ? `${flow.state}: ` : ""}${counts.join(" · ")}`;
}
