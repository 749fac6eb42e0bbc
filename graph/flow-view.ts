/**
 * The live picture of one flow: toolbar, graph, panel. Knows the page and no more: who embeds it brings the connection to
 * the kernel as {@link ViewActions} and tells it what changed.
 */
import { h, render } from "preact";
import type { NodeStatus, RunStatus, TaskDetails } from "../protocol/comm-messages.ts";
import { readFlowLink, type FlowSnapshot } from "../protocol/flow-snapshot.ts";
import type { SavedPlan } from "../protocol/verdict.ts";
import { layoutFlow } from "../layout/layout-flow.ts";
import { DetailsPanel } from "./details-panel.tsx";
import { FlowState, type NodeStatuses } from "./flow-state.ts";
import { GraphEvents } from "./graph-events.ts";
import { GraphStage, type GraphStageSettings } from "./graph-stage.ts";
import type { LayoutSource } from "./layout-queue.ts";
import { PlanTable } from "./plan-table.tsx";
import { untranslated, type Translate } from "./status-text.ts";
import { progressText, Toolbar } from "./toolbar.tsx";
import type { Connection, Notice, ViewActions } from "./view-actions.ts";

/** How a picture is drawn. Defaults: canvas above 1000 nodes, constants shown, 420 pixels. */
export type FlowViewSettings = Partial<GraphStageSettings>;

export interface FlowViewOptions extends FlowViewSettings {
  readonly actions: ViewActions;
  /** Default: English. */
  readonly translate?: Translate;
  /** Computes layouts, in a worker for instance. Default: on the page's own thread. */
  readonly layout?: LayoutSource;
}

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
  readonly #stage: GraphStage;
  readonly #side = document.createElement("div");
  readonly #table = document.createElement("div");
  readonly #live = document.createElement("div");
  readonly #events: GraphEvents;
  #settings: GraphStageSettings;
  #state: FlowState | null = null;
  #selected: string | null = null;
  #details: TaskDetails | null = null;
  #askAgain: ReturnType<typeof setTimeout> | undefined;
  #problem: string | null = null;
  #connection: Connection = { live: false, reason: "" };
  #notice: Notice | null = null;
  /** The project that was used last. */
  #project: string | undefined;
  #asksProject = false;
  #registering = false;
  #announcing: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #disposed = false;

  constructor(element: HTMLElement, options: FlowViewOptions) {
    this.element = element;
    this.#options = options;
    this.#translate = options.translate ?? untranslated;
    this.#settings = { maxSvgNodes: options.maxSvgNodes ?? 1000, showConstants: options.showConstants ?? true, maxHeight: options.maxHeight ?? 420 };
    element.classList.add("jp-Flowlet");
    this.#stage = new GraphStage(this.#settings, options.layout ?? layoutFlow, this.#translate);
    this.#side.className = "jp-Flowlet-side";
    this.#live.className = "jp-Flowlet-live";
    this.#live.setAttribute("aria-live", "polite");
    const body = document.createElement("div");
    body.className = "jp-Flowlet-body";
    body.append(this.#stage.element, this.#side);
    element.append(this.#toolbar, body, this.#table, this.#live);
    this.#events = new GraphEvents(element, this.#stage.element, {
      nodeAt: (event) => this.#stage.nodeAt(event),
      open: (id) => this.select(id, true),
      close: () => this.select(null),
      isOpen: () => this.#selected !== null,
      next: (id, key) => this.#stage.next(id, key),
      focus: (id) => this.#focus(id),
    });
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
    const { savedPlan } = this.#state;
    if (savedPlan !== null) this.#renderTable(savedPlan);
    if (this.#selected !== null && this.#state.node(this.#selected) === undefined) this.select(null);
    this.#changed();
    void this.#show();
  }

  /** Takes in the changes of a delta. */
  updateStates(statuses: { readonly [nodeId: string]: NodeStatus }, run?: RunStatus): void {
    const changed = this.#state?.update(statuses, run) ?? [];
    this.#stage.update(changed);
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

  /** The project that a flow was registered in last: it is not asked for again. */
  setProject(project: string | undefined): void {
    if (project === undefined || project === this.#project) return;
    this.#project = project;
    this.#renderToolbar();
  }

  configure(settings: FlowViewSettings): void {
    this.#settings = { ...this.#settings, ...settings };
    this.#stage.configure(this.#settings);
    void this.#show();
  }

  /** Opens a node's panel; null closes it. @param focus - also moves the keyboard's focus into the panel */
  select(id: string | null, focus: boolean = false): void {
    const before = this.#selected;
    this.#selected = id;
    if (id !== before) {
      this.#details = null;
      this.#problem = null;
    }
    this.#renderPanel();
    this.#stage.select(id);
    if (id !== null) {
      void this.#ask(id);
      if (focus) this.#stage.focus(id);
    } else if (before !== null && document.activeElement === document.body) {
      // The focus was in the panel that is gone.
      this.#stage.focus(before);
    }
  }

  fit(): void { this.#stage.fit(); }

  /** Reads the page's colours again. */
  restyle(): void { this.#stage.restyle(); }

  /** Node at an event's place: for a context menu. */
  nodeAt(event: Event): string | null { return this.#stage.nodeAt(event); }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#announcing);
    clearTimeout(this.#askAgain);
    this.#events.dispose();
    this.#stage.dispose();
    render(null, this.#toolbar);
    render(null, this.#side);
    render(null, this.#table);
    this.element.replaceChildren();
  }

  async #show(): Promise<void> {
    const state = this.#state;
    if (state === null) return;
    try {
      if (await this.#stage.show(state)) this.element.dataset.graph = state.flow.graph;
    } catch (error) {
      this.setNotice({ kind: "error", text: this.#translate("The graph could not be laid out: %1", String(error)) });
    }
  }

  #focus(id: string): void {
    this.#stage.focus(id);
    if (this.#selected !== null) this.select(id);
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

  /** Does what the button does: asks for the project where none is known. */
  register(): void {
    if (this.#options.actions.register === undefined) return;
    if ((this.#project ?? readFlowLink(this.#state?.flow.link)?.project) === undefined) this.#askProject(true);
    else void this.#register();
  }

  #askProject(open: boolean): void {
    const had = this.#toolbar.contains(document.activeElement);
    this.#asksProject = open;
    this.#renderToolbar();
    // The focus was in the form that is gone.
    if (!open && had && document.activeElement === document.body) this.#toolbar.querySelector<HTMLElement>(".jp-Flowlet-register")?.focus();
  }

  async #register(project?: string): Promise<void> {
    if (this.#registering) return;
    this.#registering = true;
    this.#askProject(false);
    try {
      await this.#options.actions.register?.(project);
    } finally {
      this.#registering = false;
      this.#renderToolbar();
    }
  }

  #renderToolbar(): void {
    const state = this.#state;
    if (state === null || this.#disposed) return;
    const note = state.run?.note;
    const link = readFlowLink(state.flow.link);
    render(h(Toolbar, {
      name: state.flow.name, state: state.flowState, progress: state.progress(), running: state.isRunning && this.#connection.live, connection: this.#connection,
      notice: this.#notice, translate: this.#translate, ...(note !== undefined && { note }),
      verdicts: state.verdicts(),
      runs: this.#options.actions.run !== undefined,
      registration: { link, project: this.#project ?? link?.project, busy: this.#registering },
      asksProject: this.#asksProject,
      onAskProject: (open: boolean) => this.#askProject(open),
      onRegister: this.#options.actions.register === undefined ? null : (project?: string) => void this.#register(project),
      onRun: () => this.#options.actions.run?.("run"),
      onRunFailed: () => this.#options.actions.run?.("runFailed"),
      onRefreshOutside: () => this.#options.actions.run?.("refreshOutside"),
      onCancel: () => this.#options.actions.cancel?.(),
      onZoom: (factor: number) => this.#stage.zoomBy(factor),
      onFit: () => this.fit(),
    }), this.#toolbar);
  }

  #renderTable(plan: SavedPlan): void {
    render(h(PlanTable, {
      plan, translate: this.#translate,
      nameOf: (id: string) => this.#state?.node(id)?.name, onOpen: (id: string) => this.select(id, true),
    }), this.#table);
  }

  #renderPanel(): void {
    const id = this.#selected;
    const node = id === null ? undefined : this.#state?.node(id);
    this.element.classList.toggle("jp-mod-panel", node !== undefined);
    if (id === null || node === undefined || this.#state === null || this.#disposed) return render(null, this.#side);
    const kind = node.kind ?? "task";
    render(h(DetailsPanel, {
      name: node.name, kind, state: kind === "constant" ? null : this.#state.state(node), status: this.#state.status(id), plan: this.#state.plan(id),
      details: this.#details, problem: this.#problem, connection: this.#connection, translate: this.#translate,
      runs: this.#options.actions.run !== undefined && readFlowLink(this.#state.flow.link)?.run === undefined,
      onRunTask: () => this.#options.actions.run?.("runTask", id),
      onRunFrom: () => this.#options.actions.run?.("runFrom", id),
      onRunUpTo: () => this.#options.actions.run?.("runUpTo", id),
      onRefresh: () => this.#options.actions.run?.("refresh", id),
      onClose: () => this.select(null),
    }), this.#side);
  }
}
