/**
 * Pan and zoom of a drawing. The wheel zooms only with Ctrl or Meta held, or while the graph has the focus: a notebook that
 * scrolls past a graph must go on scrolling.
 */
import { select, zoom, zoomIdentity, type D3ZoomEvent, type Selection, type ZoomBehavior } from "d3";
import type { FlowLayout, NodeBox } from "../layout/flow-layout.ts";
import type { Transform } from "./drawing.ts";

/** Smallest zoom at which a picture is first shown when it may also be scrolled; names stay readable. */
const READABLE = 0.7;

/** Above this many nodes a picture is first shown whole. */
const OVERVIEW_FROM = 60;

const MOVE_TIME = 250;

/** Zoom behaviour on a stage. */
export class Viewport {
  readonly #stage: HTMLElement;
  readonly #zoom: ZoomBehavior<HTMLElement, unknown>;
  readonly #selection: Selection<HTMLElement, unknown, null, undefined>;
  #transform: Transform = { x: 0, y: 0, k: 1 };
  #moved = false;

  /**
   * @param stage - the element that is panned
   * @param changed - called with every new transform
   */
  constructor(stage: HTMLElement, changed: (transform: Transform) => void) {
    this.#stage = stage;
    this.#zoom = zoom<HTMLElement, unknown>()
      // The default reads sizes of an SVG that is not attached yet, and throws.
      .extent(() => [[0, 0], [stage.clientWidth || 800, stage.clientHeight || 400]])
      .scaleExtent([0.02, 3])
      .clickDistance(4)
      .filter((event: MouseEvent | WheelEvent) => {
        if (event.type === "wheel") return event.ctrlKey || event.metaKey || stage.contains(document.activeElement);
        return event.button === 0 && !event.ctrlKey;
      })
      .on("zoom", (event: D3ZoomEvent<HTMLElement, unknown>) => {
        const { x, y, k } = event.transform;
        this.#transform = { x, y, k };
        if (event.sourceEvent !== null) this.#moved = true;
        changed(this.#transform);
      });
    this.#selection = select(stage);
    this.#selection.call(this.#zoom).on("dblclick.zoom", null);
  }

  get transform(): Transform { return this.#transform; }

  /** Has the user panned or zoomed since the last {@link fit}? Then nothing may move the picture by itself. */
  get isMoved(): boolean { return this.#moved; }

  /** Height that shows a layout at the zoom it starts with (pixels), at most `limit`. */
  heightFor(layout: FlowLayout, limit: number): number {
    const k = this.#startZoom(layout, limit);
    return Math.min(limit, Math.max(96, Math.ceil(layout.height * k) + 8));
  }

  #startZoom(layout: FlowLayout, height: number): number {
    const fit = this.#fitZoom(layout, height);
    return layout.nodes.length > OVERVIEW_FROM ? fit : Math.max(fit, Math.min(READABLE, 1));
  }

  #fitZoom(layout: FlowLayout, height: number): number {
    const width = this.#stage.clientWidth || 800;
    return Math.max(0.02, Math.min(1, width / Math.max(1, layout.width), height / Math.max(1, layout.height)));
  }

  /**
   * The view to begin with: whole where that is readable, else from the left.
   * @param box - a node that must be in view
   */
  start(layout: FlowLayout, smooth: boolean = false, box?: NodeBox): void {
    this.#place(layout, this.#startZoom(layout, this.#stage.clientHeight || 400), smooth, box);
  }

  /** The whole graph. */
  fit(layout: FlowLayout, smooth: boolean): void {
    this.#place(layout, this.#fitZoom(layout, this.#stage.clientHeight || 400), smooth);
  }

  #place(layout: FlowLayout, k: number, smooth: boolean, box?: NodeBox): void {
    const width = this.#stage.clientWidth || 800;
    const height = this.#stage.clientHeight || 400;
    const spare = (height - layout.height * k) / 2;
    const at = { x: layout.width * k <= width ? Math.min((width - layout.width * k) / 2, 24) : 0, y: Math.min(spare, 16), k };
    this.#move(box === undefined ? at : this.#revealed(at, box), smooth);
    this.#moved = false;
  }

  /** @param factor - above 1: closer */
  zoomBy(factor: number): void {
    const target = isCalm() ? this.#selection : this.#selection.transition().duration(MOVE_TIME / 2);
    this.#zoom.scaleBy(target as Selection<HTMLElement, unknown, null, undefined>, factor);
    this.#moved = true;
  }

  /** Pans as far as needed for a box to be in view. */
  reveal(box: NodeBox): void {
    const to = this.#revealed(this.#transform, box);
    if (to.x !== this.#transform.x || to.y !== this.#transform.y) this.#move(to, true);
  }

  #revealed({ x, y, k }: Transform, box: NodeBox): Transform {
    const pan = (start: number, size: number, room: number) => (start < 8 ? 8 - start : start + size > room - 8 ? Math.max(8 - start, room - 8 - start - size) : 0);
    const dx = pan(box.x * k + x, box.width * k, this.#stage.clientWidth);
    const dy = pan(box.y * k + y, box.height * k, this.#stage.clientHeight);
    return { x: x + dx, y: y + dy, k };
  }

  #move({ x, y, k }: Transform, smooth: boolean): void {
    const target = smooth && !isCalm() ? this.#selection.transition().duration(MOVE_TIME) : this.#selection;
    this.#zoom.transform(target as Selection<HTMLElement, unknown, null, undefined>, zoomIdentity.translate(x, y).scale(k));
  }

  dispose(): void {
    this.#selection.interrupt();
    this.#selection.on(".zoom", null);
  }
}

/** Does the reader want no motion? */
export function isCalm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
