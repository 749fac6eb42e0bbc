/** Where a run keeps its results, if anywhere. */
import { configuredStore } from "../cache/disk/configured-store.ts";
import { knownValue } from "../cache/known-values.ts";
import { ResultCache } from "../cache/result-cache.ts";
import { currentConfig } from "../config/config.ts";
import { getLogger } from "../logging/logger.ts";
import { currentRunHost } from "./run-host.ts";

/** A cache for flows that no host has one for: in memory, and on disk where the configuration says. */
export function ownCache(): ResultCache { return new ResultCache({ known: knownValue, store: () => configuredStore() }); }

/** Do runs that a user starts keep results, where neither the flow nor the run says so? As the configuration says, else in a notebook. */
export function keepsByDefault(): boolean { return currentConfig().cache.enabled ?? currentRunHost()?.cache !== undefined; }

/** A run has ended: what it has learned of its tasks is kept too, and what is wrong with what is on disk is told once. */
export function runEnded(cache: ResultCache, flowName: string): void {
  for (const note of cache.runEnded(flowName)) getLogger("cache").warning(note);
}
