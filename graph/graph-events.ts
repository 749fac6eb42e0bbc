/**
 * Clicks and keys on the graph. Keys that it handles go no further: the notebook has shortcuts of its own, and looks for them
 * on the document before any element sees the key. Hence the listener on the window.
 */
/** What the events lead to. */
export interface GraphEventTargets {
  nodeAt(event: Event): string | null;
  open(id: string): void;
  close(): void;
  isOpen(): boolean;
  /** Node that an arrow key leads to. */
  next(from: string, key: string): string | null;
  focus(id: string): void;
}

export class GraphEvents {
  readonly #view: HTMLElement;
  readonly #stage: HTMLElement;
  readonly #targets: GraphEventTargets;

  /** @param view - holds the stage and the panel */
  constructor(view: HTMLElement, stage: HTMLElement, targets: GraphEventTargets) {
    this.#view = view;
    this.#stage = stage;
    this.#targets = targets;
    stage.addEventListener("click", this.#click);
    window.addEventListener("keydown", this.#key, { capture: true });
    stage.addEventListener("contextmenu", this.#menu, { capture: true });
  }

  dispose(): void {
    this.#stage.removeEventListener("click", this.#click);
    window.removeEventListener("keydown", this.#key, { capture: true });
    this.#stage.removeEventListener("contextmenu", this.#menu, { capture: true });
  }

  readonly #click = (event: Event): void => {
    const id = this.#targets.nodeAt(event);
    if (id !== null) this.#targets.open(id);
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (!(event.target instanceof Element) || !this.#view.contains(event.target)) return;
    const id = this.#targets.nodeAt(event);
    if (event.key === "Escape" && this.#targets.isOpen()) this.#targets.close();
    else if (id === null || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === "Enter" || event.key === " ") this.#targets.open(id);
    else {
      const next = this.#targets.next(id, event.key);
      if (next !== null) this.#targets.focus(next);
      else if (!event.key.startsWith("Arrow")) return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  /** Marks which node a context menu is for: on a canvas there is no element to tell by. */
  readonly #menu = (event: Event): void => {
    const id = this.#targets.nodeAt(event);
    this.#stage.classList.toggle("jp-mod-onNode", id !== null);
    if (id === null) delete this.#stage.dataset.contextNode;
    else this.#stage.dataset.contextNode = id;
  };
}
