/**
 * The flows of one notebook: which kernel's comm its pictures use, and the writing of the last states into its outputs.
 */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { NotebookPanel } from "@jupyterlab/notebook";
import type { Kernel } from "@jupyterlab/services";
import { type ISignal, Signal } from "@lumino/signaling";
import type { KernelMessage } from "../protocol/comm-messages.ts";
import type { KernelFlows } from "./kernel-flows.ts";
import type { KernelFlowsRegistry } from "./kernel-flows-registry.ts";
import { writeFinalStates } from "./saved-flows.ts";

export class PanelFlows {
  readonly #panel: NotebookPanel;
  readonly #registry: KernelFlowsRegistry;
  readonly #changed = new Signal<this, void>(this);
  readonly #received = new Signal<this, KernelMessage>(this);
  /** Structures of each flow that the kernel has said are current: only outputs with these are written. */
  readonly #current = new Map<string, Set<string>>();
  #kernel: Kernel.IKernelConnection | null = null;
  #flows: KernelFlows | null = null;
  #disposed = false;

  constructor(panel: NotebookPanel, registry: KernelFlowsRegistry) {
    this.#panel = panel;
    this.#registry = registry;
    panel.sessionContext.kernelChanged.connect(this.#onKernel, this);
    panel.disposed.connect(() => this.dispose());
    this.#hook();
  }

  /** The connection came, went or changed. */
  get changed(): ISignal<this, void> { return this.#changed; }
  get received(): ISignal<this, KernelMessage> { return this.#received; }
  /** The kernel's comm; null without a kernel. */
  get flows(): KernelFlows | null { return this.#flows; }
  get isLive(): boolean { return this.#flows?.isLive === true; }

  /** A picture with this structure is accepted by the kernel as one of the flow's; or no longer. */
  setCurrent(flowId: string, graph: string, current: boolean): void {
    let graphs = this.#current.get(flowId);
    if (graphs === undefined) this.#current.set(flowId, (graphs = new Set()));
    if (current) graphs.add(graph);
    else graphs.delete(graph);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#unhook();
    Signal.clearData(this);
  }

  #onKernel(_: ISessionContext, change: { readonly newValue: Kernel.IKernelConnection | null }): void {
    if (change.newValue === this.#kernel) return;
    this.#unhook();
    this.#hook();
    this.#changed.emit();
  }

  #hook(): void {
    const kernel = this.#panel.sessionContext.session?.kernel ?? null;
    if (kernel === null || this.#disposed) return;
    this.#kernel = kernel;
    this.#flows = this.#registry.acquire(kernel);
    this.#flows.liveChanged.connect(this.#onLive, this);
    this.#flows.received.connect(this.#onReceived, this);
  }

  #unhook(): void {
    this.#flows?.liveChanged.disconnect(this.#onLive, this);
    this.#flows?.received.disconnect(this.#onReceived, this);
    if (this.#kernel !== null) this.#registry.release(this.#kernel);
    this.#kernel = null;
    this.#flows = null;
    this.#current.clear();
  }

  #onLive(): void { this.#changed.emit(); }

  #onReceived(_: KernelFlows, message: KernelMessage): void {
    if (message.type === "replaced") for (const graph of message.graphs) this.setCurrent(message.flowId, graph, false);
    if (message.type === "final") {
      const graphs = this.#current.get(message.flowId);
      if (graphs !== undefined && this.#panel.model !== null) writeFinalStates(this.#panel.model, message.flowId, graphs, message.data);
    }
    this.#received.emit(message);
  }
}
