/** The public names of graph/: the live picture of a flow in any web page. */
export { FlowView, type FlowViewOptions, type FlowViewSettings } from "./flow-view.ts";
export type { LayoutSource } from "./layout-queue.ts";
export type { Translate } from "./status-text.ts";
export type { Connection, Notice, ViewActions } from "./view-actions.ts";
