/** What the two ways of drawing a graph (SVG elements, a canvas) have in common. */
import type { FlowLayout } from "../layout/flow-layout.ts";
import type { FlowState } from "./flow-state.ts";
import type { VisibleFlow } from "./visible-flow.ts";

/** Pan and zoom: a point of the layout times `k` plus `x`, `y` is where it is drawn (pixels). */
export interface Transform {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** A graph drawn inside a stage element. */
export interface Drawing {
  /** The element that fills the stage and takes pointer and keyboard events. */
  readonly element: Element;
  /** Draws a structure. @param animate - nodes that were there before move to their new places */
  show(flow: VisibleFlow, layout: FlowLayout, animate: boolean): void;
  /** Draws the current states of these nodes. */
  update(ids: readonly string[]): void;
  select(id: string | null): void;
  /** Moves the keyboard's focus to a node. @param take - false: the node is only the one that Tab leads to */
  focus(id: string, take: boolean): void;
  transform(transform: Transform): void;
  /** Node at an event's place. */
  nodeAt(event: Event): string | null;
  /** Colours of the page have changed. */
  restyle(): void;
  dispose(): void;
}

/** What a drawing needs. */
export interface DrawingContext {
  readonly state: FlowState;
  /** `name, state`: what a screen reader says of a node. */
  describe(id: string): string;
  /** What is shown while the pointer rests on a node. */
  title(id: string): string;
  /** Second line of a node. */
  statusLine(id: string): string;
}
