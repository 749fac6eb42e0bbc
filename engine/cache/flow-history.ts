/** How often kept results were used by a flow's runs. */

/** Counts of one flow run. */
export interface RunCounts {
  /** Kept results that were used, and tasks (or children) for which there was none to be used (count). */
  readonly hits: number;
  readonly misses: number;
  /** Time that the kept results took when they were made (milliseconds). */
  readonly saved: number;
}

const NOTHING: RunCounts = { hits: 0, misses: 0, saved: 0 };

/** Of one flow name, over all runs that keep results. */
export class FlowHistory {
  #total: RunCounts = NOTHING;
  #last: RunCounts | null = null;
  /** When the last run ended (milliseconds since 1970); 0: never. */
  endedAt = 0;

  /** All runs together. */
  get total(): RunCounts { return this.#total; }
  /** The last run; null where there was none. */
  get last(): RunCounts | null { return this.#last; }

  /** A run has ended. */
  ended(counts: RunCounts): void {
    const { hits, misses, saved } = this.#total;
    this.#last = counts;
    this.endedAt = Date.now();
    this.#total = { hits: hits + counts.hits, misses: misses + counts.misses, saved: saved + counts.saved };
  }
}
