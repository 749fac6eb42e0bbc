/** The pictures that are on the page, so that commands, settings and themes find them. */

/** What must be known of a picture to find it. */
export interface PlacedPicture {
  readonly node: HTMLElement;
  /** Null while it shows a sentence instead of a flow. */
  readonly view: object | null;
  readonly isVisible: boolean;
}

/** `P`: FlowRenderer. */
export class FlowRenderers<P extends PlacedPicture> {
  readonly #all = new Set<P>();

  add(renderer: P): void { this.#all.add(renderer); }
  delete(renderer: P): void { this.#all.delete(renderer); }
  [Symbol.iterator](): IterableIterator<P> { return this.#all.values(); }

  /** The picture that `element` is part of. */
  containing(element: Element): P | null {
    for (const renderer of this.#all) if (renderer.node.contains(element)) return renderer;
    return null;
  }

  /** The picture that a command without a place is for: where the focus is, else the first one visible inside `scope`. */
  current(scope: Element | null): P | null {
    const focused = document.activeElement === null ? null : this.containing(document.activeElement);
    if (focused !== null) return focused;
    let first: P | null = null;
    for (const renderer of this.#all) {
      if (renderer.view === null || !renderer.isVisible || (scope !== null && !scope.contains(renderer.node))) continue;
      if (first === null || (first.node.compareDocumentPosition(renderer.node) & Node.DOCUMENT_POSITION_PRECEDING) !== 0) first = renderer;
    }
    return first;
  }
}
