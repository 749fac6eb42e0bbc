/** The server, for who starts it: the `flowlet` command, tests. */
export { endOnSignals } from "./process/run-server.ts";
export { serverState, stopServer, type ServerPlace, type ServerState } from "./process/server-state.ts";
export { startDetached, type DetachedServer } from "./process/start-detached.ts";
export { startServer, type RunningServer, type StartServerOptions } from "./process/start-server.ts";
