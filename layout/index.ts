/** The public names of layout/: positions and static drawings of a flow, pure text and numbers. */
export type { EdgeRoute, FlowLayout, NodeBox } from "./flow-layout.ts";
export { layoutFlow } from "./layout-flow.ts";
export { drawSvg } from "./draw-svg.ts";
export type { DrawingOptions } from "./detailed-svg.ts";
