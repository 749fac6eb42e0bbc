/** The pictures that are on the page, so that commands, settings and themes find them. */
import type { FlowRenderer } from "./flow-renderer.ts";

export class FlowRenderers {
  readonly #all = new Set<FlowRenderer>();

  add(renderer: FlowRenderer): void { this.#all.add(renderer); }
  delete(renderer: FlowRenderer): void { this.#all.delete(renderer); }
  [Symbol.iterator](): IterableIterator<FlowRenderer> { return this.#all.values(); }

  /** The picture that `element` is part of. */
  containing(element: Element): FlowRenderer | null {
    for (const renderer of this.#all) if (renderer.node.contains(element)) return renderer;
    return null;
  }

  /** The picture that a command without a place is for: where the focus is, else the first one visible inside `scope`. */
  current(scope: Element | null): FlowRenderer | null {
    const focused = document.activeElement === null ? null : this.containing(document.activeElement);
    if (focused !== null) return focused;
    let first: FlowRenderer | null = null;
    for (const renderer of this.#all) {
      if (renderer.view === null || !renderer.isVisible || (scope !== null && !scope.contains(renderer.node))) continue;
      if (first === null || (first.node.compareDocumentPosition(renderer.node) & Node.DOCUMENT_POSITION_PRECEDING) !== 0) first = renderer;
    }
    return first;
  }
}
