/** What threads ask of a host that loads modules in its own way, e.g. a notebook kernel. */
import { currentHost, type Host } from "../../host.ts";
import type { ModuleReference } from "../../portable/portable-graph.ts";

/** What a thread loads before anything else: a module with a function `setUpThread`, which gets `data`. */
export interface ThreadSetup {
  readonly url: string;
  /** Plain data. */
  readonly data: unknown;
  /** Threads that were set up with another version are not used any more. */
  readonly version: string;
}

/** How code finds its modules in a thread. */
export interface ThreadSupport {
  /** Asked before each call. */
  setup(): ThreadSetup;
  /** Globals that the set-up gives to a thread. */
  readonly globals: readonly string[];
  /** Where user code has imported a value from; undefined where it has not. */
  find(value: object): ModuleReference | undefined;
  /** What a thread's code has imported, where it is loaded here too; undefined where it is not. */
  loaded(reference: ModuleReference): unknown;
}

/** All optional: what is absent is not done. */
export interface ThreadHost extends Host {
  readonly threads?: ThreadSupport;
}

/** Support by the host of the running code; undefined in a plain script. */
export function currentThreadSupport(): ThreadSupport | undefined {
  return (currentHost() as ThreadHost | undefined)?.threads;
}
