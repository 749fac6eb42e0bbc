/** `flowlet/client` in a browser: the same without what needs Node. */
export { ApiError, isPassing } from "./api-error.ts";
export { FlowletClient, type ClientOptions } from "./flowlet-client.ts";
export type { CallOptions } from "./api-methods.ts";
export type { EventsOptions, ReceivedEvent } from "./events.ts";
