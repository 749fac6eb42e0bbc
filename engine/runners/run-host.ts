/** What the runners ask of a host. */
import type { TaskLog } from "../../protocol/comm-messages.ts";
import type { ResultCache } from "../cache/result-cache.ts";
import { currentHost } from "../host.ts";
import type { ThreadHost } from "../executors/thread/thread-host.ts";
import type { Result } from "../results/result.ts";
import type { Approve } from "./approval.ts";
import type { RunObserver } from "./run-observer.ts";

/** All optional: what is absent is not done. */
export interface RunHost extends ThreadHost {
  /** Sees every run. */
  readonly observer?: RunObserver;
  /** Where results are kept between runs; runs that a user starts reuse them. */
  readonly cache?: ResultCache;
  /** Shows again what a kept task printed, logged and displayed. @param title says of which task it is, and from when */
  readonly onReplay?: (title: string, logs: readonly TaskLog[]) => void;
  /** Asks the user whether a paused task may go on. */
  readonly approve?: Approve;
  /** Where flows without a result of their own write theirs. Default: a LocalResult. */
  readonly result?: Result;
  /** Aborted when the user cancels what runs. */
  readonly signal?: AbortSignal;
}

/** The host of the running code; undefined in a plain script. */
export function currentRunHost(): RunHost | undefined {
  return currentHost() as RunHost | undefined;
}
