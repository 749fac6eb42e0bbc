/**
 * What is to be sent, in order. A spool on disk holds it too, written by somebody else: what would take too much memory is left there until its turn comes. What
 * could not be written there (the disk is full) is kept in memory.
 */
import type { ReportEntry } from "../../client/api-types.ts";
import { readSpool } from "./spool.ts";
import { lostEntry } from "./substitute-entry.ts";

interface Queued {
  readonly sequence: number;
  /** JSON of the entry. */
  readonly line: string;
}

/** All in characters of JSON. */
export interface QueueLimits {
  /** In memory. */
  readonly memory: number;
  /** In one batch; an entry that is bigger goes alone. */
  readonly batch: number;
}

const LIMITS: QueueLimits = { memory: 8_000_000, batch: 400_000 };
/** What the server takes at once (count). */
const MAX_BATCH = 5000;

export class ReportQueue {
  readonly #folder: string;
  readonly #limits: QueueLimits;
  #queue: Queued[] = [];
  #head = 0;
  #size = 0;
  /** What follows the queue is on disk only, but for this. */
  #overflow: Queued[] | null = null;
  #last: number;
  #acknowledged: number;

  /**
   * @param folder of the spool
   * @param begins what the server has already, and the newest that is in the spool
   */
  constructor(folder: string, limits: QueueLimits = LIMITS, begins: { readonly acknowledged: number; readonly last: number } = { acknowledged: 0, last: 0 }) {
    this.#folder = folder;
    this.#limits = limits;
    this.#acknowledged = begins.acknowledged;
    this.#last = begins.last;
    if (begins.last > begins.acknowledged) this.#overflow = [];
  }

  /** Everything up to this sequence is stored by the server. */
  get acknowledged(): number { return this.#acknowledged; }
  get isEmpty(): boolean { return this.#head === this.#queue.length && this.#overflow === null; }
  /** Entries that are held in memory (characters of JSON). */
  get memory(): number { return this.#size; }

  /** Puts an entry at the end. @param spooled it is on disk too */
  add(sequence: number, line: string, spooled: boolean): void {
    this.#last = sequence;
    if (spooled && this.#size + line.length > this.#limits.memory) this.#overflow ??= [];
    if (spooled && this.#overflow !== null) return;
    // No room on disk, nor in memory, and nobody to send it to: states are worth more than records.
    const kept = this.#size > this.#limits.memory * 8 && line.startsWith('{"kind":"log"') ? JSON.stringify(lostEntry(sequence)) : line;
    (this.#overflow ?? this.#queue).push({ sequence, line: kept });
    this.#size += kept.length;
  }

  /** The oldest entries that are not acknowledged; they stay. @param atMost count */
  batch(atMost = MAX_BATCH): ReportEntry[] {
    if (this.#head === this.#queue.length && this.#overflow !== null) this.#refill(this.#overflow);
    const entries: ReportEntry[] = [];
    let size = 0;
    for (let at = this.#head; at < this.#queue.length && entries.length < Math.min(atMost, MAX_BATCH); at++) {
      const { line } = this.#queue[at];
      size += line.length;
      if (entries.length > 0 && size > this.#limits.batch) break;
      entries.push(JSON.parse(line) as ReportEntry);
    }
    return entries;
  }

  /** Something else goes in the place of the oldest entry. */
  replaceFirst(entry: ReportEntry): void {
    const line = JSON.stringify(entry);
    this.#size += line.length - this.#queue[this.#head].line.length;
    this.#queue[this.#head] = { sequence: entry.sequence, line };
  }

  /** The server has everything up to this sequence. */
  acknowledge(sequence: number): void {
    if (sequence <= this.#acknowledged) return;
    this.#acknowledged = sequence;
    while (this.#head < this.#queue.length && this.#queue[this.#head].sequence <= sequence) this.#size -= this.#queue[this.#head++].line.length;
    if (this.#head === this.#queue.length || (this.#head > 1000 && this.#head * 2 > this.#queue.length)) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Takes as much from the disk as there is room for; what is just being written there is not read. */
  #refill(beside: readonly Queued[]): void {
    const found: Queued[] = [...beside];
    let size = 0, end = this.#last;
    for (const entry of readSpool(this.#folder, this.#acknowledged)) {
      if (entry.sequence > this.#last) break;
      const line = JSON.stringify(entry);
      if (size > 0 && size + line.length > this.#limits.memory / 2) break;
      found.push({ sequence: entry.sequence, line });
      size += line.length;
      end = entry.sequence;
    }
    const whole = size <= this.#limits.memory / 2 && !this.#hasMore(end);
    found.sort((a, b) => a.sequence - b.sequence);
    this.#queue = whole ? found : found.filter(({ sequence }) => sequence <= end);
    this.#head = 0;
    this.#overflow = whole ? null : found.filter(({ sequence }) => sequence > end);
    this.#size = found.reduce((sum, { line }) => sum + line.length, 0);
  }

  #hasMore(after: number): boolean {
    const { value } = readSpool(this.#folder, after).next();
    return value !== undefined && value.sequence <= this.#last;
  }
}
