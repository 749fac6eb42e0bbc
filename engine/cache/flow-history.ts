/** What the cache remembers of a flow's runs, beside the results: how long its tasks took, and how often results were kept. */

/** Counts of one flow run. */
export interface RunCounts {
  /** Kept results that were used, and tasks (or children) for which there was none to be used (count). */
  readonly hits: number;
  readonly misses: number;
  /** Time that the kept results took when they were made (milliseconds). */
  readonly saved: number;
}

const NOTHING: RunCounts = { hits: 0, misses: 0, saved: 0 };

/** How fast the time of a mapped task's children follows what they take now (share). */
const FOLLOWS = 0.2;

/** Of one flow name, over all runs that keep results. */
export class FlowHistory {
  readonly #durations = new Map<string, number>();
  #total: RunCounts = NOTHING;
  #last: RunCounts | null = null;
  /** When the last run ended (milliseconds since 1970); 0: never. */
  endedAt = 0;

  /** All runs together. */
  get total(): RunCounts { return this.#total; }
  /** The last run; null where there was none. */
  get last(): RunCounts | null { return this.#last; }

  /** Time of a task's last run that succeeded, of a mapped one the time of one child (milliseconds); null where none is known. */
  duration(slug: string): number | null { return this.#durations.get(slug) ?? null; }

  /** A task, or a child of it, took so long. */
  took(slug: string, duration: number, isChild: boolean): void {
    const before = isChild ? this.#durations.get(slug) : undefined;
    this.#durations.set(slug, before === undefined ? duration : before + (duration - before) * FOLLOWS);
  }

  /** A run has ended. */
  ended(counts: RunCounts): void {
    const { hits, misses, saved } = this.#total;
    this.#last = counts;
    this.endedAt = Date.now();
    this.#total = { hits: hits + counts.hits, misses: misses + counts.misses, saved: saved + counts.saved };
  }
}
