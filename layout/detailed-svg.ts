/** Static drawing of a small flow: a card for every task with name and state, a label on every edge. */
import type { FlowNode, FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { isStateName, STATES } from "../protocol/states.ts";
import { edgeLabel } from "./compose-layout.ts";
import { edgePath, uprightEdgePath } from "./edge-path.ts";
import type { NodeBox } from "./flow-layout.ts";
import { layoutLayered } from "./layout-flow.ts";
import { shownName, TASK_HEIGHT, TEXT_INDENT, textWidth } from "./node-size.ts";
import { nodeState } from "./state-counts.ts";
import { badge, describeStates, GREY, HEADER_HEIGHT, svgDocument } from "./svg-document.ts";
import { layoutUpright } from "./upright-layout.ts";
import { xmlText } from "./xml-text.ts";

const STYLE =
  `.flowlet .n{fill:#fff;stroke:#9aa3ad}.flowlet .c{fill:#f3f5f7;stroke:#9aa3ad;stroke-dasharray:3 2}.flowlet .t{fill:#1b1f24}.flowlet .s{fill:#59636e;font-size:11px}` +
  `.flowlet .k{fill:#3d4650;font-size:11px;text-anchor:middle}.flowlet .e{fill:none;stroke:${GREY};stroke-width:1.3}.flowlet .m{stroke-dasharray:5 4}` +
  `.flowlet .l,.flowlet .h{fill:${GREY};font-size:11px}.flowlet .l{text-anchor:middle}.flowlet .f{font-weight:600;font-size:13px}`;

/** How a flow is drawn; all optional. */
export interface DrawingOptions {
  /** From top to bottom. Default false: from left to right. */
  readonly upright?: boolean;
  /** Cards have the ground of their state's colour. Default false: a stripe. */
  readonly filled?: boolean;
}

/** @returns an SVG document; about 400 characters a task */
export function drawDetailedSvg(flow: FlowSnapshot, { upright = false, filled = false }: DrawingOptions = {}): string {
  const { width, height, nodes, edges } = upright ? layoutUpright(flow) : layoutLayered(flow);
  let plain = "";
  let mapped = "";
  let labels = "";
  flow.edges.forEach((edge, index) => {
    const { points, label } = edges[index]!;
    // Arrow heads are strokes of the same path: a marker would need a path for each edge.
    const path = upright ? `${uprightEdgePath(points)}m-3-5l3 5 3-5` : `${edgePath(points)}m-5-3l5 3-5 3`;
    if (edge[3] === undefined) plain += path;
    else mapped += path;
    const text = edgeLabel(edge);
    if (label !== undefined && text !== "") labels += upright ? `<text x='${label[0] + 6}' y='${label[1] + 4}'>${xmlText(text)}</text>` : `<text x='${label[0]}' y='${label[1] - 3}'>${xmlText(text)}</text>`;
  });
  const used = new Set(flow.nodes.filter((node) => node.kind !== "constant").map(nodeState));
  const defs = [...used].map((state) => `<g id='flowlet-${state}'>${badge(state, 0, 0)}</g>`).join("");
  const paths = `<path class='e' d='${plain}'/>${mapped === "" ? "" : `<path class='e m' d='${mapped}'/>`}`;
  const cards = flow.nodes.map((node, index) => drawNode(node, nodes[index]!, filled)).join("");
  const name = shownName(flow.name, 60);
  const status = `${flow.state !== undefined && isStateName(flow.state) ? `${flow.state} · ` : ""}${describeStates(flow)}`;
  const header = `<text class='h' x='12' y='20'><tspan class='f'>${xmlText(name)}</tspan><tspan dx='10'>${xmlText(status)}</tspan></text>`;
  const needed = 34 + textWidth(name, 14) + textWidth(status, 11);
  return svgDocument(flow, Math.max(width, needed), height + HEADER_HEIGHT, STYLE, `<defs>${defs}</defs>${header}<g transform='translate(0 ${HEADER_HEIGHT - 6})'>${paths}<g class='l'${upright ? " style='text-anchor:start'" : ""}>${labels}</g>${cards}</g>`);
}

function drawNode(node: FlowNode, { x, y, width, height }: NodeBox, filled: boolean): string {
  const name = xmlText(shownName(node.name));
  const title = node.name.length > shownName(node.name).length ? `<title>${xmlText(node.name.slice(0, 300))}</title>` : "";
  if (node.kind === "constant") {
    return group(title, `<rect class='c' x='${x}' y='${y}' width='${width}' height='${height}' rx='4'/><text class='k' x='${x + width / 2}' y='${y + height / 2 + 4}'>${name}</text>`);
  }
  const state = nodeState(node);
  const middle = y + height / 2;
  const round = node.kind === "parameter" ? TASK_HEIGHT / 2 : 6;
  const stripe =
    node.kind === "parameter"
      ? ""
      : `<path d='M${x + 5} ${y}a5 5 0 0 0-5 5v${height - 10}a5 5 0 0 0 5 5z' fill='${STATES[state].color}'/>`;
  const counts = Object.entries(node.children ?? {}).filter(([child, count]) => isStateName(child) && typeof count === "number" && count > 0);
  const detail = counts.length > 0 ? `<text class='s' x='${x + TEXT_INDENT}' y='${middle + 25}'>${xmlText(counts.map(([child, count]) => `${count} ${child}`).join(", ").slice(0, 60))}</text>` : "";
  const up = detail === "" ? 0 : 7;
  return group(
    title,
    `<rect class='n' x='${x}' y='${y}' width='${width}' height='${height}' rx='${round}'${filled ? ` style='fill:${tint(STATES[state].color)}'` : ""}/>${stripe}<use href='#flowlet-${state}' x='${x + 20}' y='${middle}'/>` +
    `<text class='t' x='${x + TEXT_INDENT}' y='${middle - 3 - up}'>${name}</text><text class='s' x='${x + TEXT_INDENT}' y='${middle + 13 - up}'>${state}</text>${detail}`,
  );
}

/** A light ground of a colour (`#rrggbb`), on which dark text reads. */
function tint(color: string): string {
  const light = [1, 3, 5].map((at) => Math.round(255 - (255 - Number.parseInt(color.slice(at, at + 2), 16)) * 0.3));
  return `#${light.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function group(title: string, shapes: string): string {
  return title === "" ? shapes : `<g>${title}${shapes}</g>`;
}
