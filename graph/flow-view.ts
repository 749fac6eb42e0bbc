/**
 * The live picture of one flow: toolbar, graph, panel. Knows the page and no more: who embeds it brings the connection to
 * the kernel as {@link ViewActions} and tells it what changed.
 */
import { h, render } from "preact";
import type { NodeStatus, RunStatus, TaskDetails } from "../protocol/comm-messages.ts";
import type { FlowSnapshot } from "../protocol/flow-snapshot.ts";
import type { FlowLayout } from "../layout/flow-layout.ts";
import { layoutFlow } from "../layout/layout-flow.ts";
import { CanvasDrawing } from "./canvas-drawing.ts";
import { DetailsPanel } from "./details-panel.tsx";
import type { Drawing, DrawingContext } from "./drawing.ts";
import { FlowState, type NodeStatuses } from "./flow-state.ts";
import { GraphEvents } from "./graph-events.ts";
import { LayoutQueue, type LayoutSource } from "./layout-queue.ts";
import { statusLine, untranslated, type Translate } from "./status-text.ts";
import { SvgDrawing } from "./svg-drawing.ts";
import { progressText, Toolbar } from "./toolbar.tsx";
import type { Connection, Notice, ViewActions } from "./view-actions.ts";
import { isCalm, Viewport } from "./viewport.ts";
import { visibleFlow, type VisibleFlow } from "./visible-flow.ts";

/** How a picture is drawn; all may change later ({@link FlowView.configure}). */
export interface FlowViewSettings {
  /** Above this many nodes a canvas is used. Default 1000. */
  readonly maxSvgNodes?: number;
  /** Default true. */
  readonly showConstants?: boolean;
  /** Largest height of the graph (pixels). Default 420. */
  readonly maxHeight?: number;
}

export interface FlowViewOptions extends FlowViewSettings {
  readonly actions: ViewActions;
  /** Default: English. */
  readonly translate?: Translate;
  /** Computes layouts, in a worker for instance. Default: on the page's own thread. */
  readonly layout?: LayoutSource;
}

/** Height of the graph while the panel is open (pixels), at least. */
const PANEL_HEIGHT = 360;

/** How long the summary for screen readers waits for more changes (milliseconds). */
const ANNOUNCE_DELAY = 1000;
/** How often the panel of a running task is brought up to date (milliseconds). */
const ASK_INTERVAL = 500;

/** Draws into `element`, which it owns until {@link FlowView.dispose}. */
export class FlowView {
  readonly element: HTMLElement;
  readonly #options: FlowViewOptions;
  readonly #translate: Translate;
  readonly #toolbar = document.createElement("div");
  readonly #stage = document.createElement("div");
  readonly #side = document.createElement("div");
  readonly #live = document.createElement("div");
  readonly #viewport: Viewport;
  readonly #layouts: LayoutQueue;
  readonly #resized: ResizeObserver;
  readonly #events: GraphEvents;
  #settings: Required<FlowViewSettings>;
  #state: FlowState | null = null;
  #visible: VisibleFlow | null = null;
  #layout: FlowLayout | null = null;
  #drawing: Drawing | null = null;
  #selected: string | null = null;
  #details: TaskDetails | null = null;
  #askAgain: ReturnType<typeof setTimeout> | undefined;
  #problem: string | null = null;
  #connection: Connection = { live: false, reason: "" };
  #notice: Notice | null = null;
  #announcing: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #disposed = false;

  constructor(element: HTMLElement, options: FlowViewOptions) {
    this.element = element;
    this.#options = options;
    this.#translate = options.translate ?? untranslated;
    this.#settings = { maxSvgNodes: options.maxSvgNodes ?? 1000, showConstants: options.showConstants ?? true, maxHeight: options.maxHeight ?? 420 };
    element.classList.add("jp-Flowlet");
    this.#stage.className = "jp-Flowlet-stage";
    this.#side.className = "jp-Flowlet-side";
    this.#live.className = "jp-Flowlet-live";
    this.#live.setAttribute("aria-live", "polite");
    const body = document.createElement("div");
    body.className = "jp-Flowlet-body";
    body.append(this.#stage, this.#side);
    element.append(this.#toolbar, body, this.#live);
    this.#viewport = new Viewport(this.#stage, (transform) => this.#drawing?.transform(transform));
    this.#layouts = new LayoutQueue(options.layout ?? layoutFlow);
    this.#events = new GraphEvents(element, this.#stage, {
      nodeAt: (event) => this.#drawing?.nodeAt(event) ?? null,
      open: (id) => this.select(id, true),
      close: () => this.select(null),
      isOpen: () => this.#selected !== null,
      next: (id, key) => this.#events.next(this.#visible, this.#layout, id, key),
      focus: (id) => this.#focus(id),
    });
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#resized.observe(this.#stage);
  }

  /** The flow as it is drawn; null before the first. */
  get flow(): FlowSnapshot | null { return this.#state?.flow ?? null; }
  /** Node whose panel is open. */
  get selected(): string | null { return this.#selected; }
  get connection(): Connection { return this.#connection; }

  /**
   * Shows a flow. A structure that is drawn already stays where it is; another one is laid out anew and the nodes that it
   * shares with the former move to their new places.
   *
   * @param statuses - of the tasks; without them the snapshot's own states
   */
  setFlow(flow: FlowSnapshot, statuses?: NodeStatuses, run?: RunStatus): void {
    if (this.#state === null) this.#state = new FlowState(flow);
    this.#state.setFlow(flow, statuses, run ?? null);
    if (this.#selected !== null && this.#state.node(this.#selected) === undefined) this.select(null);
    const visible = visibleFlow(flow, this.#settings.showConstants);
    if (this.#visible?.key === visible.key && this.#visible.nodes.length === visible.nodes.length) {
      this.#visible = visible;
      this.#drawing?.update(visible.nodes.map((node) => node.id));
      this.#changed();
      return;
    }
    this.#changed();
    void this.#arrange(visible);
  }

  /** Takes in the changes of a delta. */
  updateStates(statuses: { readonly [nodeId: string]: NodeStatus }, run?: RunStatus): void {
    const changed = this.#state?.update(statuses, run) ?? [];
    this.#drawing?.update(changed);
    this.#changed();
    if (this.#selected !== null && changed.includes(this.#selected)) void this.#ask(this.#selected);
  }

  setConnection(connection: Connection): void {
    const became = connection.live && !this.#connection.live;
    this.#connection = connection;
    this.element.classList.toggle("jp-mod-live", connection.live);
    this.element.classList.toggle("jp-mod-replaced", connection.replaced === true);
    this.#changed();
    if (became && this.#selected !== null) void this.#ask(this.#selected);
  }

  /** Shows a line below the toolbar; null takes it away. */
  setNotice(notice: Notice | null): void {
    this.#notice = notice;
    this.#renderToolbar();
  }

  configure(settings: FlowViewSettings): void {
    const flow = this.flow;
    this.#settings = { ...this.#settings, ...settings };
    if (flow === null) return;
    this.#drawing?.dispose();
    this.#drawing = null;
    void this.#arrange(visibleFlow(flow, this.#settings.showConstants));
  }

  /** Opens a node's panel; null closes it. @param focus - also moves the keyboard's focus into the panel */
  select(id: string | null, focus: boolean = false): void {
    const before = this.#selected;
    this.#selected = id;
    this.#drawing?.select(id);
    if (id !== before) {
      this.#details = null;
      this.#problem = null;
    }
    this.#renderPanel();
    this.#fitHeight();
    if (id === null) {
      if (before !== null && this.#side.ownerDocument.activeElement === document.body) this.#drawing?.focus(before, true);
      return;
    }
    void this.#ask(id);
    if (focus) this.#drawing?.focus(id, true);
    this.#reveal(id);
  }

  fit(): void {
    if (this.#layout !== null) this.#viewport.fit(this.#layout, true);
  }

  /** Reads the page's colours again. */
  restyle(): void { this.#drawing?.restyle(); }

  /** Node at an event's place: for a context menu. */
  nodeAt(event: Event): string | null { return this.#drawing?.nodeAt(event) ?? null; }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#announcing);
    clearTimeout(this.#askAgain);
    this.#resized.disconnect();
    this.#events.dispose();
    this.#viewport.dispose();
    this.#drawing?.dispose();
    render(null, this.#toolbar);
    render(null, this.#side);
    this.element.replaceChildren();
  }

  async #arrange(visible: VisibleFlow): Promise<void> {
    const layout = await this.#layouts.layout(visible).catch((error: unknown) => {
      this.setNotice({ kind: "error", text: this.#translate("The graph could not be laid out: %1", String(error)) });
      return null;
    });
    // Null too when a later structure came while this one was computed.
    if (layout === null || this.#disposed || this.#state === null) return;
    const first = this.#layout === null;
    const svg = visible.nodes.length <= this.#settings.maxSvgNodes;
    if (this.#drawing === null || svg !== this.#drawing instanceof SvgDrawing) {
      this.#drawing?.dispose();
      const label = this.#translate("Tasks of %1", this.#state.flow.name);
      this.#drawing = svg ? new SvgDrawing(this.#stage, this.#context(this.#state), label) : new CanvasDrawing(this.#stage, this.#context(this.#state), label);
    }
    this.#visible = visible;
    this.#layout = layout;
    this.#drawing.show(visible, layout, !first && !isCalm());
    this.#drawing.select(this.#selected);
    this.#fitHeight();
    if (!this.#viewport.isMoved) this.#viewport.start(layout);
    this.#drawing.transform(this.#viewport.transform);
    this.element.dataset.graph = this.#state.flow.graph;
  }

  #context(state: FlowState): DrawingContext {
    const describe = (id: string) => {
      const node = state.node(id);
      return node === undefined ? "" : `${node.name}, ${this.#translate(state.state(node))}`;
    };
    const line = (id: string) => {
      const node = state.node(id);
      if (node === undefined) return "";
      const children = state.children(node);
      const total = children.reduce((sum, [, count]) => sum + count, 0);
      const text = statusLine(state.state(node), state.status(id), this.#translate);
      return total > 0 ? `${text} × ${total}` : text;
    };
    return { state, describe, statusLine: line };
  }

  #focus(id: string): void {
    this.#drawing?.focus(id, true);
    this.#reveal(id);
    if (this.#selected !== null) this.select(id);
  }

  #reveal(id: string): void {
    const index = this.#visible?.index.get(id);
    if (index !== undefined) requestAnimationFrame(() => {
      const box = this.#layout?.nodes[index];
      if (box !== undefined && !this.#disposed) this.#viewport.reveal(box);
    });
  }

  /** Asks the kernel about a task; the answer is shown if its panel is still open. */
  async #ask(id: string): Promise<void> {
    const node = this.#state?.node(id);
    if (node === undefined || node.kind === "constant") return;
    if (!this.#connection.live) {
      this.#problem = this.#connection.reason ?? null;
      return this.#renderPanel();
    }
    const asked = ++this.#asked;
    clearTimeout(this.#askAgain);
    try {
      const details = await this.#options.actions.details(id);
      if (asked !== this.#asked || this.#selected !== id) return;
      this.#details = details;
      this.#problem = null;
      // What a running task prints is not told by itself.
      if (details.status.state === "Running" && !this.#disposed) this.#askAgain = setTimeout(() => void this.#ask(id), ASK_INTERVAL);
    } catch (error) {
      if (asked !== this.#asked || this.#selected !== id) return;
      this.#problem = error instanceof Error ? error.message : String(error);
    }
    this.#renderPanel();
  }

  #changed(): void {
    this.#renderToolbar();
    this.#renderPanel();
    this.#announcing ??= setTimeout(() => {
      this.#announcing = undefined;
      if (this.#state !== null) this.#live.textContent = `${this.#state.flow.name}: ${progressText(this.#state.progress(), this.#translate)}`;
    }, ANNOUNCE_DELAY);
  }

  #renderToolbar(): void {
    const state = this.#state;
    if (state === null || this.#disposed) return;
    const note = state.run?.note;
    render(h(Toolbar, {
      name: state.flow.name, state: state.flowState, progress: state.progress(), running: state.isRunning, connection: this.#connection,
      notice: this.#notice, translate: this.#translate, ...(note !== undefined && { note }),
      onRun: () => this.#options.actions.run("run"),
      onCancel: () => this.#options.actions.cancel(),
      onZoom: (factor: number) => this.#viewport.zoomBy(factor),
      onFit: () => this.fit(),
    }), this.#toolbar);
  }

  #renderPanel(): void {
    const id = this.#selected;
    const node = id === null ? undefined : this.#state?.node(id);
    this.element.classList.toggle("jp-mod-panel", node !== undefined);
    if (id === null || node === undefined || this.#state === null || this.#disposed) return render(null, this.#side);
    const kind = node.kind ?? "task";
    render(h(DetailsPanel, {
      name: node.name, kind, state: kind === "constant" ? null : this.#state.state(node), status: this.#state.status(id),
      details: this.#details, problem: this.#problem, connection: this.#connection, translate: this.#translate,
      onRunTask: () => this.#options.actions.run("runTask", id),
      onRunFrom: () => this.#options.actions.run("runFrom", id),
      onClose: () => this.select(null),
    }), this.#side);
  }

  #fitHeight(): void {
    if (this.#layout === null) return;
    const height = this.#viewport.heightFor(this.#layout, this.#settings.maxHeight);
    this.#stage.style.height = `${this.#selected === null ? height : Math.max(height, Math.min(PANEL_HEIGHT, this.#settings.maxHeight))}px`;
  }

  #resize(): void {
    if (this.#layout === null || this.#stage.clientWidth === 0) return;
    if (this.#selected === null) this.#fitHeight();
    if (!this.#viewport.isMoved && this.#selected === null) this.#viewport.start(this.#layout);
    this.#drawing?.restyle();
  }
}
