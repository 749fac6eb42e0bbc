/** Whether a result that is kept under a key may be used now; what a run and a plan ask alike. */
import type { CacheOptions } from "../task/task-options.ts";
import { formatClock } from "./format-time.ts";
import type { KeptResult } from "./kept-result.ts";
import type { ResultCache } from "./result-cache.ts";
import { missReason, type TaskKey } from "./task-key.ts";

/** @returns the kept result, or in words why there is none to be used */
export function lookUpKept(cache: ResultCache, made: Extract<TaskKey, { readonly key: string }>, options: CacheOptions | null, isChild: boolean): KeptResult | string {
  const kept = cache.get(made.key);
  if (kept === "changed") return "its kept result was changed by other code";
  if (kept === undefined) return missReason(made.node, made.parts, made.last, isChild);
  if (options?.for !== undefined && kept.at + options.for <= Date.now()) return `expired ${formatClock(kept.at + options.for)}`;
  return kept;
}
