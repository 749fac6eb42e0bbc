/**
 * The host: who embeds the engine (a notebook kernel, an agent) and what it wants to know or to decide. It travels with the
 * code it runs (AsyncLocalStorage), so the engine keeps no global state, and a plain script simply has none. Each layer of
 * the engine adds what it asks for to this interface (RunHost, FlowHost).
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { LogRecord } from "./logging/log-record.ts";

/** All optional: what is absent is not done. */
export interface Host {
  /** Who adds tasks now, e.g. a cell's id: what one origin added can be taken out again when it runs anew. */
  readonly origin?: string;
  /** Takes log records instead of the terminal. */
  readonly onLog?: (record: LogRecord) => void;
  /** An error with its stack as the host shows errors, e.g. naming cells and lines. */
  readonly describeError?: (error: unknown) => string;
}

const hosts = new AsyncLocalStorage<Host>();

/** Runs `body` under a host. Timers and promises that it starts stay under it. */
export function withHost<T>(host: Host, body: () => T): T {
  return hosts.run(host, body);
}

/** The host of the running code; undefined in a plain script. */
export function currentHost(): Host | undefined {
  return hosts.getStore();
}
