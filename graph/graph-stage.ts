/**
 * The part of a picture that shows the graph: lays a structure out, draws it in the way that its size asks for, and keeps
 * it in view.
 */
import type { FlowLayout, NodeBox } from "../layout/flow-layout.ts";
import { CanvasDrawing } from "./canvas-drawing.ts";
import type { Drawing, DrawingContext } from "./drawing.ts";
import type { FlowState } from "./flow-state.ts";
import { LayoutQueue, type LayoutSource } from "./layout-queue.ts";
import { nextNode } from "./navigation.ts";
import { statusLine, type Translate } from "./status-text.ts";
import { planText } from "./verdict-text.ts";
import { SvgDrawing } from "./svg-drawing.ts";
import { isCalm, Viewport } from "./viewport.ts";
import { visibleFlow, type VisibleFlow } from "./visible-flow.ts";

/** How a graph is drawn. */
export interface GraphStageSettings {
  /** Above this many nodes a canvas is used. */
  readonly maxSvgNodes: number;
  readonly showConstants: boolean;
  /** Largest height (pixels). */
  readonly maxHeight: number;
}

/** Height while the panel is open (pixels), at least. */
const PANEL_HEIGHT = 360;

/** Draws into an element of its own, {@link GraphStage.element}. */
export class GraphStage {
  readonly element = document.createElement("div");
  readonly #translate: Translate;
  readonly #viewport: Viewport;
  readonly #layouts: LayoutQueue;
  readonly #resized: ResizeObserver;
  #settings: GraphStageSettings;
  #visible: VisibleFlow | null = null;
  #layout: FlowLayout | null = null;
  #drawing: Drawing | null = null;
  #selected: string | null = null;
  /** The element has had a size, so what follows is a change of it. */
  #wasSized = false;
  #disposed = false;

  constructor(settings: GraphStageSettings, layout: LayoutSource, translate: Translate) {
    this.element.className = "jp-Flowlet-stage";
    this.#settings = settings;
    this.#translate = translate;
    this.#viewport = new Viewport(this.element, (transform) => this.#drawing?.transform(transform));
    this.#layouts = new LayoutQueue(layout);
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#resized.observe(this.element);
  }

  /**
   * Shows the flow of `state`. A structure that is drawn already stays where it is.
   * @returns whether this is what is drawn now; false when a later one came meanwhile
   * @throws Error when the layout fails
   */
  async show(state: FlowState): Promise<boolean> {
    const visible = visibleFlow(state.flow, this.#settings.showConstants);
    if (this.#drawing !== null && isSameStructure(this.#visible, visible)) {
      this.#layouts.cancel();
      this.#visible = visible;
      this.#drawing.update(visible.nodes.map((node) => node.id));
      return true;
    }
    const layout = await this.#layouts.layout(visible);
    if (layout === null || this.#disposed) return false;
    const isFirst = this.#layout === null;
    const drawing = this.#ensureDrawing(visible.nodes.length <= this.#settings.maxSvgNodes, state);
    this.#visible = visible;
    this.#layout = layout;
    drawing.show(visible, layout, !isFirst && !isCalm());
    drawing.select(this.#selected);
    this.#fitHeight();
    if (!this.#viewport.isMoved) this.#viewport.start(layout);
    drawing.transform(this.#viewport.transform);
    return true;
  }

  #ensureDrawing(svg: boolean, state: FlowState): Drawing {
    if (this.#drawing !== null && svg === this.#drawing instanceof SvgDrawing) return this.#drawing;
    this.#drawing?.dispose();
    const label = this.#translate("Tasks of %1", state.flow.name);
    const context: DrawingContext = { state, describe: (id) => this.#describe(state, id), title: (id) => this.#title(state, id), statusLine: (id) => this.#statusLine(state, id) };
    return (this.#drawing = svg ? new SvgDrawing(this.element, context, label) : new CanvasDrawing(this.element, context, label));
  }

  #describe(state: FlowState, id: string): string {
    const node = state.node(id);
    if (node === undefined) return "";
    const plan = state.plan(id);
    return [node.name, this.#translate(state.state(node)), ...(plan === undefined ? [] : [planText(plan, this.#translate)])].join(", ");
  }

  #title(state: FlowState, id: string): string {
    const plan = state.plan(id);
    const name = state.node(id)?.name ?? "";
    return plan === undefined ? name : `${name}\n${planText(plan, this.#translate)}`;
  }

  #statusLine(state: FlowState, id: string): string {
    const node = state.node(id);
    if (node === undefined) return "";
    const text = statusLine(state.state(node), state.status(id), this.#translate);
    const children = state.children(node).reduce((sum, [, count]) => sum + count, 0);
    return children > 0 ? `${text} × ${children}` : text;
  }

  /** Draws the current states of these nodes. */
  update(ids: readonly string[]): void { this.#drawing?.update(ids); }

  /** Marks a node and brings it into view; null: none. */
  select(id: string | null): void {
    this.#selected = id;
    this.#drawing?.select(id);
    this.#fitHeight();
    if (id !== null) this.#reveal(id);
  }

  /** Moves the keyboard's focus to a node. */
  focus(id: string): void {
    this.#drawing?.focus(id, true);
    this.#reveal(id);
  }

  /** Node that an arrow key leads to. */
  next(from: string, key: string): string | null {
    const index = this.#visible?.index.get(from);
    if (index === undefined || this.#layout === null) return null;
    const to = nextNode(this.#visible!, this.#layout, index, key);
    return to === null ? null : this.#visible!.nodes[to]!.id;
  }

  /** Node at an event's place. */
  nodeAt(event: Event): string | null { return this.#drawing?.nodeAt(event) ?? null; }

  /** @param factor - above 1: closer */
  zoomBy(factor: number): void { this.#viewport.zoomBy(factor); }

  /** The whole graph. */
  fit(): void {
    if (this.#layout !== null) this.#viewport.fit(this.#layout, true);
  }

  /** Takes the settings and draws anew. */
  configure(settings: GraphStageSettings): void {
    this.#settings = settings;
    this.#drawing?.dispose();
    this.#drawing = null;
  }

  /** Reads the page's colours again. */
  restyle(): void { this.#drawing?.restyle(); }

  dispose(): void {
    this.#disposed = true;
    this.#resized.disconnect();
    this.#viewport.dispose();
    this.#drawing?.dispose();
  }

  #box(id: string | null): NodeBox | undefined {
    const index = id === null ? undefined : this.#visible?.index.get(id);
    return index === undefined ? undefined : this.#layout?.nodes[index];
  }

  /** After the layout of the page, which may be about to change with the panel. */
  #reveal(id: string): void {
    requestAnimationFrame(() => {
      const box = this.#box(id);
      if (box !== undefined && !this.#disposed) this.#viewport.reveal(box);
    });
  }

  #fitHeight(): void {
    if (this.#layout === null) return;
    const { maxHeight } = this.#settings;
    const height = this.#viewport.heightFor(this.#layout, maxHeight);
    this.element.style.height = `${this.#selected === null ? height : Math.max(height, Math.min(PANEL_HEIGHT, maxHeight))}px`;
  }

  #resize(): void {
    if (this.#layout === null || this.element.clientWidth === 0) return;
    if (this.#selected === null) this.#fitHeight();
    const box = this.#box(this.#selected);
    if (!this.#viewport.isMoved) this.#viewport.start(this.#layout, this.#wasSized, box);
    else if (box !== undefined) this.#viewport.reveal(box);
    this.#wasSized = true;
    this.#drawing?.restyle();
  }
}

/** The hash says so, and the nodes are the same in the same order: a damaged graph may claim another one's hash. */
function isSameStructure(drawn: VisibleFlow | null, flow: VisibleFlow): boolean {
  return drawn !== null && drawn.key === flow.key && drawn.nodes.length === flow.nodes.length && drawn.edges.length === flow.edges.length &&
    drawn.nodes.every((node, index) => node.id === flow.nodes[index]!.id);
}
