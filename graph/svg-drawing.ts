/** Draws a graph as SVG elements: accessible, themed by the page's stylesheet, right up to about a thousand nodes. */
import { edgeLabel } from "../layout/compose-layout.ts";
import { edgePath } from "../layout/edge-path.ts";
import type { FlowLayout } from "../layout/flow-layout.ts";
import { mappedNodes } from "../layout/compose-layout.ts";
import { isStateKind } from "../protocol/states.ts";
import type { Drawing, DrawingContext, Transform } from "./drawing.ts";
import { createNode, updateNode } from "./svg-node.ts";
import { svgElement } from "./svg-element.ts";
import type { VisibleFlow } from "./visible-flow.ts";

/** Zoom below which texts cannot be read: a node is then its state's colour. */
const FAR = 0.4;

let markers = 0;

/** One `<g>` for each node and one path for each edge inside one panned `<g>`. */
export class SvgDrawing implements Drawing {
  readonly element: SVGSVGElement;
  readonly #context: DrawingContext;
  readonly #root: SVGGElement;
  readonly #edges: SVGGElement;
  readonly #labels: SVGGElement;
  readonly #nodes: SVGGElement;
  readonly #elements = new Map<string, SVGGElement>();
  readonly #arrow = `jp-flowlet-arrow-${markers++}`;
  #flow: VisibleFlow | null = null;
  #edgeElements: SVGPathElement[] = [];
  #focusable: SVGGElement | null = null;
  #selected: string | null = null;

  constructor(stage: HTMLElement, context: DrawingContext, label: string) {
    this.#context = context;
    this.element = svgElement("svg", { class: "jp-Flowlet-svg", role: "listbox", "aria-label": label });
    const marker = svgElement("marker", { id: this.#arrow, viewBox: "0 0 8 8", refX: "7", refY: "4", markerWidth: "7", markerHeight: "7", orient: "auto", markerUnits: "userSpaceOnUse" });
    marker.append(svgElement("path", { class: "jp-Flowlet-arrow", d: "M0 .5 8 4 0 7.5z" }));
    const defs = svgElement("defs");
    defs.append(marker);
    this.#root = svgElement("g");
    this.#edges = svgElement("g", { class: "jp-Flowlet-edges", "aria-hidden": "true" });
    this.#labels = svgElement("g", { class: "jp-Flowlet-labels", "aria-hidden": "true" });
    this.#nodes = svgElement("g");
    this.#root.append(this.#edges, this.#labels, this.#nodes);
    this.element.append(defs, this.#root);
    stage.append(this.element);
  }

  show(flow: VisibleFlow, layout: FlowLayout, animate: boolean): void {
    this.#flow = flow;
    this.element.classList.toggle("jp-mod-moving", animate);
    this.#drawEdges(flow, layout);
    const mapped = mappedNodes(flow);
    const before = new Map(this.#elements);
    this.#elements.clear();
    const order: SVGGElement[] = [];
    flow.nodes.forEach((node, index) => {
      const box = layout.nodes[index]!;
      const old = before.get(node.id);
      // A node is made again only where its text or shape has changed.
      const shape = `${node.kind ?? "task"} ${box.width} ${box.height} ${node.name}`;
      const reused = old?.dataset.shape === shape ? old : undefined;
      const element = reused ?? createNode(node, box, mapped[index] === 1);
      element.dataset.shape = shape;
      element.style.transform = `translate(${box.x}px,${box.y}px)`;
      element.classList.toggle("jp-mod-new", animate && reused === undefined);
      if (reused !== undefined) before.delete(node.id);
      this.#elements.set(node.id, element);
      order.push(element);
    });
    for (const element of before.values()) element.remove();
    this.#nodes.replaceChildren(...order);
    this.update(flow.nodes.map((node) => node.id));
    const focused = this.#focusable !== null && this.#focusable.isConnected ? this.#focusable.dataset.id! : flow.nodes.find((node) => node.kind !== "constant")?.id;
    if (focused !== undefined) this.focus(focused, false);
    this.select(this.#selected);
  }

  #drawEdges(flow: VisibleFlow, layout: FlowLayout): void {
    const labels: SVGTextElement[] = [];
    this.#edgeElements = flow.edges.map((edge, index) => {
      const { points, label } = layout.edges[index]!;
      const path = svgElement("path", { class: "jp-Flowlet-edge", d: edgePath(points), "marker-end": `url(#${this.#arrow})` });
      if (edge[3] !== undefined) path.classList.add("jp-mod-mapped");
      const text = edgeLabel(edge);
      if (label !== undefined && text !== "") {
        const element = svgElement("text", { x: String(label[0]), y: String(label[1] + 4) });
        element.textContent = text;
        labels.push(element);
      }
      return path;
    });
    this.#edges.replaceChildren(...this.#edgeElements);
    this.#labels.replaceChildren(...labels);
  }

  update(ids: readonly string[]): void {
    for (const id of ids) {
      const element = this.#elements.get(id);
      const node = this.#context.state.node(id);
      if (element === undefined || node === undefined || node.kind === "constant") continue;
      const state = this.#context.state.state(node);
      updateNode(element, state, this.#context.statusLine(id), this.#context.state.children(node), this.#context.state.plan(id)?.verdict, this.#context.title(id));
      element.setAttribute("aria-label", this.#context.describe(id));
    }
    this.#flow?.edges.forEach(([, to], index) => {
      const node = this.#flow!.nodes[to]!;
      this.#edgeElements[index]!.classList.toggle("jp-mod-active", isStateKind(this.#context.state.state(node), "Running"));
    });
  }

  select(id: string | null): void {
    if (this.#selected !== null) this.#elements.get(this.#selected)?.setAttribute("aria-selected", "false");
    this.#selected = id;
    const at = id === null ? undefined : this.#flow?.index.get(id);
    if (id !== null) this.#elements.get(id)?.setAttribute("aria-selected", "true");
    this.#flow?.edges.forEach(([from, to], index) => {
      this.#edgeElements[index]!.classList.toggle("jp-mod-selected", at !== undefined && (from === at || to === at));
    });
  }

  focus(id: string, take: boolean): void {
    const element = this.#elements.get(id);
    if (element === undefined) return;
    this.#focusable?.setAttribute("tabindex", "-1");
    element.setAttribute("tabindex", "0");
    this.#focusable = element;
    if (take) element.focus({ preventScroll: true });
  }

  transform({ x, y, k }: Transform): void {
    this.#root.setAttribute("transform", `translate(${x},${y}) scale(${k})`);
    this.element.classList.toggle("jp-mod-far", k < FAR);
  }

  nodeAt(event: Event): string | null {
    const element = (event.target as Element | null)?.closest?.<SVGGElement>(".jp-Flowlet-node");
    return element === null || element === undefined || !this.element.contains(element) ? null : (element.dataset.id ?? null);
  }

  restyle(): void {
    // The stylesheet does it.
  }

  dispose(): void {
    this.element.remove();
    this.#elements.clear();
  }
}
