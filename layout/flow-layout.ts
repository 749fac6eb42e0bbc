/**
 * What a layout is: where every node stands and how every edge runs. Left to right, in integers (CSS pixels at zoom 1),
 * origin top left. Index `i` of `nodes` and `edges` is index `i` of the snapshot's.
 */

/** A node's box. `x`, `y` is its top left corner. */
export interface NodeBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How an edge runs. */
export interface EdgeRoute {
  /** `[x0, y0, x1, y1, …]` from the right side of the source to the left side of the target; at least two points. */
  readonly points: readonly number[];
  /** Middle of the edge's label; absent when it has none. */
  readonly label?: readonly [x: number, y: number];
}

/** Positions of a whole flow. */
export interface FlowLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly NodeBox[];
  readonly edges: readonly EdgeRoute[];
}

/** The structure that a layout is computed from: sizes of the nodes, edges as pairs of indices, widths of their labels. */
export interface LayoutInput {
  /** Width and height of each node (pixels). */
  readonly sizes: readonly (readonly [width: number, height: number])[];
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** Width of each edge's label (pixels); 0 where there is none. */
  readonly labelWidths: readonly number[];
}

/** What both algorithms return: middles of the nodes and the bends of the edges between source and target. */
export interface Placement {
  /** Middle of each node. */
  readonly centers: readonly (readonly [x: number, y: number])[];
  /** Of each edge: the points between its ends, `[x, y, …]`, left to right. */
  readonly bends: readonly (readonly number[])[];
}
