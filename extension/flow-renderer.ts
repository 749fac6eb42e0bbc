/**
 * Renders a flow in an output: draws what is saved at once, and follows the kernel when there is one.
 */
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Message } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import type { FlowAction, KernelMessage, NodeStatus, RunStatus, TaskDetails } from "../protocol/comm-messages.ts";
import { FLOW_MIME, readFlowLink, readFlowSnapshot, type FlowSnapshot } from "../protocol/flow-snapshot.ts";
import { FlowView, type Connection, type FlowViewSettings, type LayoutSource, type Translate } from "../graph/index.ts";
import type { FlowRenderers } from "./flow-renderers.ts";
import type { Answer } from "./kernel-flows.ts";
import type { PanelFlows } from "./panel-flows.ts";

/** What all renderers of the page share. */
export interface RendererServices {
  readonly translate: Translate;
  readonly layout: LayoutSource;
  readonly renderers: FlowRenderers<FlowRenderer>;
  readonly settings: () => FlowViewSettings;
}

/** One output. `panel` is null outside notebooks: then the saved states are all there is. */
export class FlowRenderer extends Widget implements IRenderMime.IRenderer {
  readonly #panel: PanelFlows | null;
  readonly #services: RendererServices;
  #view: FlowView | null = null;
  /** As it was saved: names the picture to the kernel. */
  #saved: FlowSnapshot | null = null;
  #live = false;
  #replaced = false;
  #refusal: string | null = null;
  #asking = false;
  #pendingNodes: Record<string, NodeStatus> = {};
  #pendingRun: RunStatus | undefined;
  #frame = 0;

  constructor(panel: PanelFlows | null, services: RendererServices) {
    super();
    this.#panel = panel;
    this.#services = services;
    this.addClass("jp-Flowlet-renderer");
    panel?.changed.connect(this.#onChanged, this);
    panel?.received.connect(this.#onMessage, this);
    services.renderers.add(this);
  }

  /** The picture; null where the saved graph cannot be read. */
  get view(): FlowView | null { return this.#view; }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const flow = readFlowSnapshot(model.data[FLOW_MIME]);
    if (typeof flow === "string") return this.#showUnreadable(flow, model);
    const same = this.#saved?.flowId === flow.flowId && this.#saved.graph === flow.graph;
    this.#saved = flow;
    // The kernel's own states are newer and say more than what an output holds.
    if (same && this.#live && this.#view !== null) return;
    this.#replaced = false;
    this.#refusal = null;
    this.#live = false;
    this.#ensureView().setFlow(flow);
    this.#showConnection();
    if (this.#panel?.flows?.isLive === false) void this.#panel.flows.attach();
    this.#ask();
  }

  /** Does what a button of the picture does. */
  run(action: FlowAction, nodeId?: string): void {
    const flows = this.#panel?.flows;
    const flowId = this.#saved?.flowId;
    if (flows === null || flows === undefined || flowId === undefined) return;
    const message = { type: "action" as const, action, flowId, ...(nodeId !== undefined && { nodeId }) };
    flows.request(message, (answer) => this.#showProgress(answer)).catch((error: unknown) => this.#showError(error));
  }

  /** Stores the flow on the server. Resolves when that is done, or was told. @param project - absent: the one that was used last */
  async register(project?: string): Promise<void> {
    const flows = this.#panel?.flows;
    const flowId = this.#saved?.flowId;
    if (flows === null || flows === undefined || flowId === undefined) return;
    const known = project ?? readFlowLink(this.#view?.flow?.link)?.project;
    const { promise, resolve } = Promise.withResolvers<void>();
    const progress = (answer: Answer) => {
      this.#showProgress(answer);
      if (answer.type === "error" || (answer.type === "action" && answer.status === "finished")) resolve();
    };
    // A kernel that goes meanwhile answers no more.
    const gone = () => { if (!flows.isLive) resolve(); };
    flows.liveChanged.connect(gone);
    try {
      await flows.request({ type: "register", flowId, ...(known !== undefined && { project: known }) }, progress);
      await promise;
    } catch (error) {
      this.#showError(error);
    } finally {
      flows.liveChanged.disconnect(gone);
    }
  }

  cancel(): void {
    const flowId = this.#saved?.flowId;
    if (flowId === undefined) return;
    this.#panel?.flows?.request({ type: "cancel", flowId }, (answer) => this.#showProgress(answer)).catch((error: unknown) => this.#showError(error));
  }

  configure(settings: FlowViewSettings): void { this.#view?.configure(settings); }

  override dispose(): void {
    if (this.isDisposed) return;
    cancelAnimationFrame(this.#frame);
    this.#panel?.changed.disconnect(this.#onChanged, this);
    this.#panel?.received.disconnect(this.#onMessage, this);
    this.#services.renderers.delete(this);
    this.#view?.dispose();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.#view?.restyle();
  }

  #ensureView(): FlowView {
    if (this.#view !== null) return this.#view;
    this.node.replaceChildren();
    const element = document.createElement("div");
    this.node.append(element);
    this.#view = new FlowView(element, {
      ...this.#services.settings(),
      translate: this.#services.translate,
      layout: this.#services.layout,
      actions: { run: (action, nodeId) => this.run(action, nodeId), cancel: () => this.cancel(), ...(this.#panel !== null && { register: (project?: string) => this.register(project) }), details: (nodeId) => this.#details(nodeId) },
    });
    return this.#view;
  }

  /** A sentence in place of the graph, and the output's own drawing where it has one. */
  #showUnreadable(sentence: string, model: IRenderMime.IMimeModel): void {
    this.#view?.dispose();
    this.#view = null;
    this.#saved = null;
    const box = document.createElement("div");
    box.className = "jp-Flowlet-unreadable";
    box.setAttribute("role", "alert");
    box.append(sentence);
    const svg = model.data["image/svg+xml"];
    const text = Array.isArray(svg) ? svg.join("") : svg;
    if (typeof text === "string" && text !== "") {
      const image = document.createElement("img");
      // As an image nothing in it can run.
      image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text.toWellFormed())}`;
      image.alt = this.#services.translate("The drawing that was saved with this graph");
      box.append(image);
    }
    this.node.replaceChildren(box);
  }

  /** Asks the kernel for the flow as it is now. */
  #ask(): void {
    const flows = this.#panel?.flows;
    const saved = this.#saved;
    if (flows === null || flows === undefined || saved === null || !flows.isLive || this.#asking || this.#replaced) return;
    this.#asking = true;
    flows
      .snapshot(saved.flowId, saved.graph)
      .then((answer) => this.#onSnapshot(answer, saved))
      .catch((error: unknown) => {
        if (this.isDisposed || saved !== this.#saved) return;
        this.#refusal = error instanceof Error ? error.message : String(error);
        this.#live = false;
        this.#showConnection();
      })
      .finally(() => (this.#asking = false));
  }

  #onSnapshot(answer: Answer, saved: FlowSnapshot): void {
    if (this.isDisposed || saved !== this.#saved || answer.type === "replaced") return;
    if (answer.type !== "snapshot") return;
    this.#refusal = null;
    this.#live = true;
    this.#panel?.setCurrent(saved.flowId, saved.graph, true);
    this.#panel?.setCurrent(saved.flowId, answer.flow.graph, true);
    this.#take(answer);
    this.#showConnection();
  }

  #take(message: Extract<KernelMessage, { type: "snapshot" }>): void {
    this.#pendingNodes = {};
    this.#pendingRun = undefined;
    this.#panel?.setCurrent(message.flowId, message.flow.graph, true);
    this.#view?.setFlow(message.flow, message.nodes, message.run);
    this.#view?.setProject(message.project);
  }

  #onChanged(): void {
    if (this.#panel?.isLive === true) this.#ask();
    else {
      this.#live = false;
      this.#refusal = null;
      this.#view?.setNotice(null);
    }
    this.#showConnection();
  }

  #onMessage(_: PanelFlows, message: KernelMessage): void {
    const saved = this.#saved;
    if (saved === null || message.flowId !== saved.flowId || this.#replaced) return;
    switch (message.type) {
      case "replaced": {
        const drawn = this.#view?.flow?.graph;
        if (message.graphs.includes(saved.graph) || (drawn !== undefined && message.graphs.includes(drawn))) {
          this.#replaced = true;
          this.#live = false;
          this.#showConnection();
        }
        return;
      }
      case "snapshot":
        // Answers come through the request; this one is news for everybody.
        if (this.#live) this.#take(message);
        else this.#ask();
        return;
      case "delta":
        if (!this.#live) return this.#ask();
        Object.assign(this.#pendingNodes, message.nodes);
        this.#pendingRun = message.run ?? this.#pendingRun;
        if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#apply());
    }
  }

  #apply(): void {
    this.#frame = 0;
    const nodes = this.#pendingNodes;
    this.#pendingNodes = {};
    this.#view?.updateStates(nodes, this.#pendingRun);
    this.#pendingRun = undefined;
  }

  async #details(nodeId: string): Promise<TaskDetails> {
    const t = this.#services.translate;
    const flows = this.#panel?.flows;
    const flowId = this.#saved?.flowId;
    if (flows === null || flows === undefined || flowId === undefined) throw new Error(t("There is no kernel."));
    const answer = await flows.request({ type: "details", flowId, nodeId });
    if (answer.type !== "details") throw new Error(t("The kernel gave an unexpected answer."));
    return answer.details;
  }

  #showProgress(answer: Answer): void {
    if (answer.type === "action" && !this.isDisposed) this.#view?.setNotice({ kind: "info", text: answer.message });
    if (answer.type === "error") this.#showError(new Error(answer.message));
  }

  #showError(error: unknown): void {
    if (!this.isDisposed) this.#view?.setNotice({ kind: "error", text: error instanceof Error ? error.message : String(error) });
  }

  #showConnection(): void {
    this.#view?.setConnection(this.#connection());
  }

  #connection(): Connection {
    const t = this.#services.translate;
    if (this.#replaced) return { live: false, replaced: true, reason: t("This flow was created again and looks different now: this picture shows the former one.") };
    if (this.#live && this.#panel?.isLive === true) return { live: true };
    if (this.#refusal !== null) return { live: false, reason: this.#refusal };
    if (this.#panel === null) return { live: false, reason: t("This is a saved picture. Open its notebook to run the flow.") };
    if (this.#panel.flows === null) return { live: false, reason: t("There is no kernel. These are the states that were saved.") };
    return { live: false, reason: t("These are the states that were saved. Run the cell that makes this flow.") };
  }
}
