/** Whether a result that is kept under a key may be used now; what a run and a plan ask alike. */
import type { CacheOptions } from "../task/task-options.ts";
import { formatClock } from "./format-time.ts";
import { CHANGED, REDEFINED, lookUpManifest } from "./kept-manifest.ts";
import type { KeptResult } from "./kept-result.ts";
import type { ResultCache } from "./result-cache.ts";
import type { Surroundings } from "./surroundings.ts";
import { missReason, type TaskKey } from "./task-key.ts";

/**
 * @param now of the run or plan, so that each file is looked at once
 * @returns the kept result, or in words why there is none to be used
 */
export function lookUpKept(cache: ResultCache, made: Extract<TaskKey, { readonly key: string }>, options: CacheOptions | null, isChild: boolean, now: Surroundings): KeptResult | string {
  let kept: KeptResult | string | undefined = cache.get(made.key);
  if (kept === "changed") return CHANGED;
  if (kept === "redefined") return REDEFINED;
  if (typeof kept === "object" && kept.manifest !== undefined) kept = lookUpManifest(cache, made.key, kept.manifest, now);
  if (typeof kept === "string") return kept;
  if (kept === undefined) return missReason(made.node, made.parts, made.last, isChild);
  if (options?.for !== undefined && kept.at + options.for <= Date.now()) return `expired ${formatClock(kept.at + options.for)}`;
  if (kept.earlier === true && kept.outside.length > 0 && options?.for === undefined && options?.version === undefined) {
    return `outside: ${kept.outside.join(", ")}; not used after a restart`;
  }
  return kept;
}
