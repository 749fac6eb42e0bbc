/** What tasks with `cacheFor` have cached in this session (prefect.context.caches). */
import { context } from "../context.ts";
import type { Cached } from "../state.ts";

/** Cached states by key: the task's `cacheKey`, or its name. */
export type SessionCaches = Map<string, readonly Cached[]>;

/** The session is the process, unless the context says otherwise: what was cached must outlive the flow that cached it. */
const processCaches: SessionCaches = new Map();

/** The caches of the running code: `context.caches`, else those of the process. */
export function sessionCaches(): SessionCaches {
  return (context.get("caches") as SessionCaches | undefined) ?? processCaches;
}
