/**
 * Draws a large graph on a canvas: only what is in view, and less of it the further away it is. Keyboard and screen reader
 * work through one focusable element that stands for the current node.
 */
import type { EdgeRoute, FlowLayout, NodeBox } from "../layout/flow-layout.ts";
import { shownName, TEXT_INDENT } from "../layout/node-size.ts";
import { inkOn } from "../layout/state-counts.ts";
import { isStateKind, STATES } from "../protocol/states.ts";
import { readColors, type CanvasColors } from "./canvas-colors.ts";
import type { Drawing, DrawingContext, Transform } from "./drawing.ts";
import type { Verdict } from "../protocol/verdict.ts";
import { VERDICT_MARKS } from "./verdict-text.ts";
import type { VisibleFlow } from "./visible-flow.ts";

/** Zoom below which names, and edges other than those of the selected node, are left out. */
const TEXT_FROM = 0.4;
const EDGES_FROM = 0.08;

export class CanvasDrawing implements Drawing {
  readonly element: HTMLCanvasElement;
  readonly #stage: HTMLElement;
  readonly #context: DrawingContext;
  /** Stands for the current node: the canvas itself has no nodes to focus. */
  readonly #proxy: HTMLElement;
  #colors: CanvasColors;
  #flow: VisibleFlow | null = null;
  #layout: FlowLayout | null = null;
  #transform: Transform = { x: 0, y: 0, k: 1 };
  #selected: number | null = null;
  #focused: number | null = null;
  #frame = 0;

  constructor(stage: HTMLElement, context: DrawingContext, label: string) {
    this.#stage = stage;
    this.#context = context;
    this.element = document.createElement("canvas");
    this.element.className = "jp-Flowlet-canvas";
    this.element.setAttribute("aria-hidden", "true");
    this.#proxy = document.createElement("div");
    this.#proxy.className = "jp-Flowlet-proxy";
    this.#proxy.tabIndex = 0;
    this.#proxy.setAttribute("role", "option");
    const list = document.createElement("div");
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label);
    list.append(this.#proxy);
    stage.append(this.element, list);
    this.#colors = readColors(stage);
    this.#proxy.addEventListener("focus", this.#redraw);
    this.#proxy.addEventListener("blur", this.#redraw);
  }

  show(flow: VisibleFlow, layout: FlowLayout): void {
    this.#flow = flow;
    this.#layout = layout;
    this.#selected = null;
    this.focus(flow.nodes[Math.min(this.#focused ?? 0, flow.nodes.length - 1)]?.id ?? "", false);
    this.#redraw();
  }

  update(): void {
    this.#describeFocus();
    this.#redraw();
  }

  select(id: string | null): void {
    this.#selected = id === null ? null : (this.#flow?.index.get(id) ?? null);
    this.#redraw();
  }

  focus(id: string, take: boolean): void {
    const index = this.#flow?.index.get(id);
    if (index === undefined) return;
    this.#focused = index;
    this.#proxy.dataset.id = id;
    this.#describeFocus();
    if (take) this.#proxy.focus({ preventScroll: true });
    this.#redraw();
  }

  #describeFocus(): void {
    const id = this.#proxy.dataset.id;
    if (id !== undefined) this.#proxy.setAttribute("aria-label", this.#context.describe(id));
  }

  transform(transform: Transform): void {
    this.#transform = transform;
    this.#redraw();
  }

  nodeAt(event: Event): string | null {
    if (event.target === this.#proxy) return this.#proxy.dataset.id ?? null;
    if (!(event instanceof MouseEvent) || this.#layout === null || event.target !== this.element) return null;
    const { left, top } = this.element.getBoundingClientRect();
    const { x, y, k } = this.#transform;
    const atX = (event.clientX - left - x) / k;
    const atY = (event.clientY - top - y) / k;
    const found = this.#layout.nodes.findIndex((box) => atX >= box.x && atX <= box.x + box.width && atY >= box.y && atY <= box.y + box.height);
    return found < 0 ? null : this.#flow!.nodes[found]!.id;
  }

  restyle(): void {
    this.#colors = readColors(this.#stage);
    this.#redraw();
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.element.remove();
    this.#proxy.parentElement?.remove();
  }

  /** Everything that happens within one frame is drawn once. */
  readonly #redraw = (): void => {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#draw());
  };

  #draw(): void {
    this.#frame = 0;
    const flow = this.#flow;
    const layout = this.#layout;
    const context = this.element.getContext("2d");
    if (flow === null || layout === null || context === null) return;
    const ratio = window.devicePixelRatio || 1;
    const width = this.#stage.clientWidth;
    const height = this.#stage.clientHeight;
    if (this.element.width !== Math.round(width * ratio)) this.element.width = Math.round(width * ratio);
    if (this.element.height !== Math.round(height * ratio)) this.element.height = Math.round(height * ratio);
    const { x, y, k } = this.#transform;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
    const view = { left: -x / k, top: -y / k, right: (width - x) / k, bottom: (height - y) / k };
    if (k >= EDGES_FROM || flow.edges.length < 3000) this.#drawEdges(context, flow, layout, view, k);
    const urgent: number[] = [];
    layout.nodes.forEach((box, index) => {
      if (box.x > view.right || box.x + box.width < view.left || box.y > view.bottom || box.y + box.height < view.top) return;
      const state = this.#context.state.state(flow.nodes[index]!);
      // Failed and running ones last, above the others.
      if (isStateKind(state, "Failed") || isStateKind(state, "Running")) urgent.push(index);
      else this.#drawNode(context, index, box, k);
    });
    for (const index of urgent) this.#drawNode(context, index, layout.nodes[index]!, k);
  }

  #drawEdges(context: CanvasRenderingContext2D, flow: VisibleFlow, layout: FlowLayout, view: View, k: number): void {
    const selected = new Path2D();
    context.beginPath();
    flow.edges.forEach(([from, to], index) => {
      const { points } = layout.edges[index]!;
      if (points[0]! > view.right || points.at(-2)! < view.left) return;
      if (from === this.#selected || to === this.#selected) trace(selected, layout.edges[index]!, k);
      else trace(context, layout.edges[index]!, k);
    });
    context.lineWidth = Math.max(1, 0.8 / k);
    context.strokeStyle = this.#colors.edge;
    context.globalAlpha = 0.7;
    context.stroke();
    context.globalAlpha = 1;
    context.lineWidth = Math.max(2, 2 / k);
    context.strokeStyle = this.#colors.brand;
    context.stroke(selected);
  }

  #drawNode(context: CanvasRenderingContext2D, index: number, box: NodeBox, k: number): void {
    const node = this.#flow!.nodes[index]!;
    const colors = this.#colors;
    const state = this.#context.state.state(node);
    const constant = node.kind === "constant";
    const focused = index === this.#focused && document.activeElement === this.#proxy;
    context.beginPath();
    context.roundRect(box.x, box.y, box.width, box.height, node.kind === "parameter" ? box.height / 2 : 7);
    // Far away the card is its state's colour; near, the colour is a stripe and the text tells.
    context.fillStyle = k < TEXT_FROM && !constant ? STATES[state].color : colors.node;
    context.fill();
    if (k >= TEXT_FROM || index === this.#selected || focused) {
      context.lineWidth = index === this.#selected || focused ? 2.5 : 1;
      context.strokeStyle = index === this.#selected || focused ? colors.brand : colors.border;
      context.setLineDash(constant ? [3, 2] : []);
      context.stroke();
      context.setLineDash([]);
    }
    if (k < TEXT_FROM) return;
    context.textAlign = constant ? "center" : "left";
    context.fillStyle = colors.text;
    context.font = `${constant ? 11 : 13}px ${colors.font}`;
    if (constant) return context.fillText(shownName(node.name), box.x + box.width / 2, box.y + box.height / 2 + 4);
    const middle = box.y + box.height / 2;
    context.fillText(shownName(node.name), box.x + TEXT_INDENT, middle - 3);
    context.fillStyle = colors.secondText;
    context.font = `11px ${colors.font}`;
    context.fillText(this.#context.statusLine(node.id), box.x + TEXT_INDENT, middle + 13);
    context.fillStyle = STATES[state].color;
    if (node.kind !== "parameter") context.fillRect(box.x, box.y + 5, 4, box.height - 10);
    context.beginPath();
    context.arc(box.x + 20, middle, 8.5, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = inkOn(STATES[state].color);
    context.textAlign = "center";
    context.fillText(STATES[state].icon, box.x + 20, middle + 4);
    const verdict = this.#context.state.plan(node.id)?.verdict;
    if (verdict !== undefined) drawVerdict(context, verdict, box.x + box.width - 4, box.y + 4, colors);
  }
}

function drawVerdict(context: CanvasRenderingContext2D, verdict: Verdict, x: number, y: number, colors: CanvasColors): void {
  const dark = verdict === "stale" || verdict === "unknown";
  context.save();
  context.translate(x, y);
  context.beginPath();
  context.arc(0, 0, 7.5, 0, 2 * Math.PI);
  context.fillStyle = dark ? colors.verdicts[verdict] : colors.node;
  context.fill();
  context.lineWidth = 1.2;
  context.strokeStyle = colors.verdicts[verdict];
  context.stroke();
  context.lineWidth = 1.5;
  context.strokeStyle = dark ? colors.node : colors.verdicts[verdict];
  context.stroke(new Path2D(VERDICT_MARKS[verdict]));
  context.restore();
}

interface View {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Curves when near enough to see them, else straight lines. */
function trace(path: CanvasRenderingContext2D | Path2D, { points }: EdgeRoute, k: number): void {
  path.moveTo(points[0]!, points[1]!);
  for (let at = 2; at + 1 < points.length; at += 2) {
    const x = points[at]!;
    const y = points[at + 1]!;
    const reach = (x - points[at - 2]!) / 2;
    if (k < TEXT_FROM) path.lineTo(x, y);
    else path.bezierCurveTo(points[at - 2]! + reach, points[at - 1]!, x - reach, y, x, y);
  }
}
