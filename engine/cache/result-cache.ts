/** Results kept between runs, by key: in memory, bounded, least recently used first out; behind that on disk, where there is a store. */
import { ContentReader, primitiveContent, type ReaderOptions } from "./content.ts";
import type { ResultStore } from "./disk/result-store.ts";
import { FlowHistory } from "./flow-history.ts";
import type { KeptResult, KeyParts } from "./kept-result.ts";
import { KnownFiles } from "./surroundings.ts";
import type { TaskRecords } from "./task-record.ts";

/** Limits of a cache. */
export interface ResultCacheOptions extends ReaderOptions {
  /** Kept results (count). Default 200,000. */
  readonly maxEntries?: number;
  /** Content of all kept results together (characters). Default 1,000,000,000. */
  readonly maxSize?: number;
  /** Where results are kept on disk too; asked when a result is first looked for or kept. Default: nowhere. */
  readonly store?: () => ResultStore | null;
}

/** Thrown out at once when a limit is reached, so that keeping stays cheap (share of what is kept). */
const THROWN_OUT = 0.1;

/** Lives as long as its host, e.g. a kernel. */
export class ResultCache {
  readonly reader: ContentReader;
  /** Contents of files that results depend on. */
  readonly files = new KnownFiles();
  readonly #entries = new Map<string, KeptResult>();
  readonly #records = new Map<string, TaskRecords>();
  readonly #histories = new Map<string, FlowHistory>();
  readonly #openStore: () => ResultStore | null;
  #store: ResultStore | null | undefined;
  readonly #maxEntries: number;
  readonly #maxSize: number;
  #size = 0;
  #uses = 0;

  constructor({ maxEntries = 200_000, maxSize = 1_000_000_000, store = () => null, ...reading }: ResultCacheOptions = {}) {
    this.#maxEntries = maxEntries;
    this.#maxSize = maxSize;
    this.#openStore = store;
    this.reader = new ContentReader(reading);
  }

  /** Where results are kept on disk; null: nowhere. */
  get store(): ResultStore | null {
    if (this.#store === undefined) this.#store = this.#openStore();
    return this.#store;
  }

  /** Number of results kept in memory (count). */
  get size(): number { return this.#entries.size; }

  /** The kept result, if it is still what was kept; `redefined`: it holds instances of a class that was defined again. */
  get(key: string): KeptResult | "changed" | "redefined" | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return this.#fromDisk(key);
    if (primitiveContent(entry.value) === null) {
      const { id, classes } = this.reader.read(entry.value);
      const isSame = id === entry.content;
      if (!isSame || !this.reader.areCurrent(classes)) {
        this.#drop(key);
        // Nobody can have changed what is on disk; instances of classes are not there.
        return isSame ? "redefined" : (this.#fromDisk(key) ?? "changed");
      }
    }
    entry.usedAt = ++this.#uses;
    return entry;
  }

  #fromDisk(key: string): KeptResult | undefined {
    const kept = this.store?.get(key);
    return kept === undefined ? undefined : this.#add(kept);
  }

  /** @param parts what the key is made of, for who looks at what is on disk; `memory`: it is not to be written. @returns what {@link ResultCache.get} will return */
  set(kept: KeptResult, parts: KeyParts | null | "memory" = null): KeptResult {
    this.#add(kept);
    if (parts !== "memory") this.store?.put(kept, parts);
    return kept;
  }

  #add(kept: KeptResult): KeptResult {
    kept.usedAt = ++this.#uses;
    this.#size += kept.size - (this.#entries.get(kept.key)?.size ?? 0);
    this.#entries.set(kept.key, kept);
    if (this.#entries.size > this.#maxEntries || this.#size > this.#maxSize) this.#throwOut();
    return kept;
  }

  /** Forgets a result, on disk too. */
  delete(key: string): void {
    this.#drop(key);
    this.store?.delete(key);
  }

  #drop(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#size -= entry.size;
    this.#entries.delete(key);
  }

  /** Forgets what is in memory. */
  clear(): void {
    this.#entries.clear();
    this.#records.clear();
    this.#size = 0;
  }

  /** What is remembered of a flow's tasks beside their results. */
  records(flowName: string): TaskRecords {
    let records = this.#records.get(flowName);
    if (records === undefined) this.#records.set(flowName, (records = this.store?.tasks(flowName) ?? new Map()));
    return records;
  }

  /** Time of a task's last run, of a mapped one that of a child (milliseconds); null where none is known. */
  lastDuration(flowName: string, slug: string): number | null { return this.records(flowName).get(slug)?.duration ?? null; }

  /** How often kept results were used by a flow's runs. */
  history(flowName: string): FlowHistory {
    let history = this.#histories.get(flowName);
    if (history === undefined) this.#histories.set(flowName, (history = new FlowHistory()));
    return history;
  }

  /** Number of kept results and their content (characters). @param flowName of this flow only */
  usage(flowName?: string): { readonly entries: number; readonly size: number } {
    let entries = 0, size = 0;
    for (const entry of this.#entries.values()) {
      if (flowName !== undefined && entry.flow !== flowName) continue;
      // A manifest leads to results and is none.
      if (entry.manifest === undefined) entries++;
      size += entry.size;
    }
    return { entries, size };
  }
  /** A run of the flow has ended. @returns what the user should be told of the store */
  runEnded(flowName: string): readonly string[] { return this.store?.runEnded(flowName) ?? []; }

  /** What was used longest ago goes first. */
  #throwOut(): void {
    const oldestFirst = [...this.#entries].sort(([, one], [, other]) => one.usedAt - other.usedAt);
    const entries = this.#maxEntries * (1 - THROWN_OUT), size = this.#maxSize * (1 - THROWN_OUT);
    for (const [key] of oldestFirst) {
      if (this.#entries.size <= entries && this.#size <= size) return;
      // What was just kept may be too large alone; it is used once more, and then its turn comes.
      if (this.#entries.size > 1) this.#drop(key);
    }
  }
}
