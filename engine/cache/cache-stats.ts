/** How much keeping results has saved, and what is kept. */
import { formatDuration } from "./format-time.ts";
import type { RunCounts } from "./flow-history.ts";
import type { ResultCache } from "./result-cache.ts";

/** What is kept. */
export interface KeptUsage {
  /** Results (count). */
  readonly entries: number;
  /** Size of their content (bytes, about). */
  readonly bytes: number;
}

/** Counts since the program or the kernel began; a text for people. */
export class CacheStats implements RunCounts {
  readonly flowName: string;
  /** Kept results that were used, and tasks (or children) that ran in runs that keep (count). */
  readonly hits: number;
  readonly misses: number;
  /** Time that the used results took when they were made (milliseconds). */
  readonly saved: number;
  /** The last run that keeps; null: there was none. */
  readonly lastRun: RunCounts | null;
  /** What is kept of this flow. */
  readonly flow: KeptUsage;
  /** What is kept of all flows. */
  readonly total: KeptUsage;

  constructor(cache: ResultCache, flowName: string) {
    const history = cache.history(flowName);
    const usage = (name?: string): KeptUsage => {
      const { entries, size } = cache.usage(name);
      return { entries, bytes: size };
    };
    this.flowName = flowName;
    this.hits = history.total.hits;
    this.misses = history.total.misses;
    this.saved = history.total.saved;
    this.lastRun = history.last;
    this.flow = usage(flowName);
    this.total = usage();
  }

  toString(): string {
    const counts = ({ hits, misses, saved }: RunCounts) => `${hits} ${hits === 1 ? "hit" : "hits"}, ${misses} ${misses === 1 ? "miss" : "misses"}, saved ${formatDuration(saved)}`;
    const usage = ({ entries, bytes }: KeptUsage) => `${entries} ${entries === 1 ? "result" : "results"}, ${formatBytes(bytes)}`;
    return [
      `Kept results of flow "${this.flowName}"`,
      `  all runs  ${counts(this)}`,
      `  last run  ${this.lastRun === null ? "none that keeps results" : counts(this.lastRun)}`,
      `  kept      ${usage(this.flow)}; of all flows ${usage(this.total)}`,
    ].join("\n");
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string { return this.toString(); }
}

/** `812 bytes`, `1.4 MB` */
function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
