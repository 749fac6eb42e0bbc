/** One node as SVG: a card for a task, a pill for a parameter, a dashed chip for a constant. All text is text content. */
import type { NodeBox } from "../layout/flow-layout.ts";
import { shownName, TASK_HEIGHT, TEXT_INDENT } from "../layout/node-size.ts";
import { inkOn } from "../layout/state-counts.ts";
import type { FlowNode } from "../protocol/flow-snapshot.ts";
import { STATES, type StateName } from "../protocol/states.ts";
import type { NodePlan } from "../protocol/verdict.ts";
import { VERDICT_MARKS } from "./verdict-text.ts";
import { svgElement } from "./svg-element.ts";

/** Makes the element of a node, with its middle line free for {@link updateNode}. @param mapped - room for the bar of its children */
export function createNode(node: FlowNode, { width, height }: NodeBox, mapped: boolean): SVGGElement {
  const kind = node.kind ?? "task";
  const group = svgElement("g", { class: `jp-Flowlet-node jp-mod-${kind}`, tabindex: "-1" });
  group.dataset.id = node.id;
  const name = svgElement("text", { class: "jp-Flowlet-name" });
  name.textContent = shownName(node.name);
  const title = svgElement("title");
  title.textContent = node.name;
  const box = { width: String(width), height: String(height) };
  if (kind === "constant") {
    group.setAttribute("role", "presentation");
    name.setAttribute("x", String(width / 2));
    name.setAttribute("y", String(height / 2 + 4));
    group.append(svgElement("rect", { class: "jp-Flowlet-box", ...box, rx: "5" }), name, title);
    return group;
  }
  group.setAttribute("role", "option");
  group.setAttribute("aria-selected", "false");
  const middle = mapped ? height / 2 - 7 : height / 2;
  name.setAttribute("x", String(TEXT_INDENT));
  name.setAttribute("y", String(middle - 3));
  const round = kind === "parameter" ? TASK_HEIGHT / 2 : 7;
  group.append(svgElement("rect", { class: "jp-Flowlet-box", ...box, rx: String(round) }));
  if (kind === "task") group.append(svgElement("path", { class: "jp-Flowlet-stripe", d: `M6 .5a5.5 5.5 0 0 0-5.5 5.5v${height - 12}a5.5 5.5 0 0 0 4 5.3v-${height - 1.4}z` }));
  const badge = svgElement("g", { class: "jp-Flowlet-badge", transform: `translate(20,${middle})` });
  badge.append(svgElement("circle", { class: "jp-Flowlet-ring", r: "11" }), svgElement("circle", { class: "jp-Flowlet-dot", r: "8.5" }), svgElement("text", { class: "jp-Flowlet-icon", y: "4" }));
  group.append(badge, name, svgElement("text", { class: "jp-Flowlet-status", x: String(TEXT_INDENT), y: String(middle + 13) }));
  if (mapped) group.append(svgElement("g", { class: "jp-Flowlet-children", transform: `translate(12,${height - 12})`, "data-width": String(width - 24) }));
  const verdict = svgElement("g", { class: "jp-Flowlet-verdict", transform: `translate(${width - 4},4)` });
  verdict.append(svgElement("circle", { r: "7.5" }), svgElement("path"));
  group.append(verdict, title);
  return group;
}

/** Shows a state on a node's element. Nothing is touched where nothing changed. */
export function updateNode(group: SVGGElement, state: StateName, status: string, children: readonly (readonly [StateName, number])[], verdict: NodePlan["verdict"] | undefined, title: string): void {
  const tip = group.querySelector(":scope > title");
  if (tip !== null && tip.textContent !== title) tip.textContent = title;
  if (group.dataset.verdict !== verdict) {
    if (verdict === undefined) delete group.dataset.verdict;
    else group.dataset.verdict = verdict;
    group.querySelector(".jp-Flowlet-verdict > path")?.setAttribute("d", verdict === undefined ? "" : VERDICT_MARKS[verdict]);
  }
  const line = group.querySelector(".jp-Flowlet-status");
  if (line !== null && line.textContent !== status) line.textContent = status;
  if (group.dataset.state !== state) {
    group.dataset.state = state;
    const { color, icon } = STATES[state];
    group.style.setProperty("--jp-flowlet-state", color);
    const glyph = group.querySelector<SVGTextElement>(".jp-Flowlet-icon");
    if (glyph !== null) {
      glyph.textContent = icon;
      glyph.style.fill = inkOn(color);
    }
  }
  const bar = group.querySelector<SVGGElement>(".jp-Flowlet-children");
  if (bar !== null) drawChildren(bar, children);
}

/** A bar in segments by state, as wide as the node. */
function drawChildren(bar: SVGGElement, children: readonly (readonly [StateName, number])[]): void {
  const signature = children.map(([state, count]) => `${state}${count}`).join();
  if (bar.dataset.shown === signature) return;
  bar.dataset.shown = signature;
  const width = Number(bar.dataset.width);
  const total = children.reduce((sum, [, count]) => sum + count, 0);
  let x = 0;
  const segments = children.map(([state, count]) => {
    const length = (count / total) * width;
    const segment = svgElement("rect", { x: x.toFixed(1), width: Math.max(1, length - 1).toFixed(1), height: "5", rx: "2", fill: STATES[state].color });
    const title = svgElement("title");
    title.textContent = `${count} ${state}`;
    segment.append(title);
    x += length;
    return segment;
  });
  bar.replaceChildren(svgElement("rect", { class: "jp-Flowlet-track", width: String(width), height: "5", rx: "2" }), ...segments);
}
