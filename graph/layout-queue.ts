/** Computes layouts, remembers the last ones, and drops those that nobody waits for any more. */
import type { FlowLayout } from "../layout/flow-layout.ts";
import type { FlowNode, FlowSnapshot } from "../protocol/flow-snapshot.ts";
import type { VisibleFlow } from "./visible-flow.ts";

/** Computes a layout. @throws Error with a sentence */
export type LayoutSource = (flow: { readonly nodes: readonly FlowNode[]; readonly edges: FlowSnapshot["edges"] }) => Promise<FlowLayout>;

/** How many layouts are kept (count): toggling the constants and going back and forth is then at once. */
const KEPT = 4;

export class LayoutQueue {
  readonly #compute: LayoutSource;
  readonly #kept = new Map<string, Promise<FlowLayout>>();
  #latest = "";

  constructor(compute: LayoutSource) {
    this.#compute = compute;
  }

  /** @returns null when another layout was asked for meanwhile */
  async layout(flow: VisibleFlow): Promise<FlowLayout | null> {
    // A damaged graph may claim another one's hash: the counts guard against that.
    const key = `${flow.nodes.length} ${flow.edges.length} ${flow.key}`;
    this.#latest = key;
    let layout = this.#kept.get(key);
    if (layout === undefined) {
      layout = this.#compute({ nodes: flow.nodes, edges: flow.edges });
      this.#kept.set(key, layout);
      if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    }
    try {
      const done = await layout;
      return this.#latest === key ? done : null;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
  }

  /** Nobody waits for the last one any more. */
  cancel(): void { this.#latest = ""; }
}
