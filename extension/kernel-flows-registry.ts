/** One {@link KernelFlows} for each kernel, however many notebooks use it. */
import type { Kernel } from "@jupyterlab/services";
import { KernelFlows } from "./kernel-flows.ts";

export class KernelFlowsRegistry {
  readonly #byKernel = new Map<string, KernelFlows>();

  /** The kernel's; `kernel` is one more connection to it. Give it back with {@link KernelFlowsRegistry.release}. */
  acquire(kernel: Kernel.IKernelConnection): KernelFlows {
    let flows = this.#byKernel.get(kernel.id);
    if (flows === undefined) this.#byKernel.set(kernel.id, (flows = new KernelFlows()));
    flows.add(kernel);
    return flows;
  }

  release(kernel: Kernel.IKernelConnection): void {
    const flows = this.#byKernel.get(kernel.id);
    if (flows === undefined) return;
    flows.remove(kernel);
    if (flows.connections === 0) this.#byKernel.delete(kernel.id);
  }
}
