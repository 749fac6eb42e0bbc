/** What tasks with `cacheFor` have cached in this session (prefect.context.caches). */
import type { Cached } from "../state.ts";

/** Cached states by key: the task's `cacheKey`, or its name. */
export type SessionCaches = Map<string, readonly Cached[]>;

/** The session is the process, unless the context says otherwise: what was cached must outlive the flow that cached it. */
const processCaches: SessionCaches = new Map();

/** The caches of a run: those of its context, else those of the process. @param given the context's entry `caches` */
export function sessionCaches(given: unknown): SessionCaches {
  return (given as SessionCaches | undefined) ?? processCaches;
}
